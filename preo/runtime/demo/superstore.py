"""A real shop's export as orders from elsewhere: the reader behind `preo demo --from FILE`.

The file is Superstore's: a line for each line of an order, the lines of an order together. `Sales`
is the line's total after discount. A product is known by its `Product ID` alone: where the shop gave
one id several names, or one name to several ids, the id is what it counts products by.
"""

import csv
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from preo.core.money import Currency, from_major
from preo.customers.outside.shapes import OutsideCustomer
from preo.editions.models import CountryCode, Edition, Event
from preo.orders.outside.chunks import in_chunks
from preo.orders.outside.problems import problem
from preo.orders.outside.shapes import (
    OutsideLine,
    OutsideOrder,
    Problem,
    Recording,
    Taken,
    TakenOrder,
)
from preo.orders.outside.take import take_orders
from preo.organizations.models import Organization
from preo.runtime.errors import LauncherError

SLUG = "superstore"
SHOWN = 5
"""So many of the orders that failed are named."""

ORDER = "Order ID"
COLUMNS = (
    ORDER,
    "Order Date",
    "Ship Mode",
    "Customer ID",
    "Customer Name",
    "Segment",
    "Region",
    "Product ID",
    "Category",
    "Product Name",
    "Sales",
    "Quantity",
)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,12})?")
_QUANTITY = re.compile(r"\d{1,6}")

Row = dict[str, str]


@dataclass(frozen=True)
class FileReport:
    """What became of the orders of a file."""

    organization_id: uuid.UUID
    edition_id: uuid.UUID
    created: int
    updated: int
    unchanged: int
    failed: int


def fill_from_file(*, path: Path, now: datetime, echo: Callable[[str], None]) -> FileReport:
    """Take the file's orders into the organization Superstore, which is made if it is missing.

    The same file again changes nothing. Raises LauncherError for a file that is not such an
    export, before anything is written.
    """
    _check_file(path)
    edition = _find_or_make_edition()
    report = FileReport(edition.organization_id, edition.id, 0, 0, 0, 0)
    for chunk in in_chunks(read_orders(path)):
        done = take_orders(
            edition=edition,
            service=SLUG,
            orders=chunk,
            now=now,
            by=None,
            create_products=True,
            recording=Recording.WHOLE_CALL,
        )
        report = _add(report, done)
        _say(report, done, echo)
    return report


def read_orders(path: Path) -> Iterator[OutsideOrder]:
    """The orders of a file one by one; its lines are read no further than the order at hand."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for external_id, rows in groupby(csv.DictReader(file), key=lambda row: row[ORDER]):
            yield _read_order(external_id, list(rows))


def _check_file(path: Path) -> None:
    """Read the whole file once: what is wrong with its form is said before anything is written."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise LauncherError(
                    f"{path.name} is no export that can be loaded: its first line lacks "
                    f"{', '.join(missing)}. What it needs is {', '.join(COLUMNS)}."
                )
            _check_lines(path, reader)
    except UnicodeDecodeError as error:
        raise LauncherError(f"{path.name} is not UTF-8: byte {error.start} is wrong.") from error
    except csv.Error as error:
        raise LauncherError(f"{path.name} is no CSV file: {error}.") from error


def _check_lines(path: Path, reader: "csv.DictReader[str]") -> None:
    """An order whose lines stand apart would come in twice, the second time without the first."""
    last, seen = None, set()
    for row in reader:
        if None in row or None in row.values():
            raise LauncherError(
                f"Line {reader.line_num} of {path.name} has not as many fields as the first."
            )
        order = row[ORDER]
        if order != last and order in seen:
            raise LauncherError(
                f"Line {reader.line_num} of {path.name} is of order {order}, whose other lines "
                "stand before another order's. Sort the file by order."
            )
        seen.add(order)
        last = order
    if not seen:
        raise LauncherError(f"{path.name} has a first line and nothing after it.")


def _find_or_make_edition() -> Edition:
    organization, _ = Organization.objects.get_or_create(
        slug=SLUG, defaults={"name": "Superstore", "currency": Currency.USD}
    )
    edition = Edition.objects.filter(organization=organization, slug=SLUG).first()
    if edition is not None:
        return edition
    event = Event.objects.create(organization=organization, name="Superstore")
    return Edition.objects.create(
        organization=organization,
        event=event,
        name="All years",
        full_name="Superstore All years",
        slug=SLUG,
        currency=Currency.USD,
        default_country_code=CountryCode.US,
        is_draft=False,
    )


def _read_order(external_id: str, rows: list[Row]) -> OutsideOrder:
    first = rows[0]
    errors: list[Problem] = []
    items = tuple(_read_line(row, f"/items/{number}", errors) for number, row in enumerate(rows))
    first_name, _, last_name = first["Customer Name"].partition(" ")
    return OutsideOrder(
        external_id=external_id,
        customer=OutsideCustomer(
            external_id=first["Customer ID"], first_name=first_name, last_name=last_name
        ),
        items=items,
        created=_read_date(first["Order Date"], errors),
        metadata={
            "ship_mode": first["Ship Mode"],
            "segment": first["Segment"],
            "region": first["Region"],
        },
        errors=tuple(errors),
    )


def _read_line(row: Row, at: str, errors: list[Problem]) -> OutsideLine:
    sales, quantity = row["Sales"].strip(), row["Quantity"].strip()
    if not _AMOUNT.fullmatch(sales):
        errors.append(problem("invalid_number", f"{at}/line_total", sales))
        sales = "0"
    if not _QUANTITY.fullmatch(quantity):
        errors.append(problem("invalid_number", f"{at}/quantity", quantity))
        quantity = "1"
    return OutsideLine(
        external_product_id=row["Product ID"],
        external_product=row["Product Name"],
        category=row["Category"],
        quantity=int(quantity),
        line_total=from_major(Decimal(sales)),
    )


def _read_date(text: str, errors: list[Problem]) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        errors.append(problem("invalid_date", "/created", text))
        return None


def _add(report: FileReport, done: Taken) -> FileReport:
    return FileReport(
        report.organization_id,
        report.edition_id,
        report.created + done.created,
        report.updated + done.updated,
        report.unchanged + done.unchanged,
        report.failed + done.failed,
    )


def _say(report: FileReport, done: Taken, echo: Callable[[str], None]) -> None:
    echo(
        f"  {report.created:,} orders are new, {report.updated:,} changed, "
        f"{report.unchanged:,} as they were, {report.failed:,} not taken."
    )
    failed = [one for one in done.orders if one.errors]
    for one in failed[:SHOWN]:
        echo(f"  {_why(one)}")


def _why(one: TakenOrder) -> str:
    error = one.errors[0]
    return f"{one.external_id}: {error.pointer} {error.value or ''}: {error.message}"
