"""The same file brought in by django-import-export, as one writes it by its documentation.

One resource of purchases: each row looks for its customer and its order and makes what is not
there. It checks less than ours, keeps no origin, and knows no preview, mapping or resumption.
"""

import csv
import datetime as dt
import time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import tablib
from django.db import transaction
from django.utils import timezone
from import_export import fields, resources, widgets

from bench.imports_data import NO_PRICE
from preo.catalog.models import Product
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction


class OfEdition(widgets.ForeignKeyWidget):  # type: ignore[misc] # has no types
    """Finds a product by its name."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(Product, "name")
        self.edition = edition

    def get_queryset(self, *_: Any, **__: Any) -> Any:
        return Product.objects.filter(edition=self.edition)


class LineResource(resources.ModelResource):  # type: ignore[misc] # has no types
    quantity = fields.Field(
        attribute="quantity", column_name="Lineitem quantity", widget=widgets.IntegerWidget()
    )

    class Meta:
        model = Purchase
        fields = ("order", "position", "product", "quantity")
        import_id_fields = ("order", "position")
        skip_diff = True

    def __init__(self, edition: Edition) -> None:
        super().__init__()
        self.edition = edition
        self.place = {"organization": edition.organization, "edition": edition}
        self.fields["product"] = fields.Field(
            attribute="product", column_name="Lineitem name", widget=OfEdition(edition)
        )

    def before_import_row(self, row: Any, **__: Any) -> None:
        """The order's own columns stand on its first line alone."""
        organization, is_first = self.edition.organization, bool(row["Financial Status"])
        row["position"] = 0 if is_first else 1
        if is_first:
            first, _, last = row["Billing Name"].partition(" ")
            customer, _ = Customer.objects.get_or_create(
                organization=organization,
                email=row["Email"].lower(),
                defaults={
                    "first_name": first, "last_name": last, "date_joined": timezone.now(),
                    "phone_number": row["Phone"].lstrip("'") or None,
                },
            )  # fmt: skip
            self.order, _ = Order.objects.get_or_create(
                edition=self.edition,
                service="library",
                external_id=row["Name"],
                defaults=self._order(row, customer),
            )
        row["order"] = self.order.pk

    def _order(self, row: Any, customer: Customer) -> dict[str, Any]:
        total, shipping, discount = (
            int(Decimal(row[name]) * 100) for name in ("Total", "Shipping", "Discount Amount")
        )
        return {
            "organization": self.edition.organization, "customer": customer,
            "order_number": row["Name"][:16], "type": "imported", "status": "completed",
            "currency": row["Currency"].lower(), "subtotal": total - shipping + discount,
            "service_fee": shipping, "discount": discount, "amount": total, "paid": total,
            "customer_name": row["Billing Name"], "customer_email": customer.email,
            "coupon_code": row["Discount Code"] or None,
            "created": dt.datetime.fromisoformat(row["Created at"]),
        }  # fmt: skip

    def before_save_instance(self, instance: Purchase, row: Any, **__: Any) -> None:
        order = self.order
        price = int(Decimal(row["Lineitem price"]) * 100)
        cart, is_new = Cart.objects.get_or_create(order=order, defaults=self.place)
        if is_new:
            order.completed_transaction = Transaction.objects.create(
                organization=self.edition.organization, order=order, kind="payment",
                type="imported", status="completed", service="library", amount=order.amount,
                currency=order.currency,
            )  # fmt: skip
        instance.cart_item = CartItem.objects.create(
            organization=self.edition.organization, cart=cart, product=instance.product,
            position=instance.position, quantity=instance.quantity, price_with_options=price,
        )  # fmt: skip
        order.items_count += instance.quantity
        order.save(update_fields=["completed_transaction", "items_count"])
        instance.organization, instance.edition = self.edition.organization, self.edition
        instance.customer, instance.currency = order.customer, order.currency
        instance.status = "paid"
        instance.price_paid = price * instance.quantity
        instance.total_uses = instance.available_uses = instance.quantity


def library_rate(edition: Edition, path: Path, rows: int) -> float:
    """Rows in a second of the file's first so many; all is rolled back.

    Without those that cannot be read: for one of them the library would give up all others.
    """
    with path.open(newline="", encoding="utf-8") as file:
        header, *found = islice(csv.reader(file), rows + 1)
    price = header.index("Lineitem price")
    dataset = tablib.Dataset(
        *(["", "", *cells] for cells in found if cells[price] != NO_PRICE),
        headers=["order", "position", *header],
    )
    resource = LineResource(edition)
    with transaction.atomic():
        started = time.perf_counter()
        resource.import_data(dataset, dry_run=False, raise_errors=True)
        seconds = time.perf_counter() - started
        made = Purchase.objects.filter(order__edition=edition, order__service="library").count()
        transaction.set_rollback(True)
    assert made == len(dataset), made
    return made / seconds
