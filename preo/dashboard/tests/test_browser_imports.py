"""Imports in a real browser: a file from its upload to its products, with scripts and without."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from preo.catalog.models import Product
from preo.dashboard.tests.desk import PATIENCE, Desk, faults, overhang
from preo.dashboard.tests.segment_desk import at
from preo.editions.models import Edition
from preo.imports.models import DataImport
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.service.runs import run_import

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)

NEW = "/o/northlight/e/2026/imports/new"
FILE = (
    "Order ID;Buyer e-mail;Product;Unit price;Order date;Seat\n"
    "A-1;zoe@example.com;Weekend pass;45,50;24/12/2025;\n"
    "A-2;max@example.com;Weekend pass;dear;25/12/2025;B4\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "old shop.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return path


def read_file() -> None:
    """What the worker would do with a file that was brought."""
    found = DataImport.objects.get()
    read_import_file(data_import_id=found.pk, generation=found.generation)


def read_lines() -> None:
    """What the worker would do with a mapping that was processed."""
    found = DataImport.objects.get()
    read_import_lines(data_import_id=found.pk, generation=found.generation)


def run() -> None:
    """What the worker would do with an import that was started."""
    found = DataImport.objects.get()
    run_import(data_import_id=found.pk, generation=found.generation, now=timezone.now())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_brought_mapped_checked_and_waits_for_its_products(
    desk: Desk, festival: Edition, file: Path, scripts: bool
) -> None:
    page = at(desk, NEW, scripts=scripts)
    page.get_by_label("Drop the file here").set_input_files(file)
    page.get_by_role("button", name="Read the file").last.click()
    expect(page.locator("#standing")).to_contain_text("Reading the file")

    read_file()
    if not scripts:
        page.reload()
    expect(page.get_by_label("What Order ID is")).to_have_value("order_id")
    expect(page.get_by_label("What Buyer e-mail is")).to_have_value("email")
    expect(page.get_by_label("What Unit price is")).to_have_value("unit_price")
    page.get_by_label("What Seat is").select_option("metadata.seat")
    page.get_by_role("button", name="Check all rows").click()
    expect(page.locator("#problems")).to_contain_text("Unit price")
    expect(page.locator("#problems")).to_contain_text("dear")

    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("From which system")).to_have_attribute("aria-invalid", "true")
    assert "400" in desk.complaints.pop()
    page.get_by_label("From which system").fill("Old shop")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#standing")).to_contain_text("Reading all 2 rows")
    read_lines()
    if not scripts:
        page.reload()
    expect(page.locator("#standing")).to_contain_text("Needs products")
    page.get_by_role("link", name="Products of the file").click()
    expect(page.get_by_role("table", name="Products of the file")).to_contain_text("Weekend pass")
    page.get_by_role("link", name="Back to the import").click()
    page.get_by_role("link", name="Preview the orders").click()
    expect(page.get_by_role("table", name="Orders of the file")).to_contain_text("zoe@example.com")


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_of_an_import_are_without_faults_and_fit_a_phone(
    desk: Desk, festival: Edition, file: Path, dark: bool
) -> None:
    page = at(desk, NEW, dark=dark, width=390)
    found = [*faults(page), overhang(page)]
    page.get_by_label("Drop the file here").set_input_files(file)
    page.get_by_role("button", name="Read the file").last.click()
    expect(page).to_have_url(re.compile("/imports/imp_"))
    read_file()
    expect(page.get_by_label("What Order ID is")).to_have_value("order_id")
    page.get_by_role("button", name="Check all rows").click()
    expect(page.locator("#problems")).to_contain_text("dear")
    found += [*faults(page), overhang(page)]
    page.get_by_label("From which system").fill("Old shop")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#standing")).to_contain_text("Reading all 2 rows")
    read_lines()
    expect(page.locator("#standing")).to_contain_text("Needs products")
    found += [*faults(page), overhang(page)]
    for link in ("Products of the file", "Preview the orders"):
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("link", name="Back to the import")).to_be_visible()
        found += [*faults(page), overhang(page)]
        page.get_by_role("link", name="Back to the import").click()
    assert [each for each in found if each] == []


SUPERSTORE = Path(os.environ.get("PREO_SAMPLE_DATA", "")) / "superstore.csv"
SUGGESTED = {
    "Order ID": "order_id",
    "Order Date": "created",
    "Customer ID": "customer_id",
    "Customer Name": "full_name",
    "Product ID": "product_code",
    "Product Name": "product",
    "Category": "category",
    "Quantity": "quantity",
    "Sales": "line_total",
}


def chosen_fields(page: Page) -> dict[str, str]:
    """By column what it is, as it stands in the form; the columns that are left out are not told."""
    columns = page.get_by_role("table", name="Columns of the file")
    expect(columns).to_be_visible()
    expect(page.locator("details summary").last).to_contain_text(
        "utf-8, names in row 1, year first, decimal point"
    )
    chosen = columns.evaluate(
        "table => [...table.tBodies[0].rows].map(row =>"
        " [row.cells[0].firstChild.textContent, row.querySelector('select').value])"
    )
    return {name: field for name, field in chosen if field}


@pytest.mark.skipif(not SUPERSTORE.is_file(), reason="outside data: no superstore.csv")
def test_a_real_shops_file_needs_its_shops_name_and_that_drafts_may_be_made(
    desk: Desk, festival: Edition
) -> None:
    page = at(desk, NEW)
    page.get_by_label("Drop the file here").set_input_files(SUPERSTORE)
    page.get_by_role("button", name="Read the file").last.click()
    expect(page.locator("#standing")).to_contain_text("Reading the file")
    read_file()
    assert chosen_fields(page) == SUGGESTED
    page.get_by_label("From which system").fill("Superstore")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#standing")).to_contain_text("Reading all 9,994 rows")
    read_lines()

    page.get_by_role("link", name="Products of the file").click()
    expect(page.locator("#products")).to_contain_text("1,862 not decided")
    page.get_by_role("button", name="Make drafts").click()
    expect(page.locator("#products")).to_contain_text("All decided")
    page.get_by_role("link", name="Back to the import").click()
    page.get_by_role("link", name="Preview the orders").click()
    expect(page.get_by_role("main")).to_contain_text("5,009")
    orders = page.get_by_role("table", name="Orders of the file")
    assert orders.locator("td:nth-child(3)").all_inner_texts() == ["Created"] * 25
    page.get_by_role("link", name="Back to the import").click()
    page.get_by_role("button", name="Start the import").click()
    run()
    standing = page.locator("#standing")
    expect(standing).to_contain_text("Completed")
    told = standing.locator("dl").first
    counts = zip(
        told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts(), strict=True
    )
    assert dict(counts) == {
        "Rows": "9,994",
        "Orders": "5,009",
        "Created": "5,009",
        "Updated": "0",
        "Unchanged": "0",
        "Failed": "0",
        "New people": "793",
    }
    assert Product.objects.filter(is_draft=True, code__isnull=False).count() == 1_862
