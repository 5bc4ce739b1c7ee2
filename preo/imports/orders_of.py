"""Orders out of a file's lines, in the order in which the file has them."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from django.db import connection

from preo.customers.outside.shapes import OutsideCustomer
from preo.imports.columns.fields import CONSENT, CONSENT_DATE, METADATA
from preo.imports.models import DataImport, ProductMapping
from preo.imports.products.naming import full_name
from preo.orders.models import OrderStatus
from preo.orders.outside.shapes import OutsideLine, OutsideOrder, Problem

PAGE_LINES = 5_000
"""Lines that are read at once: so many are in memory, besides those of the order that is read."""

BAD_ROW = Problem("", "bad_row", "A row of this order cannot be read.")
NOT_MAPPED = "product_not_mapped"
MESSAGES = {
    NOT_MAPPED: "Nobody has said what this product is here: choose one, let a draft be made, or "
    "leave it out.",
}

_LINES = """
    SELECT order_place, number, part, order_key, is_bad, values, product_mapping_id
    FROM imports_importline
    WHERE data_import_id = %(import)s
"""
_PAGE = f"""{_LINES}
      AND order_place >= %(place)s
      AND (order_place, number, part) > (%(place)s, %(number)s, %(part)s)
    ORDER BY order_place, number, part
    LIMIT %(lines)s
"""
_OF_PLACES = f"{_LINES} AND order_place = ANY(%(places)s) ORDER BY order_place, number, part"


class FileLine(NamedTuple):
    """A row of `ImportLine` with its values read."""

    place: int
    number: int
    part: int
    key: str
    is_bad: bool
    values: dict[str, Any]
    mapping_id: uuid.UUID | None


class GivenConsent(NamedTuple):
    """An answer to a consent with its date."""

    consent_id: str
    """As the API shows it."""
    accepted: bool
    answered: dt.datetime


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One order of a file."""

    place: int
    numbers: tuple[int, ...]
    """Its rows."""
    order: OutsideOrder | None
    """None where all that was sold is left out."""
    items: tuple[FileLine, ...] = ()
    """The lines of which the order's items were made, one each."""
    consents: tuple[GivenConsent, ...] = ()


def read_orders(data_import: DataImport, first: int = 0) -> Iterator[FileOrder]:
    """The orders of an import from a place on, in memory that does not grow with the file."""
    products = {
        mapping.pk: mapping for mapping in ProductMapping.objects.filter(data_import=data_import)
    }
    for place, lines in groupby(_read_lines(data_import, first), key=attrgetter("place")):
        yield make_order(place, list(lines), products)


def read_places(
    data_import: DataImport,
    places: Sequence[int],
    products: Mapping[uuid.UUID, ProductMapping],
) -> list[FileOrder]:
    """The orders at these places, in their order. `products` are the import's."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_PLACES, {"import": data_import.pk, "places": list(places)})
        lines = [_line(*row) for row in cursor.fetchall()]
    return [
        make_order(place, list(found), products)
        for place, found in groupby(lines, key=attrgetter("place"))
    ]


def _read_lines(data_import: DataImport, first: int) -> Iterator[FileLine]:
    at = {"place": first, "number": -1, "part": -1}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PAGE, {"import": data_import.pk, "lines": PAGE_LINES, **at})
            found = cursor.fetchall()
        for row in found:
            yield _line(*row)
        if len(found) < PAGE_LINES:
            return
        at = dict(zip(("place", "number", "part"), found[-1][:3], strict=True))


def _line(
    place: int,
    number: int,
    part: int,
    key: str,
    is_bad: bool,
    values: str,
    mapping_id: uuid.UUID | None,
) -> FileLine:
    return FileLine(place, number, part, key, is_bad, orjson.loads(values), mapping_id)


def make_order(
    place: int, lines: list[FileLine], products: Mapping[uuid.UUID, ProductMapping]
) -> FileOrder:
    """One order of its lines. What is of the order is the first thing that any line says.

    A line that cannot be read lets the order fail even if its product is left out: what is of the
    order may have stood there alone.
    """
    numbers = tuple(dict.fromkeys(line.number for line in lines))
    items = tuple(line for line in lines if not _is_ignored(line, products))
    if not items:
        return FileOrder(place, numbers, None)
    values: dict[str, Any] = {}
    for line in lines:
        values = line.values | values
    errors = [BAD_ROW] if any(line.is_bad for line in lines) else []
    made = []
    for position, line in enumerate(items):
        made.append(_make_item(line, products))
        if _is_undecided(line, products):
            errors.append(_not_mapped(position, line))
    order = OutsideOrder(
        external_id=lines[0].key,
        customer=_make_customer(values),
        items=tuple(made),
        status=values.get("status", OrderStatus.COMPLETED),
        order_number=values.get("order_number"),
        currency=values.get("currency"),
        created=_moment(values.get("created")),
        service_fee=values.get("service_fee", 0),
        discount=values.get("discount", 0),
        tax=values.get("tax", 0),
        total=values.get("order_total"),
        coupon_code=values.get("coupon_code"),
        metadata={
            name.removeprefix(METADATA): value
            for name, value in values.items()
            if name.startswith(METADATA)
        },
        errors=tuple(errors),
    )
    return FileOrder(place, numbers, order, items, tuple(_consents(values)))


def _is_ignored(line: FileLine, products: Mapping[uuid.UUID, ProductMapping]) -> bool:
    mapping = products.get(line.mapping_id) if line.mapping_id else None
    return mapping is not None and mapping.ignored


def _is_undecided(line: FileLine, products: Mapping[uuid.UUID, ProductMapping]) -> bool:
    mapping = products.get(line.mapping_id) if line.mapping_id else None
    return mapping is not None and not mapping.product_id and not mapping.create_product


def _not_mapped(position: int, line: FileLine) -> Problem:
    field = "external_product" if "product" in line.values else "external_product_id"
    value = line.values.get("product") or line.values.get("product_code")
    pointer = f"/items/{position}/{field}"
    return Problem(pointer, NOT_MAPPED, MESSAGES[NOT_MAPPED], value)


def _make_item(line: FileLine, products: Mapping[uuid.UUID, ProductMapping]) -> OutsideLine:
    mapping = products.get(line.mapping_id) if line.mapping_id else None
    values = line.values
    named: dict[str, Any] = {}
    if mapping is not None and mapping.product_id:
        named = {"product_id": mapping.product_id, "variant_id": mapping.variant_id}
    elif mapping is not None:
        # The mapping's words and not the line's: one product may be written in several ways.
        name = full_name(mapping.external_name, mapping.external_variant)
        named = {"external_product_id": mapping.external_code, "external_product": name}
    return OutsideLine(
        **named,
        category=values.get("category"),
        external_line_id=values.get("line_id"),
        quantity=values.get("quantity", 1),
        unit_price=values.get("unit_price"),
        line_total=values.get("line_total"),
        unit_deposit=values.get("unit_deposit", 0),
        handling_fee=values.get("handling_fee", 0),
    )


def _make_customer(values: Mapping[str, Any]) -> OutsideCustomer:
    return OutsideCustomer(
        external_id=values.get("customer_id"),
        email=values.get("email"),
        phone_number=values.get("phone_number"),
        first_name=values.get("first_name", ""),
        last_name=values.get("last_name", ""),
        language=values.get("language"),
    )


def _consents(values: Mapping[str, Any]) -> Iterator[GivenConsent]:
    """Only what has a date: without one nobody knows whether it is still true."""
    for name, answer in values.items():
        if name.startswith(CONSENT):
            consent_id = name.removeprefix(CONSENT)
            answered = _moment(values.get(f"{CONSENT_DATE}{consent_id}"))
            if answered is not None:
                yield GivenConsent(consent_id, answer == "yes", answered)


def _moment(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None
