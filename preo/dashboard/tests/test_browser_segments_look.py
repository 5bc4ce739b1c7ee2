"""The pages of segments as they look and follow: axe in both schemes, narrow windows, progress."""

import pytest
from playwright.sync_api import expect

from preo.catalog.models import Product
from preo.customers.models import Customer
from preo.dashboard.tests.desk import PATIENCE, Desk, faults, overhangs
from preo.dashboard.tests.segment_desk import LIST, at, work, write
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)


def test_the_list_follows_a_calculation_by_itself(desk: Desk, buyers: list[Customer]) -> None:
    make_segment(organization=buyers[0].organization, name="Everybody")
    page = at(desk, LIST)
    page.get_by_label("Actions for Everybody").click()
    page.get_by_role("button", name="Calculate again").click()
    row = page.get_by_role("row").filter(has_text="Everybody")
    expect(row).to_contain_text("Waiting")
    work()
    expect(row).to_contain_text("Ready")
    expect(row.get_by_role("cell").nth(2)).to_have_text("3")


def test_axe_finds_nothing_on_the_pages_of_segments(desk: Desk, buyers: list[Customer]) -> None:
    page = at(desk)
    page.get_by_text("All that can be named").click()
    expect(page.get_by_text("user.total_spent", exact=True)).to_be_visible()
    found = faults(page)
    page.get_by_role("button", name="Recipes").click()
    found += faults(page)
    page.get_by_role("button", name="Take it: Bought a product", exact=True).click()
    expect(page.locator(".audience-number")).to_be_visible()
    page.get_by_label("Find a person").fill("jon")
    page.get_by_role("button", name="Jon Blom").click()
    expect(page.locator("#why")).to_contain_text("Reaching the person")
    found += faults(page)
    write(page, "\n&& user.emial")
    expect(page.locator("#condition-problems li").first).to_be_visible()
    # The list of completions scrolls along with the chosen option, which axe does not know.
    page.keyboard.press("Escape")
    found += faults(page)
    segment = make_segment(organization=buyers[0].organization, name="Everybody")
    page.on("dialog", lambda dialog: dialog.accept())
    for path in (LIST, f"{LIST}/{segment.api_id}", f"{LIST}/{segment.api_id}/delete"):
        page.goto(path)
        found += faults(page)

    assert found == []


def test_no_page_of_segments_scrolls_sideways(desk: Desk, buyers: list[Customer]) -> None:
    segment = make_segment(
        organization=buyers[0].organization,
        name="Everybody who " + "x" * 60,
        condition=f'user.first_name == "{"y" * 200}"',
    )
    page = at(desk, width=390, height=844)
    write(page, f'purchases.exists(p, p.product == "{Product.objects.first().api_id}")')  # type: ignore[union-attr]
    expect(page.locator(".audience-number")).to_be_visible()
    wide = overhangs(page)
    page.on("dialog", lambda dialog: dialog.accept())
    for path in (LIST, f"{LIST}/{segment.api_id}", f"{LIST}/{segment.api_id}/edit"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        wide += overhangs(page)

    assert wide == []
