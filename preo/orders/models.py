"""Tables of orders. Every amount is in minor units of the row's own currency.

Foreign keys that lead a compound index, or are never searched alone, have no index of their own:
these tables are the large ones, and each index is paid for with every order that comes in.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from preo.catalog.models import Location, Product, Variant
from preo.core.models import Row, SearchText, one_of
from preo.core.money import Currency, MinorUnits
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.organizations.models import Organization


class OrderType(models.TextChoices):
    ONLINE = "online", "Online"
    IN_PERSON = "in-person", "In person"
    IMPORTED = "imported", "Imported"


class OrderStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class CartStatus(models.TextChoices):
    CREATED = "created", "Created"
    ORDERED = "ordered", "Ordered"
    ABANDONED = "abandoned", "Abandoned"


class TransactionKind(models.TextChoices):
    PAYMENT = "payment", "Payment"
    REFUND = "refund", "Refund"


class TransactionStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class PurchaseStatus(models.TextChoices):
    RESERVED = "reserved", "Reserved"
    PAID = "paid", "Paid"
    READY = "ready", "Ready"
    PARTIALLY_USED = "partially_used", "Partially used"
    USED = "used", "Used"
    CANCELLED = "cancelled", "Cancelled"
    REFUNDED = "refunded", "Refunded"
    EXPIRED = "expired", "Expired"


class Order(Row):
    """What a customer ordered, with the sums of its lines and the buyer as he was then.

    `created` is when it was placed, which for an order from elsewhere is before it came to us.
    """

    id_prefix: ClassVar[str] = "ord"

    # Both have an index of their own although others begin with them: with few different values
    # it is a tenth of their size, and the exact count of a whole list reads nothing else.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    order_number = models.CharField(max_length=16, null=True)  # noqa: DJ001 - none until given
    type = models.CharField(max_length=9, choices=OrderType.choices)
    status = models.CharField(max_length=9, choices=OrderStatus.choices)
    currency = models.CharField(max_length=3, choices=Currency.choices)

    subtotal = MinorUnits(default=0)
    deposit = MinorUnits(default=0)
    handling_fee = MinorUnits(default=0)
    service_fee = MinorUnits(default=0)
    discount = MinorUnits(default=0)
    tax = MinorUnits(default=0)
    """Sales tax, added to the prices."""
    vat = MinorUnits(default=0)
    """VAT that the prices hold: only shown, never added."""
    adjustment = MinorUnits(default=0)
    """What the stated total of an order from elsewhere differs by; signed."""
    amount = MinorUnits()
    """The total."""
    paid = MinorUnits(default=0)
    refunded = MinorUnits(default=0)

    coupon_code = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none, not empty
    items_count = models.PositiveIntegerField(default=0)
    customer_name = models.CharField(max_length=301, default="")
    customer_email = models.CharField(max_length=254, null=True)  # noqa: DJ001 - none, not empty
    customer_phone = models.CharField(max_length=32, null=True)  # noqa: DJ001 - none, not empty
    service = models.CharField(max_length=64, null=True)  # noqa: DJ001 - only orders from elsewhere
    external_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - as above
    source_digest = models.BinaryField(null=True)
    """Of an order from elsewhere: a hash of what the other system said of it last."""
    buyer_digest = models.BinaryField(null=True)
    """The same of what it said of the buyer, whom staff may since have merged or renamed."""
    completed_transaction = models.ForeignKey(
        "orders.Transaction", models.PROTECT, null=True, related_name="+"
    )
    """The payment that completed the order."""
    metadata = models.JSONField(default=dict)
    search = models.GeneratedField(
        expression=SearchText(
            Coalesce("order_number", models.Value("")),
            Coalesce("external_id", models.Value("")),
            Coalesce("customer_email", models.Value("")),
            Coalesce("customer_phone", models.Value("")),
            F("customer_name"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "service", "external_id"], name="order_outside_once"
            ),
            models.CheckConstraint(
                name="order_adds_up",
                condition=Q(
                    amount=F("subtotal")
                    + F("deposit")
                    + F("handling_fee")
                    + F("service_fee")
                    - F("discount")
                    + F("tax")
                    + F("adjustment")
                ),
            ),
            models.CheckConstraint(
                name="order_amounts",
                condition=Q(
                    amount__gte=0,
                    subtotal__gte=0,
                    deposit__gte=0,
                    handling_fee__gte=0,
                    service_fee__gte=0,
                    discount__gte=0,
                    tax__gte=0,
                    vat__gte=0,
                    paid__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="order_refunded_at_most_paid",
                condition=Q(refunded__gte=0, refunded__lte=F("paid")),
            ),
            models.CheckConstraint(
                name="order_completed_is_paid",
                condition=~Q(status=OrderStatus.COMPLETED) | Q(paid=F("amount")),
            ),
            models.CheckConstraint(
                name="order_outside_named",
                condition=Q(service__isnull=True, external_id__isnull=True)
                | Q(service__isnull=False, external_id__isnull=False),
            ),
            one_of("order_type", "type", OrderType),
            one_of("order_status", "status", OrderStatus),
            one_of("order_currency", "currency", Currency),
        ]
        indexes = [
            models.Index(fields=["organization", "-created", "-id"], name="order_newest_first"),
            models.Index(
                fields=["organization", "edition", "-created", "-id"],
                name="order_newest_in_edition",
            ),
            models.Index(
                fields=["organization", "edition", "status", "-created", "-id"],
                include=["type"],  # the dashboard counts by status and type
                name="order_by_status",
            ),
            # Segments reckon with all orders of all customers, in an edition or in all: they read
            # one of these two from end to end, and never the rows.
            models.Index(
                fields=["organization", "customer", "-created", "-id"],
                include=["edition", "status", "amount", "refunded", "currency"],
                name="order_by_customer",
            ),
            models.Index(
                fields=["organization", "edition", "customer"],
                include=["status", "amount", "refunded", "currency", "created"],
                name="order_by_edition_customer",
            ),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="order_search"),
        ]

    def __str__(self) -> str:
        return self.order_number or self.api_id


class Cart(Row):
    """The basket that became an order. Its sums are the order's."""

    id_prefix: ClassVar[str] = "crt"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    order = models.OneToOneField(Order, models.CASCADE, related_name="cart")
    status = models.CharField(max_length=9, choices=CartStatus.choices, default=CartStatus.ORDERED)

    class Meta:
        constraints = [one_of("cart_status", "status", CartStatus)]

    def __str__(self) -> str:
        return self.api_id


class CartItem(Row):
    """One line of a basket, with names and prices as they stood.

    `options` is a list of `{id, name, price_mod, deposit_mod}`; prices are of one piece with its
    options, `handling_fee` is of the whole line.
    """

    id_prefix: ClassVar[str] = "cit"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    options = models.JSONField(default=list)
    price_with_options = MinorUnits()
    deposit_with_options = MinorUnits(default=0)
    handling_fee = MinorUnits(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "position"], name="cart_item_position"),
            models.CheckConstraint(name="cart_item_quantity", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="cart_item_amounts",
                condition=Q(
                    price_with_options__gte=0, deposit_with_options__gte=0, handling_fee__gte=0
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.api_id


class Transaction(Row):
    """Money that moved, or was meant to. Payments are positive and refunds negative.

    Rows are only added; of a written one only the status and `refunded` change.
    """

    id_prefix: ClassVar[str] = "trx"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="transactions")
    payment = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The payment that a refund gives back."""
    kind = models.CharField(max_length=7, choices=TransactionKind.choices)
    type = models.CharField(max_length=9, choices=OrderType.choices)
    status = models.CharField(max_length=9, choices=TransactionStatus.choices)
    service = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - none, not empty
    """The payment provider's own id."""
    amount = MinorUnits()
    currency = models.CharField(max_length=3, choices=Currency.choices)
    service_fee = MinorUnits(default=0)
    handling_fee = MinorUnits(default=0)
    refunded = MinorUnits(default=0)
    """What refunds took back from this payment: the sum of them, kept with each."""
    message = models.CharField(max_length=200, default="")
    """What the provider said, such as why a payment was refused."""

    @property
    def refundable(self) -> int:
        """What of a payment may still be given back."""
        paid = self.kind == TransactionKind.PAYMENT and self.status == TransactionStatus.COMPLETED
        return self.amount - self.refunded if paid else 0

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id", "service"], name="transaction_outside_once"
            ),
            models.CheckConstraint(
                name="transaction_sign",
                condition=Q(kind=TransactionKind.PAYMENT, amount__gte=0, payment__isnull=True)
                | Q(kind=TransactionKind.REFUND, amount__lt=0, payment__isnull=False),
            ),
            models.CheckConstraint(
                name="transaction_refunded_at_most_amount",
                condition=Q(refunded=0)
                | Q(
                    kind=TransactionKind.PAYMENT,
                    status=TransactionStatus.COMPLETED,
                    refunded__gte=0,
                    refunded__lte=F("amount"),
                ),
            ),
            one_of("transaction_kind", "kind", TransactionKind),
            one_of("transaction_type", "type", OrderType),
            one_of("transaction_status", "status", TransactionStatus),
            one_of("transaction_currency", "currency", Currency),
        ]

    def __str__(self) -> str:
        return self.api_id


class Purchase(Row):
    """One line of an order as a thing that can be used and refunded.

    `price_paid`, `deposit_paid` and `handling_fee_paid` are of the whole line.
    """

    id_prefix: ClassVar[str] = "pur"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="purchases", db_index=False)
    cart_item = models.OneToOneField(CartItem, models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField()
    external_line_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 - none, not empty
    vendor_code = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none, not empty
    status = models.CharField(max_length=14, choices=PurchaseStatus.choices)
    quantity = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, choices=Currency.choices)
    price_paid = MinorUnits(default=0)
    deposit_paid = MinorUnits(default=0)
    handling_fee_paid = MinorUnits(default=0)
    refunded = MinorUnits(default=0)
    total_uses = models.PositiveIntegerField(default=1)
    """Quantity times the product's uses."""
    available_uses = models.PositiveIntegerField(default=1)
    is_unlimited_use = models.BooleanField(default=False)
    options = models.JSONField(default=list)
    """As in the cart's item."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="purchase_position"),
            models.CheckConstraint(name="purchase_quantity", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="purchase_amounts",
                condition=Q(price_paid__gte=0, deposit_paid__gte=0, handling_fee_paid__gte=0),
            ),
            models.CheckConstraint(
                name="purchase_refunded_at_most_paid",
                condition=Q(refunded__gte=0)
                & Q(refunded__lte=F("price_paid") + F("deposit_paid") + F("handling_fee_paid")),
            ),
            models.CheckConstraint(
                name="purchase_uses", condition=Q(available_uses__lte=F("total_uses"))
            ),
            one_of("purchase_status", "status", PurchaseStatus),
            one_of("purchase_currency", "currency", Currency),
        ]
        indexes = [
            models.Index(fields=["organization", "customer"], name="purchase_by_customer"),
            # Without the status, which changes with each use: an index of it would make every use
            # write to all the indexes of the table.
            models.Index(
                fields=["organization", "product", "customer"], name="purchase_by_product"
            ),
        ]

    def __str__(self) -> str:
        return self.api_id

    def refundable(self, order: Order) -> int:
        """What of the line may still be given back: no more than is left of what was paid.

        A discount belongs to the whole order, so a line may be worth more than was paid for it.
        """
        line = self.price_paid + self.deposit_paid + self.handling_fee_paid - self.refunded
        return max(0, min(line, order.paid - order.refunded))
