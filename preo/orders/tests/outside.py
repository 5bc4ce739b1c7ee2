"""Orders from elsewhere for tests, and what proves that nothing was written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from preo.catalog.outside.shapes import ProductMapping
from preo.customers.outside.shapes import OutsideCustomer
from preo.editions.models import Edition
from preo.orders.checks import check_money, check_tenancy
from preo.orders.models import Order
from preo.orders.outside.shapes import (
    OutsideLine,
    OutsideOrder,
    Problem,
    Recording,
    Taken,
    TakenOrder,
)
from preo.orders.outside.take import NOTHING_MAPPED, take_orders

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ORDERED = datetime(2026, 4, 1, 8, 15, tzinfo=UTC)
ADA = OutsideCustomer(external_id="C-1", email="ada@example.org", first_name="Ada")

TABLES = (
    "orders_order",
    "orders_cart",
    "orders_cartitem",
    "orders_purchase",
    "orders_transaction",
    "customers_customer",
    "customers_externalid",
    "catalog_product",
    "catalog_category",
)


def line(name: str = "Day ticket", **fields: Any) -> OutsideLine:
    """A line of one piece at 50.00, of a product by its name."""
    fields.setdefault("external_product", name)
    if "line_total" not in fields:
        fields.setdefault("unit_price", 5000)
    return OutsideLine(**fields)


def outside_order(external_id: str = "A-1", *items: OutsideLine, **fields: Any) -> OutsideOrder:
    """A completed order of Ada's, of one line unless told."""
    fields.setdefault("customer", ADA)
    fields.setdefault("created", ORDERED)
    return OutsideOrder(external_id=external_id, items=items or (line(),), **fields)


def take(
    edition: Edition,
    *orders: OutsideOrder,
    service: str = "shop",
    create_products: bool = True,
    mapped: ProductMapping = NOTHING_MAPPED,
    recording: Recording = Recording.BY_CALLER,
    now: datetime = NOW,
) -> Taken:
    return take_orders(
        edition=edition,
        service=service,
        orders=orders,
        now=now,
        by=None,
        create_products=create_products,
        mapped=mapped,
        recording=recording,
    )


def take_one(edition: Edition, order: OutsideOrder, **options: Any) -> TakenOrder:
    return take(edition, order, **options).orders[0]


def take_well(edition: Edition, order: OutsideOrder, **options: Any) -> Order:
    """Take one order that must go in; the order as it is then here."""
    one = take_one(edition, order, **options)
    assert one.errors == ()
    assert one.order_id
    return Order.objects.get(id=one.order_id)


def codes(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Where and what, without the sentences."""
    return [(problem.pointer, problem.code) for problem in problems]


def errors(edition: Edition, order: OutsideOrder, **options: Any) -> list[tuple[str, str]]:
    """What is wrong with an order that must not go in."""
    one = take_one(edition, order, **options)
    assert one.outcome == "failed"
    assert not Order.objects.filter(service="shop", source_digest__isnull=False).exists()
    return codes(one.errors)


def row_versions() -> dict[str, dict[str, int]]:
    """The transaction that wrote the present version of each row: another one after any write."""
    versions = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT id::text, xmin::text::bigint FROM {table}")  # noqa: S608
            versions[table] = dict(cursor.fetchall())
    return versions


def assert_sound() -> None:
    """All orders add up, and rows of different organizations do not touch."""
    wrong = [check.detail for check in (*check_money(), *check_tenancy()) if not check.ok]
    assert wrong == []
