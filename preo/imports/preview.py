"""What an import would do, found by doing it: the engine runs and all is rolled back."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from preo.imports.models import DataImport, ImportLine, ImportProblem, ProblemLevel, ProductMapping
from preo.imports.orders_of import BAD_ROW, NOT_MAPPED, Part, check_orders, say_orders
from preo.imports.outcomes import FoundProblem, find_outcomes, find_problems
from preo.imports.products.matching import settle_products
from preo.imports.products.naming import full_name
from preo.orders.models import Order
from preo.orders.outside.shapes import Outcome
from preo.orders.outside.take import take_rows

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


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of the orders, by their places."""

    outcomes: Mapping[int, tuple[str, uuid.UUID | None]]
    problems: Mapping[int, Sequence[FoundProblem]]


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
    done = _take(Part(data_import, "= ANY(%(places)s)", {"places": places}), products, now)
    stored = Order.objects.in_bulk([order_id for _, order_id in done.outcomes.values() if order_id])
    orders = _read_lines(data_import, places)
    told = _told(data_import, [line.number for lines in orders.values() for line in lines])
    for place, lines in orders.items():
        outcome, order_id = done.outcomes[place]
        order = stored.get(order_id) if order_id and outcome != Outcome.FAILED else None
        numbers = dict.fromkeys(line.number for line in lines)
        problems = [found for number in numbers for found in told.get(number, ())]
        problems += done.problems.get(place, ())
        yield _shown(data_import, lines, outcome, order, products, problems)


def _take(part: Part, products: Mapping[uuid.UUID, ProductMapping], now: dt.datetime) -> _Done:
    return take_rows(
        edition=part.data_import.edition,
        service=part.data_import.source,
        say=lambda: say_orders(part),
        check=lambda: check_orders(part),
        read_back=lambda _counts: _Done(find_outcomes(), find_problems(part)),
        now=now,
        create_products=any(mapping.create_product for mapping in products.values()),
        keep_unchanged=True,
    )


def _read_lines(data_import: DataImport, places: Sequence[int]) -> dict[int, list[ImportLine]]:
    lines = ImportLine.objects.filter(data_import=data_import, order_place__in=places)
    ordered = lines.order_by("order_place", "number", "part")
    return {place: list(found) for place, found in groupby(ordered, key=attrgetter("order_place"))}


def _told(data_import: DataImport, numbers: Sequence[int]) -> dict[int, list[FoundProblem]]:
    """What the check of the whole file found in these rows."""
    rows = ImportProblem.objects.filter(data_import=data_import, number__in=numbers)
    found: dict[int, list[FoundProblem]] = {}
    for row in rows.exclude(code__in=[BAD_ROW, NOT_MAPPED]).order_by("number", "id"):
        problem = FoundProblem(
            ProblemLevel(row.level), row.number, row.column, row.code, row.message, row.value
        )
        found.setdefault(row.number or 0, []).append(problem)
    return found


def _shown(
    data_import: DataImport,
    lines: Sequence[ImportLine],
    outcome: str,
    order: Order | None,
    products: Mapping[uuid.UUID, ProductMapping],
    problems: Sequence[FoundProblem],
) -> PreviewOrder:
    """What is of the order stands on its first line."""
    said = lines[0].values
    items = [line for line in lines if not _is_ignored(line, products)]
    name = f"{said.get('first_name', '')} {said.get('last_name', '')}"
    created = said.get("created")
    return PreviewOrder(
        row=lines[0].number,
        order_number=(
            order.order_number if order else said.get("order_number") or lines[0].order_key
        ),
        customer_name=name.strip(),
        customer_email=said.get("email"),
        customer_phone=said.get("phone_number"),
        created=order.created if order else created and dt.datetime.fromisoformat(created),
        amount=order.amount if order else _amount(said, items),
        currency=(
            order.currency if order else said.get("currency") or data_import.edition.currency
        ),
        outcome=outcome,
        items=[_item(line, products) for line in items],
        problems=problems,
    )


def _is_ignored(line: ImportLine, products: Mapping[uuid.UUID, ProductMapping]) -> bool:
    mapping = products.get(line.product_mapping_id) if line.product_mapping_id else None
    return mapping is not None and mapping.ignored


def _amount(said: Mapping[str, Any], items: Sequence[ImportLine]) -> int:
    """Of a failed order: what it says, as far as that can be read."""
    if "order_total" in said:
        return int(said["order_total"])
    lines = sum(
        line.values.get("line_total", line.values.get("unit_price", 0) * _quantity(line))
        for line in items
    )
    return int(lines + said.get("service_fee", 0) + said.get("tax", 0) - said.get("discount", 0))


def _quantity(line: ImportLine) -> int:
    return int(line.values.get("quantity", 1))


def _item(line: ImportLine, products: Mapping[uuid.UUID, ProductMapping]) -> PreviewItem:
    mapping = products.get(line.product_mapping_id) if line.product_mapping_id else None
    values, quantity = line.values, _quantity(line)
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
