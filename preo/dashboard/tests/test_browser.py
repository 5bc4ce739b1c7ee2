"""The pages in a real browser: what only scripts, styles and keys can show."""

import re

import pytest
from playwright.sync_api import Page, expect

from preo.accounts.tests.factories import PASSWORD
from preo.dashboard.tests.desk import EMAIL, PATIENCE, Desk, faults, overhangs, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)

ORDERS = "/o/northlight/orders"
EDITION = "/o/northlight/e/2026/orders"


def at_the_orders(desk: Desk, path: str = EDITION, **window: bool | int) -> Page:
    """Signed in before the table."""
    page = desk.open(**window)  # type: ignore[arg-type]
    page.goto(path)
    sign_in(page, PASSWORD)
    expect(page).to_have_url(re.compile(re.escape(path)))
    return page


def test_a_wrong_password_keeps_the_address_and_waits_in_the_password(desk: Desk) -> None:
    page = desk.open()
    page.goto(f"{EDITION}?status=pending")
    sign_in(page, "not hers")

    expect(page.get_by_role("alert")).to_contain_text("or the password is wrong")
    expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"status=pending$"))
    # Chromium itself notes the 401 of the first try.
    assert [text for text in desk.complaints if "401" not in text] == []
    desk.complaints.clear()


def test_searching_and_chips_swap_the_table_alone_and_each_state_has_an_address(
    desk: Desk,
) -> None:
    page = at_the_orders(desk)
    page.evaluate("window.stays = true")
    count = page.locator("#orders-count")
    expect(count).to_have_text("60 orders")

    # At once: on a slow machine each letter by itself would be a state of its own to go back to.
    page.get_by_label("Search orders", exact=True).fill("jon")
    expect(count).to_have_text("30 orders")
    expect(page).to_have_url(re.compile(r"\?search=jon$"))
    expect(page.get_by_label("Search orders", exact=True)).to_be_focused()

    page.get_by_role("link", name="Pending 15").click()
    expect(count).to_have_text("15 orders")
    expect(page).to_have_url(re.compile(r"\?search=jon&status=pending$"))
    page.get_by_role("link", name="Order", exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text("NL-001")
    assert page.evaluate("window.stays") is True

    # Not `go_back`, which waits for a page to load: here none is loaded.
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile(r"\?search=jon&status=pending$"))
    expect(page.locator("tbody tr").first).to_be_visible()
    page.evaluate("history.back()")
    expect(count).to_have_text("30 orders")
    expect(page.get_by_label("Search orders", exact=True)).to_have_value("jon")


def test_days_can_be_chosen(desk: Desk) -> None:
    page = at_the_orders(desk)
    page.locator("#dates summary").click()
    page.get_by_label("From").fill("2026-03-02")

    expect(page.locator("#orders-count")).to_have_text("0 orders")
    expect(page.locator("#dates-label")).to_have_text("Since 2 Mar 2026")
    page.keyboard.press("Escape")
    expect(page.get_by_label("From")).to_be_hidden()
    page.get_by_role("link", name="Show all orders").click()
    expect(page.locator("#orders-count")).to_have_text("60 orders")
    expect(page.locator("#dates-label")).to_have_text("Any time")


def test_a_click_anywhere_in_a_row_opens_the_order_and_ids_can_be_copied(desk: Desk) -> None:
    page = at_the_orders(desk, f"{EDITION}?search=NL-012")
    page.get_by_role("cell", name="Completed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("NL-012")

    page.get_by_role("button", name="Copy the order id").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url.rpartition("/")[2]
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert f"/v1/orders/{copied}'" in page.evaluate("navigator.clipboard.readText()")


def test_the_switch_finds_another_edition_and_another_organization(desk: Desk) -> None:
    page = at_the_orders(desk)
    page.get_by_role("button", name="Switch from").click()
    field = page.get_by_label("Find an organization or an edition")
    expect(field).to_be_focused()
    expect(page.locator("#switcher [aria-current=true]")).to_contain_text("Northlight 2026")
    field.press_sequentially("2025", delay=20)
    expect(page.locator("#switcher a.flyout-item")).to_have_count(1)
    page.get_by_role("link", name="Northlight 2025").click()
    expect(page.locator("#orders-count")).to_have_text("1 order")

    page.get_by_role("button", name="Switch from").click()
    page.get_by_role("link", name="Harbour 2027").click()
    expect(page.get_by_role("heading", name="No orders yet")).to_be_visible()


def test_the_theme_is_the_systems_until_another_is_chosen_and_then_stays(desk: Desk) -> None:
    page = at_the_orders(desk, dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    night = page.evaluate(ground)
    page.get_by_role("button", name="Ada Vinter").click()
    page.get_by_role("button", name="Light", exact=True).click()
    day = page.evaluate(ground)
    assert day != night
    expect(page.get_by_role("button", name="Light", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )

    response = page.goto(ORDERS)
    assert response
    assert '<html lang="en" data-theme="light">' in response.text()
    assert page.evaluate(ground) == day
    page.get_by_role("button", name="Ada Vinter").click()
    page.get_by_role("button", name="System").click()
    assert page.evaluate(ground) == night


def test_by_keys_alone_from_the_sign_in_to_an_order(desk: Desk) -> None:
    page = desk.open()
    page.goto(EDITION)
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#orders-count")).to_have_text("60 orders")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('tbody')"):
            break
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("NL-")


def test_the_quick_search_opens_an_order_by_keys(desk: Desk) -> None:
    page = at_the_orders(desk)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("option", name=re.compile("^Orders"))).to_have_count(2)
    page.keyboard.type("NL-017")
    expect(page.get_by_role("option", name="NL-017 Jon Blom")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("NL-017")

    page.keyboard.press("Control+k")
    page.keyboard.type("jon")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{EDITION}\?search=jon$"))
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_hidden()


def test_a_search_after_the_session_ended_leads_to_the_sign_in_and_back(desk: Desk) -> None:
    page = at_the_orders(desk)
    page.context.clear_cookies()
    page.get_by_label("Search orders", exact=True).fill("jon")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, PASSWORD)
    expect(page).to_have_url(re.compile(rf"{EDITION}$"))


def test_without_scripts_everything_that_matters_works(desk: Desk) -> None:
    page = at_the_orders(desk, scripts=False)
    page.get_by_label("Search orders", exact=True).fill("jon")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#orders-count")).to_have_text("30 orders")
    page.get_by_role("link", name="Pending 15").click()
    expect(page.locator("#orders-count")).to_have_text("15 orders")
    expect(page.get_by_role("button", name="Copy as curl")).to_have_count(0)

    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Payments")).to_be_visible()
    page.get_by_role("button", name="Switch from").click()
    page.get_by_role("link", name="All organizations and editions").click()
    page.get_by_role("link", name="Northlight 2025").click()
    expect(page.locator("#orders-count")).to_have_text("1 order")
    page.get_by_role("button", name="Ada Vinter").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Ada Vinter").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(desk: Desk) -> None:
    page = desk.open()
    page.goto("/sign-in")
    found = [*faults(page), *overhangs(page)]
    page.goto(EDITION)
    sign_in(page, PASSWORD)
    expect(page.locator("#orders-count")).to_have_text("60 orders")
    found += [*faults(page), *overhangs(page)]
    for path in (ORDERS, f"{EDITION}?search=nobody", f"{EDITION}?status=pending", "/switch"):
        page.goto(path)
        found += [*faults(page), *overhangs(page)]
    page.goto(f"{EDITION}?search=NL-012")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    found += [*faults(page), *overhangs(page)]
    page.goto("/no/such/page")
    found += faults(page)

    assert found == []
    assert [text for text in desk.complaints if "404" not in text] == []
    desk.complaints.clear()


def test_axe_finds_nothing_in_what_opens(desk: Desk) -> None:
    page = at_the_orders(desk)
    found = []
    for opener in ("#dates summary", "[popovertarget=switcher]", "[popovertarget=person]"):
        page.locator(opener).click()
        page.wait_for_load_state("networkidle")
        found += faults(page)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("jon")
    expect(page.get_by_role("option")).to_have_count(9)
    page.keyboard.press("ArrowDown")
    found += faults(page)

    assert found == []


def test_on_a_phone_the_menu_opens_and_the_main_things_are_large_enough(desk: Desk) -> None:
    page = at_the_orders(desk, width=390, height=844)
    expect(page.get_by_role("navigation", name="Areas")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Orders")).to_be_visible()
    page.get_by_role("button", name="Close the menu").click()
    expect(page.get_by_role("navigation", name="Areas")).to_be_hidden()

    small = page.evaluate(
        """[...document.querySelectorAll('header a, header button, .chip, summary')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24)
            .map(e => e.outerHTML)"""
    )
    assert small == []


def test_on_paper_an_order_stands_without_its_frame(desk: Desk) -> None:
    page = at_the_orders(desk, f"{EDITION}?search=NL-012", dark=True)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    page.emulate_media(media="print")

    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Areas")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
