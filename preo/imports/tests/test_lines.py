"""From rows to lines: planted mistakes, numbers, dates, how orders are put together."""

from typing import Any

import pytest

from conftest import Cast
from preo.imports.lines.making import check_lines, make_lines
from preo.imports.models import ImportLine, ImportProblem, ProductMapping
from preo.imports.tests.staged import make_staged, problems_of, values_of

pytestmark = pytest.mark.django_db

HEADER = "Order ID;Order date;Status;E-mail;Currency;Product;Quantity;Unit price"
GOOD = "A-1;2026-05-31 10:00;paid;zoe@example.com;EUR;Day ticket;2;45.50"


def test_every_planted_mistake_is_found_in_one_pass(cast: Cast) -> None:
    rows = [
        GOOD,
        "A-2;2026-02-30;paid;zoe@example.com;EUR;Day ticket;2;45.50",
        "A-3;2026-05-31;paid;zoe@example.com;EUR;Day ticket;2;12,3,4",
        "A-4;2026-05-31;paid;zoe(at)example.com;EUR;Day ticket;2;45.50",
        ";2026-05-31;paid;zoe@example.com;EUR;Day ticket;2;45.50",
        "A-6;2026-05-31;paid;zoe@example.com;EUR;Day ticket;0;45.50",
        "A-7;2026-05-31;paid;zoe@example.com;XXX;Day ticket;2;45.50",
        "A-8;2026-05-31;perhaps;zoe@example.com;EUR;Day ticket;2;45.50",
        f"{'A' * 129};2026-05-31;paid;zoe@example.com;EUR;Day ticket;2;45.50",
        "A-10;31.31.2026;paid;@;EUR;;1.5;-3",
        "A-11;2026-05-31;paid;;EUR;Day ticket;2;",
    ]
    data_import = make_staged(cast, HEADER, *rows)

    make_lines(data_import)

    assert problems_of(data_import) == [
        (3, "Order date", "invalid_date", "2026-02-30"),
        (4, "Unit price", "invalid_number", "12,3,4"),
        (5, "E-mail", "invalid_email", "zoe(at)example.com"),
        (6, "Order ID", "missing_order_id", ""),
        (7, "Quantity", "invalid_quantity", "0"),
        (8, "Currency", "unknown_currency", "XXX"),
        (9, "Status", "unknown_status", "perhaps"),
        (10, "Order ID", "too_long", "A" * 129),
        (11, "Order date", "invalid_date", "31.31.2026"),
        (11, "E-mail", "invalid_email", "@"),
        (11, "Product", "missing_product", ""),
        (11, "Quantity", "invalid_quantity", "1.5"),
        (11, "Unit price", "negative_amount", "-3"),
        (12, "Unit price", "missing_price", ""),
        (12, None, "missing_customer", None),
    ]
    lines = ImportLine.objects.filter(data_import=data_import).order_by("number")
    assert [line.is_bad for line in lines] == [False] + [True] * 10
    assert data_import.problem_counts["invalid_quantity"] == 2
    assert data_import.order_count == 11
    assert "31/05/2026" in ImportProblem.objects.filter(code="invalid_date")[0].message


def test_a_good_row_has_each_value_in_its_type(cast: Cast) -> None:
    cast.edition.timezone = "Europe/Copenhagen"
    cast.edition.save()
    data_import = make_staged(cast, HEADER, GOOD)
    assert values_of(data_import) == [
        {
            "order_id": "A-1",
            "created": "2026-05-31T08:00:00Z",
            "status": "completed",
            "email": "zoe@example.com",
            "currency": "eur",
            "product": "Day ticket",
            "quantity": 2,
            "unit_price": 4550,
        }
    ]
    assert problems_of(data_import) == []


def one(cast: Cast, header: str, cell: str, **fields: Any) -> tuple[Any, list[str]]:
    """What one cell of this column is read as, and the codes of its problems."""
    data_import = make_staged(
        cast, f"Order ID|E-mail|Product|{header}", f"A-1|zoe@example.com|Ticket|{cell}", split="|"
    )
    places = {"Price": "unit_price", "Order date": "created", "Phone": "phone_number"}
    field = places[header]
    data_import.mappings[3] |= {"field": field, "format": fields.pop("format", None)}
    for name, value in fields.items():
        setattr(data_import, name, value)
    data_import.save()
    [values] = values_of(data_import)
    codes = [code for _, column, code, _ in problems_of(data_import) if column == header]
    return values.get(field), codes


@pytest.mark.parametrize(
    ("separator", "cell", "minor"),
    [
        (".", "45.5", 4550),
        (".", "1,234.50", 123450),
        (".", "1,234,567", 123456700),
        (".", "€ 12", 1200),
        (".", "$12.00", 1200),
        (".", "'12.00", 1200),
        (".", '="12.00"', 1200),
        (".", ".5", 50),
        (",", "45,5", 4550),
        (",", "1.234,50", 123450),
        (",", "1 234,50", 123450),
        (",", "1\u00a0234,50 kr.", 123450),
        (",", "1\u202f234,50 zł", 123450),
        (",", "DKK 100,-", 10000),
        (",", "12'345,00", 1234500),
    ],
)
def test_amounts_are_read_with_either_separator(
    cast: Cast, separator: str, cell: str, minor: int
) -> None:
    assert one(cast, "Price", cell, format=separator) == (minor, [])


@pytest.mark.parametrize(
    ("separator", "cell"),
    [
        (".", "1.234,50"), (",", "1,234.50"), (",", "1.5"), (".", "1,5"), (".", "12 34 x"),
        (".", "=1+1"), (".", "1e5"), (".", "NaN"), (".", "--5"), (".", "9" * 70),
    ],
)  # fmt: skip
def test_what_is_not_a_number_that_way_is_refused(cast: Cast, separator: str, cell: str) -> None:
    assert one(cast, "Price", cell, format=separator) == (None, ["invalid_number"])


def test_too_many_decimals_are_rounded_half_up_with_a_warning(cast: Cast) -> None:
    assert one(cast, "Price", "1.005") == (101, ["rounded"])
    assert one(cast, "Price", "1.0040") == (100, ["rounded"])
    assert one(cast, "Price", "1.5000") == (150, [])


def test_too_large_an_amount_is_refused(cast: Cast) -> None:
    assert one(cast, "Price", "9" * 18) == (None, ["out_of_range"])


@pytest.mark.parametrize(
    ("order", "cell", "iso"),
    [
        ("dmy", "31/05/2026", "2026-05-30T22:00:00Z"),
        ("dmy", "1.2.26", "2026-01-31T23:00:00Z"),
        ("dmy", "01-02-2026 14:30", "2026-02-01T13:30:00Z"),
        ("mdy", "05/31/2026 2:30 PM", "2026-05-31T12:30:00Z"),
        ("mdy", "5/31/2016 0:37", "2016-05-30T22:37:00Z"),
        ("MM/DD/YYYY", "02/01/2026", "2026-01-31T23:00:00Z"),
        ("ymd", "2026/05/31", "2026-05-30T22:00:00Z"),
        ("ymd", "26.05.31", "2026-05-30T22:00:00Z"),
        ("mdy", "2026-05-31", "2026-05-30T22:00:00Z"),
        ("dmy", "20260531", "2026-05-30T22:00:00Z"),
        ("dmy", "2026-05-01 10:00:00 +0200", "2026-05-01T08:00:00Z"),
        ("dmy", "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"),
        ("dmy", "2026-05-01T10:00:00.123-05:00", "2026-05-01T15:00:00Z"),
        ("dmy", "2026-05-01 10:00:00 UTC", "2026-05-01T10:00:00Z"),
        ("dmy", "May 1, 2026 10:00 AM", "2026-05-01T08:00:00Z"),
        ("dmy", "1 May 2026", "2026-04-30T22:00:00Z"),
        ("dmy", "46143", "2026-04-30T22:00:00Z"),
        ("dmy", "46143.5", "2026-05-01T10:00:00Z"),
    ],
)
def test_dates_are_read_in_their_order_and_zone(
    cast: Cast, order: str, cell: str, iso: str
) -> None:
    cast.edition.timezone = "Europe/Copenhagen"
    cast.edition.save()
    assert one(cast, "Order date", cell, format=order) == (iso, [])


@pytest.mark.parametrize(
    ("order", "cell"),
    [
        ("dmy", "05/31/2026"), ("mdy", "31/05/2026"), ("dmy", "2026-13-01"), ("dmy", "now"),
        ("dmy", "tomorrow"), ("dmy", "infinity"), ("dmy", "123/5/2026"), ("dmy", "1 Foo 2026"),
        ("dmy", "0001-01-01"), ("dmy", "12"), ("dmy", "2026-05-31 25:00"),
    ],
)  # fmt: skip
def test_what_is_no_date_that_way_is_refused(cast: Cast, order: str, cell: str) -> None:
    assert one(cast, "Order date", cell, format=order) == (None, ["invalid_date"])


def test_phones_are_read_by_the_imports_country(cast: Cast) -> None:
    assert one(cast, "Phone", "20 12 34 56") == ("+4520123456", [])
    assert one(cast, "Phone", "'+4520123456") == ("+4520123456", [])
    assert one(cast, "Phone", "070-174 06 05", default_country_code="+46") == ("+46701740605", [])
    assert one(cast, "Phone", "12") == ("12", ["invalid_phone"])
    assert one(cast, "Phone", "1" * 5000) == (None, ["invalid_phone"])


def test_a_check_lists_problems_and_makes_nothing(cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD, GOOD.replace(";2;", ";0;"))
    checked = check_lines(data_import)
    assert (checked.rows, checked.orders, checked.error_count) == (2, 1, 1)
    assert checked.counts == {"invalid_quantity": 1}
    assert not ImportLine.objects.exists()
    assert not ProductMapping.objects.exists()
    check_lines(data_import)
    assert len(problems_of(data_import)) == 1
