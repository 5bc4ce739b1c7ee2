"""Small files in the forms of the known sources' exports, right and with planted mistakes.

A cell is a text, a quantity or an amount; a tuple is a text with such in it. Rows are told by what
they have besides the columns that all have.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import load_workbook

from preo.imports.models import ImportService
from preo.imports.tests.files import workbook
from preo.imports.tests.test_sources import EVENTBRITE, SHOPIFY, TITO, WOOCOMMERCE

Cell = str | int | Decimal | tuple[str | int | Decimal, ...]


@dataclass(frozen=True)
class Form:
    """How a file is written."""

    ending: str
    encoding: str = ""
    delimiter: str = ""
    decimal: str = "."

    @property
    def service(self) -> ImportService:
        return ImportService.EXCEL if self.ending == "xlsx" else ImportService.CSV

    def text(self, cell: Cell) -> str:
        if isinstance(cell, tuple):
            return "".join(map(self.text, cell))
        return str(cell).replace(".", self.decimal) if isinstance(cell, Decimal) else str(cell)

    def write(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        if self.ending == "xlsx":
            return workbook([[self._value(cell) for cell in row] for row in rows])
        file = io.StringIO()
        writer = csv.writer(file, delimiter=self.delimiter)
        writer.writerows([self.text(cell) for cell in row] for row in rows)
        return file.getvalue().encode(self.encoding)

    def _value(self, cell: Cell) -> str | float | None:
        if isinstance(cell, str | tuple):
            return self.text(cell) or None
        return float(cell)

    def read(self, content: bytes) -> list[list[str]]:
        """The cells as texts."""
        if self.ending == "xlsx":
            page = load_workbook(io.BytesIO(content)).worksheets[0]
            return [
                ["" if value is None else str(value) for value in row]
                for row in page.iter_rows(values_only=True)
            ]
        text = io.StringIO(content.decode(self.encoding), newline="")
        return list(csv.reader(text, delimiter=self.delimiter))

    def mend(self, content: bytes, cells: dict[tuple[int, int], Cell]) -> bytes:
        """The file with other cells at these rows and columns, from 0; else as it came."""
        if self.ending == "xlsx":
            book = load_workbook(io.BytesIO(content))
            for (row, column), cell in cells.items():
                book.worksheets[0].cell(row + 1, column + 1).value = self._value(cell)
            file = io.BytesIO()
            book.save(file)
            return file.getvalue()
        rows: list[list[Cell]] = [list(row) for row in self.read(content)]
        for (row, column), cell in cells.items():
            rows[row][column] = cell
        return self.write(rows)


FORMS = {
    "Windows-1252": Form("csv", "cp1252", ";", ","),
    "UTF-16": Form("csv", "utf-16", "\t"),
    "workbook": Form("xlsx"),
}


@dataclass(frozen=True)
class MadeFile:
    names: list[str]
    order: str
    """The column of the order's id."""
    rows: list[dict[str, Cell]]
    """From the second of the file on."""
    mistakes: list[tuple[int, str, Cell, str]]
    """Row, column, what stands there, code; by row, then by the columns' order."""
    total: int
    """Minor units of all orders, once the file is right."""

    def right(self) -> list[list[Cell]]:
        return [[*self.names], *([row.get(name, "") for name in self.names] for row in self.rows)]

    def wrong(self) -> list[list[Cell]]:
        rows = self.right()
        for number, column, cell, _ in self.mistakes:
            rows[number - 1][self.names.index(column)] = cell
        return rows

    def failing(self) -> list[int]:
        """The rows of the orders that have a mistake."""
        orders = {self.rows[number - 2][self.order] for number, *_ in self.mistakes}
        return [number for number, row in enumerate(self.rows, 2) if row[self.order] in orders]


def _amount(text: str) -> Decimal:
    return Decimal(text)


def _shopify() -> MadeFile:
    def first(number: int, **cells: Cell) -> dict[str, Cell]:
        order: dict[str, Cell] = {
            "Name": f"#{number}", "Email": f"b{number}@example.com", "Financial Status": "paid",
            "Accepts Marketing": "yes", "Currency": "EUR", "Subtotal": _amount("55.50"),
            "Shipping": _amount("10.00"), "Taxes": _amount("0.00"), "Total": _amount("60.50"),
            "Discount Code": "EARLY", "Discount Amount": _amount("5.00"),
            "Created at": "2026-05-01 10:00:00 +0200", "Lineitem quantity": 1,
            "Lineitem name": 'Tent; "große"', "Lineitem price": _amount("55.50"),
            "Billing Name": "Zoë Lind", "Notes": "Ring twice,\nthen wait",
            "Phone": "'+4520123456", "Id": f"50{number}",
        }  # fmt: skip
        return order | cells

    def second(number: int) -> dict[str, Cell]:
        return {
            "Name": f"#{number}", "Email": f"b{number}@example.com", "Lineitem quantity": 2,
            "Lineitem name": "Mug", "Lineitem price": _amount("1234.25"),
        }  # fmt: skip

    both = {"Total": _amount("2529.00")}
    return MadeFile(
        SHOPIFY.split(","),
        "Name",
        [
            first(1001, **both),
            second(1001),
            *(first(number) for number in range(1002, 1010)),
            first(1010, **both),
            second(1010),
            first(1011),
        ],
        [
            (4, "Created at", "2026-02-30 10:00:00 +0200", "invalid_date"),
            (5, "Email", "b1003(at)example.com", "invalid_email"),
            (6, "Lineitem price", "free", "invalid_number"),
            (7, "Lineitem quantity", 0, "invalid_quantity"),
            (8, "Currency", "XXX", "unknown_currency"),
            (9, "Financial Status", "perhaps", "unknown_status"),
            (9, "Total", "about 60", "invalid_number"),
            (10, "Lineitem name", "", "missing_product"),
            (11, "Name", "", "missing_order_id"),
            (13, "Lineitem price", _amount("-5.00"), "negative_amount"),
        ],
        560_250,
    )


def _eventbrite() -> MadeFile:
    def attendee(number: int) -> dict[str, Cell]:
        return {
            "Order no.": f"99{number}", "Order Date": "2026-05-13 10:00:00+02:00",
            "First Name": "Zoë", "Surname": "Øster", "Email": f"b{number}@example.com",
            "Quantity": 2, "Ticket Type": "Day; ticket", "Order Type": "Eventbrite Completed",
            "Total Paid": _amount("1091.50"), "Eventbrite Fees": _amount("2.50"),
            "Eventbrite Payment Processing": _amount("1.00"), "Attendee Status": "Attending",
        }  # fmt: skip

    return MadeFile(
        EVENTBRITE.format("Surname").split(","),
        "Order no.",
        [
            attendee(1),
            attendee(1) | {"Ticket Type": "Parking", "Total Paid": _amount("7.25")},
            *(attendee(number) for number in range(2, 9)),
            attendee(9),
            attendee(9),
        ],
        [
            (4, "Order Date", "2026-13-05", "invalid_date"),
            (5, "Email", "b3", "invalid_email"),
            (6, "Quantity", "two", "invalid_number"),
            (7, "Total Paid", "gratis", "invalid_number"),
            (8, "Ticket Type", "", "missing_product"),
            (9, "Order no.", "", "missing_order_id"),
            (10, "Attendee Status", "perhaps", "unknown_status"),
            (12, "Total Paid", _amount("-1.00"), "negative_amount"),
        ],
        1_092_225,
    )


def _tito() -> MadeFile:
    def ticket(number: int, place: int = 1, **cells: Cell) -> dict[str, Cell]:
        line: dict[str, Cell] = {
            "Number": f"{number}-{place}", "Ticket": "Conference", "Ticket Full Name": "Bo Lund",
            "Ticket Email": f"other{number}@example.com", "Event": "Northlight",
            "Price": _amount("1100.50"), "Ticket Reference": f"TI{number}-{place}",
            "Tags": 'vip;\n"early"', "Order Reference": f"OR{number}", "Order Name": "Zoë Lind",
            "Order Email": f"b{number}@example.com", "Order Phone Number": "+45 20 12 34 56",
            "Order Created Date": "2026-05-13 08:00:00 UTC",
        }  # fmt: skip
        return line | cells

    return MadeFile(
        TITO.split(","),
        "Order Reference",
        [
            ticket(1),
            ticket(1, 2, Ticket="Dinner €, late", Price=_amount("40.00")),
            *(ticket(number) for number in range(2, 7)),
            ticket(7),
            ticket(7, 2),
        ],
        [
            (4, "Price", "free", "invalid_number"),
            (5, "Order Email", "zoë at example.com", "invalid_email"),
            (6, "Ticket", "", "missing_product"),
            (7, "Order Created Date", "yesterday", "invalid_date"),
            (8, "Order Reference", "", "missing_order_id"),
            (10, "Price", _amount("-1.00"), "negative_amount"),
        ],
        884_400,
    )


def _woocommerce() -> MadeFile:
    def order(number: int) -> dict[str, Cell]:
        return {
            "order_id": f"77{number}", "order_number": f"W-{number}", "date": "5/31/2026 0:37",
            "status": "processing", "shipping_total": _amount("5.00"),
            "order_total": _amount("1265.50"), "payment_method": "card", "customer_id": "0",
            "billing_first_name": "Zoë", "billing_last_name": "Lind",
            "billing_email": f"b{number}@example.com", "billing_country": "DK",
            "customer_note": "Gate B", "line_items": _items(2, _amount("1250.50")),
            "coupons": "",
        }  # fmt: skip

    return MadeFile(
        WOOCOMMERCE.split(","),
        "order_id",
        [order(number) for number in range(1, 10)],
        [
            (3, "date", "5/32/2026 0:37", "invalid_date"),
            (4, "billing_email", "b3@", "invalid_email"),
            (5, "order_total", "forty", "invalid_number"),
            (6, "line_items", _items(0, _amount("1250.50")), "invalid_quantity"),
            (7, "line_items", _items(2, "dear"), "invalid_number"),
            (8, "order_id", "", "missing_order_id"),
            (9, "status", "perhaps", "unknown_status"),
        ],
        1_138_950,
    )


def _items(quantity: int, total: str | Decimal) -> Cell:
    return (f"product_id:4959|{quantity}|", total, "|size: Größe M;product_id:12|1|", 10)


MADE = {
    "shopify": _shopify(),
    "eventbrite": _eventbrite(),
    "tito": _tito(),
    "woocommerce": _woocommerce(),
}
