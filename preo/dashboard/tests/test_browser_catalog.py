"""The catalogue in a real browser: a product made from nothing and found again."""

import re

import pytest
from playwright.sync_api import Page, expect

from preo.accounts.tests.factories import PASSWORD
from preo.catalog.models import Product
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_option,
    make_product,
    make_variant,
    make_vendor,
)
from preo.dashboard.tests.desk import PATIENCE, Desk, faults, overhangs, sign_in
from preo.editions.models import Edition

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)

EDITION = "/o/northlight/e/2026"
WHOLE = "/o/northlight"


@pytest.fixture
def furnished(festival: Edition) -> Edition:
    """What a product's form can name, and a product with parts."""
    make_vendor(organization=festival.organization, name="Nordlys Merchandise", code="NM")
    make_location(edition=festival, name="Main gate")
    make_category(edition=festival, name={"en": "Merchandise"})
    product = Product.objects.get(edition=festival)
    make_variant(product=product, name="Adult")
    make_option(product=product, name="Camping", price_mod=1250)
    # Where she is staff, and may only look.
    make_variant(product=make_product(edition=Edition.objects.get(slug="2027"), name="Boat trip"))
    return festival


def at(desk: Desk, path: str, **window: bool | int) -> Page:
    """Signed in before a page."""
    page = desk.open(**window)  # type: ignore[arg-type]
    page.goto(path)
    sign_in(page, PASSWORD)
    expect(page).to_have_url(re.compile(re.escape(path)))
    return page


def fill_in(page: Page) -> None:
    """What a T-shirt is, but for its parts."""
    page.get_by_label("Name", exact=True).fill("T-shirt")
    page.get_by_label("Type").select_option("merchandise")
    page.get_by_label("Vendor").select_option("Nordlys Merchandise")
    page.get_by_label("Merchandise", exact=True).check()
    page.locator("#field-price").fill("225,50")
    page.get_by_label("Draft").uncheck()


def add_parts(page: Page, *, scripts: bool) -> None:
    """Two variants, turned round, and an option."""
    variants = page.get_by_role("group", name=re.compile(r"^Variant \d"))
    for count in (1, 2):
        page.get_by_role("button", name="Add variant").click()
        expect(variants).to_have_count(count)
        if scripts:
            expect(variants.last.get_by_label("Name")).to_be_focused()
    variants.nth(0).get_by_label("Name").fill("XXL")
    variants.nth(0).get_by_label("Price").fill("245")
    variants.nth(1).get_by_label("Name").fill("S")
    page.get_by_role("button", name="Move variant 2 up").click()
    expect(variants.nth(0).get_by_label("Name")).to_have_value("S")
    page.get_by_role("button", name="Add option").click()
    page.get_by_role("group", name="Option 1").get_by_label("Name").fill("Print")
    page.get_by_label("Added to the price").fill("-10.25")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_product_with_two_variants_and_an_option_is_made_and_found_again(
    furnished: Edition, desk: Desk, scripts: bool
) -> None:
    page = at(desk, f"{EDITION}/products", scripts=scripts)
    page.get_by_role("link", name="New product").click()
    fill_in(page)
    add_parts(page, scripts=scripts)
    page.get_by_role("button", name="Make the product").last.click()

    expect(page.get_by_role("status").filter(has_text="T-shirt is made.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("T-shirt")
    page.get_by_role("navigation", name="Areas").get_by_role("link", name="Products").click()
    expect(page.locator("#rows-count")).to_have_text("2 products")
    page.get_by_label("Search products", exact=True).fill("t-SH")
    if not scripts:
        page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#rows-count")).to_have_text("1 product")
    expect(page).to_have_url(re.compile(r"[?&]search=t-SH"))
    page.get_by_role("link", name="T-shirt").click()
    variants = page.get_by_role("group", name=re.compile(r"^Variant \d"))
    expect(page.locator("#field-price")).to_have_value("225.50")
    expect(variants.nth(0).get_by_label("Name")).to_have_value("S")
    expect(variants.nth(1).get_by_label("Price")).to_have_value("245.00")
    expect(page.get_by_label("Added to the price")).to_have_value("-10.25")
    expect(page.get_by_label("Merchandise", exact=True)).to_be_checked()


def test_a_filter_swaps_the_list_alone_and_stands_in_the_address(
    furnished: Edition, desk: Desk
) -> None:
    page = at(desk, f"{EDITION}/products")
    page.evaluate("window.stays = true")
    page.get_by_label("Type").select_option("food")

    expect(page.get_by_role("heading", name="Nothing fits these filters")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?type=food$"))
    assert page.evaluate("window.stays") is True
    page.get_by_role("link", name="Show all products").click()
    expect(page.locator("#rows-count")).to_have_text("1 product")
    expect(page.get_by_label("Type")).to_have_value("")


def test_what_was_ordered_is_not_deleted_and_a_new_vendor_is(
    furnished: Edition, desk: Desk
) -> None:
    page = at(desk, f"{EDITION}/products")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("60 purchases")
    page.get_by_role("link", name="Back to the product").click()

    page.goto(f"{WHOLE}/vendors")
    page.get_by_role("link", name="Nordlys Merchandise").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the vendor").click()
    expect(page.get_by_role("status").filter(has_text="is deleted")).to_be_visible()
    expect(page.locator("#rows-count")).to_have_text("0 vendors")


PAGES = [
    *[f"{EDITION}/{noun}" for noun in ("products", "categories", "vendors", "locations")],
    *[f"{WHOLE}/{noun}" for noun in ("products", "categories", "vendors", "locations", "events")],
    *[f"{EDITION}/{noun}/new" for noun in ("products", "categories", "locations")],
    *[f"{WHOLE}/{noun}/new" for noun in ("vendors", "events")],
]


def test_axe_finds_nothing_in_the_catalogue_and_no_page_scrolls_sideways(
    furnished: Edition, desk: Desk
) -> None:
    page = at(desk, f"{WHOLE}/products")
    found = []
    for path in PAGES:
        page.goto(path)
        found += [*faults(page), *overhangs(page)]
    page.goto(f"{EDITION}/products")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("button", name="Add variant")).to_be_visible()
    found += [*faults(page), *overhangs(page)]
    page.get_by_label("Name", exact=True).first.fill(" ")
    page.get_by_label("Price", exact=True).first.fill("much")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    page.goto(f"{page.url}/delete")
    found += [*faults(page), *overhangs(page)]
    page.goto("/o/harbour/products")
    page.get_by_role("link", name="Boat trip").click()
    expect(page.get_by_text("you need the role manager")).to_be_visible()
    found += faults(page)

    assert found == []
    assert [text for text in desk.complaints if "400" not in text] == []
    desk.complaints.clear()
