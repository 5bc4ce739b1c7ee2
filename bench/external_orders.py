"""Orders from other systems: one set-based call of 1,000 beside `create()` for each row.

    make bench                           on the million orders in .preo/bench
    python -m bench.external_orders      uses the database of DATABASE_URL

Everything is rolled back, so that a second run finds what the first one found.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import time
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import force_authenticate

from preo.catalog.models import Product
from preo.core.access import Grant, Principal, Role
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.imports.api.external_orders import ExternalOrderViewSet
from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction

ORDERS = 1_000
SCOPES = frozenset({"data-imports:write"})
ROUNDS = 3
VIEW = ExternalOrderViewSet.as_view({"post": "external_orders"})


def orders_to_send(products: list[Product], mark: str) -> list[dict[str, Any]]:
    """New orders of two lines, each of a customer of its own."""
    return [
        {
            "external_id": f"{mark}-{number}",
            "customer": {"email": f"{mark}-{number}@example.com", "first_name": "Bench"},
            "items": [
                {"product_id": product.api_id, "unit_price": 12.5, "quantity": 2}
                for product in (products[number % len(products)], products[0])
            ],
        }
        for number in range(ORDERS)
    ]


def set_based(edition: Edition, sent: list[dict[str, Any]], by: Principal) -> None:
    """The whole request: JSON read and answered, all but the socket."""
    request = RequestFactory().post(
        "/v1/data-imports/external-orders",
        orjson.dumps({"edition_id": edition.api_id, "service": "bench", "orders": sent}),
        content_type="application/json",
        headers={"host": "localhost"},
    )
    request.id = edition.pk  # type: ignore[attr-defined] # the middleware's
    force_authenticate(request, user=by)  # type: ignore[arg-type]
    response = VIEW(request)
    result = orjson.loads(response.render().content)
    assert result["created"] + result["unchanged"] == ORDERS, result["orders"][0]


def row_by_row(edition: Edition, sent: list[dict[str, Any]], products: list[Product]) -> None:
    """The same rows as one writes them without thinking of speed, and without any check."""
    by_id = {product.api_id: product for product in products}
    place = {"organization_id": edition.organization_id}
    for one in sent:
        customer = Customer.objects.create(
            **place, email=one["customer"]["email"], first_name="Bench", date_joined=timezone.now()
        )
        order = Order.objects.create(
            **place, edition=edition, customer=customer, order_number=one["external_id"][:16],
            type="imported", status="completed", currency=edition.currency, subtotal=5_000,
            amount=5_000, paid=5_000, items_count=2, customer_email=customer.email,
            service="bench", external_id=one["external_id"],
        )  # fmt: skip
        cart = Cart.objects.create(**place, edition=edition, order=order)
        for position, line in enumerate(one["items"]):
            product = by_id[line["product_id"]]
            item = CartItem.objects.create(
                **place, cart=cart, product=product, position=position, quantity=2,
                price_with_options=1_250,
            )  # fmt: skip
            Purchase.objects.create(
                **place, edition=edition, order=order, cart_item=item, customer=customer,
                product=product, position=position, status="paid", quantity=2,
                currency=edition.currency, price_paid=2_500, total_uses=2, available_uses=2,
            )  # fmt: skip
        order.completed_transaction = Transaction.objects.create(
            **place, order=order, kind="payment", type="imported", status="completed",
            service="bench", amount=5_000, currency=edition.currency,
        )  # fmt: skip
        order.save(update_fields=["completed_transaction"])


def best_rate(work: Callable[[list[dict[str, Any]]], None], products: list[Product]) -> float:
    """Orders in a second, the best of some rounds; each is rolled back."""
    best = 0.0
    for _ in range(ROUNDS):
        sent = orders_to_send(products, uuid.uuid4().hex[:8])
        started = time.perf_counter()
        with transaction.atomic():
            work(sent)
            seconds = time.perf_counter() - started
            transaction.set_rollback(True)
        best = max(best, ORDERS / seconds)
    return best


def unchanged_rate(edition: Edition, products: list[Product], by: Principal) -> float:
    sent = orders_to_send(products, uuid.uuid4().hex[:8])
    with transaction.atomic():
        set_based(edition, sent, by)
        started = time.perf_counter()
        set_based(edition, sent, by)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return ORDERS / seconds


def main() -> None:
    print(f"{ORDERS:,} orders of two lines in one call, beside what is there")
    editions = Edition.objects.filter(organization__slug="northlight")
    sizes = sorted(
        (Order.objects.filter(edition=row).count(), row.full_name, row) for row in editions
    )
    for size, name, edition in (sizes[0], sizes[-1]):
        products = list(Product.objects.filter(edition=edition)[:20])
        by = Principal(
            "api_key", edition.pk, (Grant(edition.organization_id, None, Role.STAFF),), SCOPES
        )
        ours = best_rate(lambda sent, e=edition, b=by: set_based(e, sent, b), products)  # type: ignore[misc]
        plain = best_rate(lambda sent, e=edition, p=products: row_by_row(e, sent, p), products)  # type: ignore[misc]
        print(f"\n{name}: {size:,} orders there")
        print(f"  set-based            {ours:9,.0f} orders/s")
        print(f"  create() row by row  {plain:9,.0f} orders/s   {ours / plain:.1f} times as slow")
        print(f"  sent again           {unchanged_rate(edition, products, by):9,.0f} orders/s")


if __name__ == "__main__":
    print(f"{Order.objects.count():,} orders in all; {connection.vendor}")
    main()
