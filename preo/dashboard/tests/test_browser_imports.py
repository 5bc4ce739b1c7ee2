"""Imports in a real browser: a file from its upload to its products, with scripts and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from preo.dashboard.tests.desk import PATIENCE, Desk, faults, overhang
from preo.dashboard.tests.segment_desk import at
from preo.editions.models import Edition
from preo.imports.models import DataImport
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file

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
