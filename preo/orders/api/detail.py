"""What `GET /v1/orders/{id}` gives."""

import uuid
from typing import Any

from rest_framework import serializers

from preo.catalog.models import Location, Option, Product, Variant
from preo.core import ids
from preo.core.fields import AnyJSONField, IdField, ImageSerializer, MoneyField
from preo.customers.models import Customer
from preo.orders.api.lists import EditionLightSerializer
from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction
from preo.orders.summary import SummaryLine, summary_lines
from preo.organizations.api import OrganizationLightSerializer


class ProductLightSerializer(serializers.ModelSerializer[Product]):
    """A product in short."""

    api_id = IdField(Product, source="id", read_only=True)
    images = ImageSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = ["api_id", "name", "is_draft", "images"]
        read_only_fields = fields


class VariantLightSerializer(serializers.ModelSerializer[Variant]):
    """A variant in short."""

    api_id = IdField(Variant, source="id", read_only=True)

    class Meta:
        model = Variant
        fields = ["api_id", "name"]
        read_only_fields = fields


class LocationLightSerializer(serializers.ModelSerializer[Location]):
    """A location in short."""

    api_id = IdField(Location, source="id", read_only=True)

    class Meta:
        model = Location
        fields = ["api_id", "name", "is_draft"]
        read_only_fields = fields


class OptionLightSerializer(serializers.Serializer[dict[str, Any]]):
    """An option as it was chosen: its name and prices as they stood."""

    api_id = serializers.SerializerMethodField()
    name = serializers.CharField(read_only=True)
    price_mod = MoneyField(read_only=True, signed=True)
    deposit_mod = MoneyField(read_only=True, signed=True)

    def get_api_id(self, option: dict[str, Any]) -> str:
        return ids.encode_id(Option.id_prefix, uuid.UUID(option["id"]))


class CartItemSerializer(serializers.ModelSerializer[CartItem]):
    id = IdField(CartItem, read_only=True)
    product = ProductLightSerializer(read_only=True)
    variant = VariantLightSerializer(read_only=True, allow_null=True)
    location = LocationLightSerializer(read_only=True, allow_null=True)
    options = OptionLightSerializer(many=True, read_only=True)
    price_with_options = MoneyField(read_only=True)
    deposit_with_options = MoneyField(read_only=True)
    handling_fee = MoneyField(read_only=True)

    class Meta:
        model = CartItem
        fields = [
            "id", "product", "variant", "location", "quantity", "options", "price_with_options",
            "deposit_with_options", "handling_fee",
        ]  # fmt: skip
        read_only_fields = fields


class SummaryLineSerializer(serializers.Serializer[SummaryLine]):
    key = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment] # also Field.label
    amount = MoneyField(read_only=True, signed=True)
    formatted = serializers.CharField(read_only=True)
    is_negative = serializers.BooleanField(read_only=True)
    is_total = serializers.BooleanField(read_only=True)
    note = serializers.CharField(read_only=True, allow_null=True)


class CartSummarySerializer(serializers.Serializer[Order]):
    """The sums as lines for people, in their order."""

    summary_lines = SummaryLineSerializer(many=True, read_only=True)
    currency = serializers.CharField(read_only=True)

    def to_representation(self, order: Order) -> Any:
        return {
            "summary_lines": [
                SummaryLineSerializer().to_representation(line) for line in summary_lines(order)
            ],
            "currency": order.currency,
        }


class CartSerializer(serializers.ModelSerializer[Cart]):
    """The basket; its sums are the order's."""

    id = IdField(Cart, read_only=True)
    items = CartItemSerializer(many=True, read_only=True)
    coupon_code = serializers.CharField(source="order.coupon_code", read_only=True, allow_null=True)
    subtotal = MoneyField(source="order.subtotal", read_only=True)
    deposit = MoneyField(source="order.deposit", read_only=True)
    handling_fee = MoneyField(source="order.handling_fee", read_only=True)
    service_fee = MoneyField(source="order.service_fee", read_only=True)
    discount = MoneyField(source="order.discount", read_only=True)
    tax = MoneyField(source="order.tax", read_only=True)
    total = MoneyField(source="order.amount", read_only=True)
    summary = CartSummarySerializer(source="order", read_only=True)

    class Meta:
        model = Cart
        fields = [
            "id", "status", "items", "coupon_code", "subtotal", "deposit", "handling_fee",
            "service_fee", "discount", "tax", "total", "summary", "created",
        ]  # fmt: skip
        read_only_fields = fields


class CustomerDetailSerializer(serializers.ModelSerializer[Customer]):
    """The customer as he is now."""

    api_id = IdField(Customer, source="id", read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Customer
        fields = [
            "api_id", "full_name", "email", "phone_number", "date_joined", "last_seen", "metadata",
        ]  # fmt: skip
        read_only_fields = fields


class UserLightSerializer(serializers.ModelSerializer[Customer]):
    """A customer in short."""

    api_id = IdField(Customer, source="id", read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)

    class Meta:
        model = Customer
        fields = ["api_id", "full_name", "email"]
        read_only_fields = fields


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    """Money that moved, or was meant to: refunds are negative."""

    id = IdField(Transaction, read_only=True)
    amount = MoneyField(read_only=True, signed=True)
    service_fee = MoneyField(read_only=True)
    handling_fee = MoneyField(read_only=True)
    refunded_amount = MoneyField(source="refunded", read_only=True)
    available_refund_amount = MoneyField(source="refundable", read_only=True)

    class Meta:
        model = Transaction
        fields = [
            "id", "kind", "type", "status", "service", "amount", "currency", "service_fee",
            "handling_fee", "refunded_amount", "available_refund_amount", "message", "created",
        ]  # fmt: skip
        read_only_fields = fields


class PurchaseInOrderSerializer(serializers.ModelSerializer[Purchase]):
    """One line of the order as a thing that can be used and refunded."""

    id = IdField(Purchase, read_only=True)
    product = ProductLightSerializer(read_only=True)
    variant = VariantLightSerializer(read_only=True, allow_null=True)
    location = LocationLightSerializer(read_only=True, allow_null=True)
    options = OptionLightSerializer(many=True, read_only=True)
    user = UserLightSerializer(source="customer", read_only=True, allow_null=True)
    price_paid = MoneyField(read_only=True)
    deposit_paid = MoneyField(read_only=True)
    handling_fee_paid = MoneyField(read_only=True)
    max_available_refund_amount = serializers.SerializerMethodField()

    class Meta:
        model = Purchase
        fields = [
            "id", "vendor_code", "status", "quantity", "product", "variant", "location", "options",
            "user", "price_paid", "deposit_paid", "handling_fee_paid",
            "max_available_refund_amount", "available_uses", "is_unlimited_use", "created",
            "modified",
        ]  # fmt: skip
        read_only_fields = fields

    def get_max_available_refund_amount(self, purchase: Purchase) -> float:
        order: Order = self.context["order"]
        return MoneyField().to_representation(purchase.refundable(order))  # type: ignore[return-value]


class OrderDetailSerializer(serializers.ModelSerializer[Order]):
    """An order whole."""

    id = IdField(Order, read_only=True)
    organization = OrganizationLightSerializer(read_only=True)
    edition = EditionLightSerializer(read_only=True)
    amount = MoneyField(read_only=True)
    paid = MoneyField(read_only=True)
    refunded = MoneyField(read_only=True)
    vat = MoneyField(read_only=True)
    adjustment = MoneyField(read_only=True, signed=True)
    cart = CartSerializer(read_only=True, allow_null=True)
    customer = CustomerDetailSerializer(read_only=True)
    transactions = TransactionSerializer(many=True, read_only=True)
    purchases = PurchaseInOrderSerializer(many=True, read_only=True)
    completed_transaction_id = IdField(Transaction, read_only=True, allow_null=True)
    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "order_number", "type", "status", "organization", "edition", "amount",
            "currency", "paid", "refunded", "vat", "adjustment", "service", "external_id", "cart",
            "customer", "customer_name", "customer_email", "customer_phone", "transactions",
            "purchases", "completed_transaction_id", "metadata", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields
