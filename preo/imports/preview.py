"""What an import would do, found by doing it: the engine runs and all is rolled back."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from preo.imports.models import DataImport, ImportProblem, ProblemLevel, ProductMapping
from preo.imports.orders_of import BAD_ROW, NOT_MAPPED, FileLine, FileOrder, read_places
from preo.imports.outcomes import Columns, FoundProblem, problems_of
from preo.imports.products.matching import settle_products
from preo.imports.products.naming import full_name
from preo.orders.models import Order
from preo.orders.outside.shapes import OutsideOrder, Recording, Taken, TakenOrder
from preo.orders.outside.take import take_orders

_PLACES = """
    SELECT line.order_place
    FROM imports_importline AS line
    LEFT JOIN imports_productmapping AS mapping ON mapping.id = line.product_mapping_id
    WHERE line.data_import_id = %(import)s
    GROUP BY line.order_place
    HAVING NOT bool_and(coalesce(mapping.ignored, false))
"""


@dataclass(frozen=True, slots=True)
class PreviewItem:
    product: Mapping[str, Any] | None
    """Its `id` and `name`; None for a draft that has yet to be made."""
    variant: Mapping[str, Any] | None
    external_name: str
    quantity: int
    unit_price: int
    """Minor units."""


@dataclass(frozen=True, slots=True)
class PreviewOrder:
    """An order as it will be. The amount is minor units."""

    row: int
    order_number: str | None
    customer_name: str
    customer_email: str | None
    customer_phone: str | None
    created: dt.datetime | None
    amount: int
    currency: str
    outcome: str
    items: Sequence[PreviewItem]
    problems: Sequence[FoundProblem]


def count_orders(data_import: DataImport) -> int:
    """How many orders the file has, without those of which all is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({_PLACES}) AS placed",  # noqa: S608 - our own
            {"import": data_import.pk},
        )
        [count] = cursor.fetchone() or [0]
    return int(count)


def preview_orders(
    data_import: DataImport, *, offset: int, limit: int, now: dt.datetime
) -> list[PreviewOrder]:
    """A page of the file's orders with what the import would do with each. Nothing is written."""
    with transaction.atomic():
        try:
            return list(_preview(data_import, _places(data_import, offset, limit), now))
        finally:
            transaction.set_rollback(True)


def _places(data_import: DataImport, offset: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_PLACES} ORDER BY line.order_place OFFSET %(offset)s LIMIT %(limit)s",
            {"import": data_import.pk, "offset": offset, "limit": limit},
        )
        return [place for [place] in cursor.fetchall()]


def _preview(
    data_import: DataImport, places: list[int], now: dt.datetime
) -> Iterator[PreviewOrder]:
    settle_products(data_import)
    products = {
        mapping.pk: mapping
        for mapping in ProductMapping.objects.filter(data_import=data_import).select_related(
            "product", "variant"
        )
    }
    orders = read_places(data_import, places, products)
    taken = _take(data_import, orders, products, now)
    stored = Order.objects.in_bulk([done.order_id for done in taken.orders if done.order_id])
    told = _told(data_import, orders)
    columns = Columns(data_import)
    for one, done in zip(orders, taken.orders, strict=True):
        order = stored.get(done.order_id) if done.order_id and not done.errors else None
        problems = [found for number in one.numbers for found in told.get(number, ())]
        problems += problems_of(one, done, columns)
        currency = data_import.edition.currency
        yield _shown(one, done, order, products, problems, currency)


def _take(
    data_import: DataImport,
    orders: Sequence[FileOrder],
    products: Mapping[uuid.UUID, ProductMapping],
    now: dt.datetime,
) -> Taken:
    return take_orders(
        edition=data_import.edition,
        service=data_import.source,
        orders=[one.order for one in orders if one.order is not None],
        now=now,
        by=None,
        create_products=any(mapping.create_product for mapping in products.values()),
        recording=Recording.BY_CALLER,
    )


def _told(data_import: DataImport, orders: Sequence[FileOrder]) -> dict[int, list[FoundProblem]]:
    """What the check of the whole file found in these rows."""
    numbers = [number for one in orders for number in one.numbers]
    rows = ImportProblem.objects.filter(data_import=data_import, number__in=numbers)
    found: dict[int, list[FoundProblem]] = {}
    for row in rows.exclude(code__in=[BAD_ROW.code, NOT_MAPPED]).order_by("number", "id"):
        problem = FoundProblem(
            ProblemLevel(row.level), row.number, row.column, row.code, row.message, row.value
        )
        found.setdefault(row.number or 0, []).append(problem)
    return found


def _shown(
    one: FileOrder,
    done: TakenOrder,
    order: Order | None,
    products: Mapping[uuid.UUID, ProductMapping],
    problems: Sequence[FoundProblem],
    currency: str,
) -> PreviewOrder:
    given = one.order
    if given is None:
        raise TypeError("An order of which all is left out is not shown.")
    buyer = given.customer
    return PreviewOrder(
        row=one.numbers[0],
        order_number=order.order_number if order else given.order_number or given.external_id,
        customer_name=f"{buyer.first_name} {buyer.last_name}".strip(),
        customer_email=buyer.email,
        customer_phone=buyer.phone_number,
        created=order.created if order else given.created,
        amount=order.amount if order else _amount(given),
        currency=order.currency if order else given.currency or currency,
        outcome=done.outcome.value,
        items=[_item(line, products) for line in one.items],
        problems=problems,
    )


def _amount(order: OutsideOrder) -> int:
    """Of a failed order: what it says, as far as that can be read."""
    if order.total is not None:
        return order.total
    lines = sum(
        item.line_total if item.line_total is not None else (item.unit_price or 0) * item.quantity
        for item in order.items
    )
    return lines + order.service_fee + order.tax - order.discount


def _item(line: FileLine, products: Mapping[uuid.UUID, ProductMapping]) -> PreviewItem:
    mapping = products.get(line.mapping_id) if line.mapping_id else None
    values, quantity = line.values, line.values.get("quantity", 1)
    price = values.get("unit_price", 0)
    if "line_total" in values:
        price = (2 * values["line_total"] + quantity) // (2 * quantity)
    product = mapping.product if mapping else None
    variant = mapping.variant if mapping else None
    name = full_name(values.get("product", ""), values.get("variant", ""))
    return PreviewItem(
        product={"id": product.api_id, "name": product.name} if product else None,
        variant={"id": variant.api_id, "name": variant.name} if variant else None,
        external_name=name or values.get("product_code", ""),
        quantity=quantity,
        unit_price=price,
    )
