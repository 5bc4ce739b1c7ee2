"""A real shop's export through the engine: to the cent, and the second time without a trace."""

import csv
import os
from dataclasses import astuple
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum

from preo.activity.models import Activity
from preo.catalog.models import Category, Product
from preo.customers.models import Customer
from preo.orders.models import Order, Purchase
from preo.orders.tests.outside import assert_sound, row_versions
from preo.organizations.models import Organization
from preo.runtime.demo.superstore import COLUMNS, FileReport, fill_from_file, read_orders
from preo.runtime.errors import LauncherError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SMALL = Path(__file__).parent / "data" / "shop.csv"
LINE = "A-1,2026-01-05,Second Class,C-1,Ada Holm,Consumer,West,P-1,Camping,Tent,12.50,2\n"
HEADER = ",".join(COLUMNS) + "\n"

pytestmark = pytest.mark.django_db


def fill(path: Path) -> tuple[FileReport, list[str]]:
    said: list[str] = []
    return fill_from_file(path=path, now=NOW, echo=said.append), said


def counts(report: FileReport) -> tuple[int, ...]:
    """Created, updated, unchanged, failed."""
    return tuple(astuple(report)[2:])


def made(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def cents(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks Order ID, Order Date"),
        ("Name,Email,Total\n#1,ada@example.org,5\n", "lacks Order ID"),
        (HEADER.replace(",Sales", ""), "lacks Sales"),
        (HEADER, "nothing after it"),
        (HEADER + LINE.replace(",2\n", "\n"), "Line 2 .* not as many fields"),
        (HEADER + LINE.replace(",2\n", ",2,3\n"), "Line 2 .* not as many fields"),
        (HEADER + LINE + LINE.replace("A-1", "A-2") + LINE, "Line 4 .* order A-1"),
        (HEADER.encode() + b"\xff\xfe", "not UTF-8"),
        (HEADER + "x" * 200_000, "no CSV file"),
        (b"PK\x03\x04\x00\x00", "lacks Order ID"),
    ],
)
def test_a_file_of_another_form_is_refused_before_anything_is_written(
    tmp_path: Path, text: str | bytes, why: str
) -> None:
    with pytest.raises(LauncherError, match=why):
        fill(made(tmp_path, text))
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("12.50", "twelve", "/items/0/line_total twelve"),
        ("12.50", "-12.50", "/items/0/line_total -12.50"),
        ("12.50", "1e999999999", "/items/0/line_total"),
        (",2\n", ",two\n", "/items/0/quantity two"),
        (",2\n", ",0\n", "/items/0/quantity 0"),
        ("2026-01-05", "05.01.2026", "/created 05.01.2026"),
        ("A-1", "", "/external_id"),
        ("C-1", "", "/customer"),
    ],
)
def test_a_bad_line_fails_its_order_and_says_so(
    tmp_path: Path, before: str, after: str, what: str
) -> None:
    good = LINE.replace("A-1", "A-2")
    report, said = fill(made(tmp_path, HEADER + LINE.replace(before, after) + good))
    assert counts(report) == (1, 0, 0, 1)
    assert what in said[-1]
    assert Order.objects.get().external_id == "A-2"


def test_a_small_file_is_taken_to_the_cent() -> None:
    report, _ = fill(SMALL)
    assert counts(report) == (5, 0, 0, 0)
    amounts = Order.objects.order_by("external_id").values_list("amount", flat=True)
    assert list(amounts) == [99390, 1463, 95846, 2737, 100000]
    third = Purchase.objects.filter(order__external_id="NL-2026-000003").order_by("position")
    assert list(third.values_list("product__code", "quantity", "price_paid")) == [
        ("LAB-1", 1, 44),
        ("LAB-1", 1, 44),
        ("STA-1", 5, 95758),
    ]
    assert_sound()


def test_a_product_is_what_the_shop_gave_one_id() -> None:
    fill(SMALL)
    products = Product.objects.order_by("code").values_list("code", "name", "is_draft")
    assert list(products) == [
        ("CHA-1", "Chair,\u00a0folding", True),
        ("LAB-1", "Labels", True),
        ("STA-1", "Staples", True),
        ("STA-2", "Staples", True),
        ("TEN-1", "Tent for two", True),
    ]
    assert {category.name["en"] for category in Category.objects.all()} == {"Camping", "Office"}
    assert Product.objects.annotate(n=Count("categories")).filter(n=1).count() == 5


def test_the_shop_is_an_organization_of_its_own_with_its_customers() -> None:
    report, _ = fill(SMALL)
    organization = Organization.objects.get()
    assert (organization.id, organization.slug, organization.currency) == (
        report.organization_id,
        "superstore",
        "usd",
    )
    names = Customer.objects.order_by("last_name").values_list("first_name", "last_name", "email")
    assert list(names) == [("Bo", "", None), ("Ada", "Holm", None), ("Çelik", "de Vries", None)]
    order = Order.objects.get(external_id="NL-2026-000001")
    assert (order.order_number, order.currency, order.status) == (
        "NL-2026-000001",
        "usd",
        "completed",
    )
    assert order.created == datetime(2026, 1, 5, tzinfo=UTC)
    assert order.metadata == {"ship_mode": "Second Class", "segment": "Consumer", "region": "West"}
    assert Activity.objects.get().details == {"service": "superstore", "created": 5, "updated": 0}


def test_a_file_loaded_again_writes_nothing() -> None:
    fill(SMALL)
    before = row_versions()
    report, said = fill(SMALL)
    assert counts(report) == (0, 0, 5, 0)
    assert said == ["  0 orders are new, 0 changed, 5 as they were, 0 not taken."]
    assert row_versions() == before
    assert Activity.objects.count() == 1


def test_a_changed_line_changes_just_its_order(tmp_path: Path) -> None:
    fill(SMALL)
    changed = SMALL.read_text().replace("1000,1,", "999,1,")
    report, _ = fill(made(tmp_path, changed))
    assert counts(report) == (0, 1, 4, 0)
    assert_sound()


def test_orders_are_read_one_by_one(tmp_path: Path) -> None:
    broken = HEADER + LINE + LINE.replace("A-1", "A-2") + "A-3"
    orders = read_orders(made(tmp_path, broken))
    assert next(orders).external_id == "A-1"


def sample() -> Path:
    folder = os.environ.get("PREO_SAMPLE_DATA")
    path = Path(folder or "/nonexistent") / "superstore.csv"
    if not path.is_file():
        pytest.skip("outside data is absent: PREO_SAMPLE_DATA names no folder with superstore.csv")
    return path


def test_the_whole_superstore_is_taken_to_the_cent_and_then_unchanged() -> None:
    path = sample()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    report, _ = fill(path)
    assert counts(report) == (5009, 0, 0, 0)
    assert len({row["Product ID"] for row in rows}) == Product.objects.count() == 1862
    assert len({row["Customer ID"] for row in rows}) == Customer.objects.count() == 793
    assert len(rows) == Purchase.objects.count() == 9994
    stated = sum(cents(row["Sales"]) for row in rows)
    assert Order.objects.aggregate(Sum("amount"), Sum("paid")) == {
        "amount__sum": stated,
        "paid__sum": stated,
    }
    pairs = Purchase.objects.values("order", "product").annotate(times=Count("id"))
    assert pairs.filter(times=2).count() == 8
    assert_sound()
    before = row_versions()
    again, _ = fill(path)
    assert counts(again) == (0, 0, 5009, 0)
    assert row_versions() == before
