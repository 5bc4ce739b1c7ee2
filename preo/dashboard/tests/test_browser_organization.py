"""An organization's own affairs in a browser: members, keys, editions, with and without scripts."""

import re

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

from preo.accounts.models import ApiKey, Invitation, Membership, RoleWord, StaffUser
from preo.accounts.tests.factories import (
    PASSWORD,
    make_invitation,
    make_key,
    make_membership,
    make_staff,
)
from preo.dashboard.tests.desk import EMAIL, PATIENCE, Desk, faults, overhangs, sign_in
from preo.editions.models import Edition, Event

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)

MEMBERS = "/o/northlight/members"
KEYS = "/o/northlight/api-keys"
EDITIONS = "/o/northlight/editions"
SETTINGS = "/o/northlight/e/2026/settings"


@pytest.fixture
def jon(festival: Edition) -> Membership:
    """Ada is admin; Jon works for her, an invitation is open, and there is a key."""
    organization = festival.organization
    Membership.objects.filter(organization=organization).update(role=RoleWord.ADMIN)
    Event.objects.create(organization=organization, name="Northlight")
    make_invitation(edition=festival, email="open@northlight.example")
    make_key(organization=organization, name="Till")
    staff = make_staff(full_name="Jon Blom", email="jon@northlight.example")
    return make_membership(staff=staff, organization=organization, role=RoleWord.STAFF)


def at(desk: Desk, path: str, **window: bool | int) -> Page:
    page = desk.open(**window)  # type: ignore[arg-type]
    page.goto(path)
    sign_in(page, PASSWORD)
    expect(page).to_have_url(re.compile(re.escape(path)))
    return page


def press(page: Page, name: str) -> None:
    """The visible button of a form: another one before it catches the Enter key."""
    page.get_by_role("button", name=name, exact=True).last.click()


def forget_refusals(desk: Desk) -> None:
    """The browser itself notes every answer of 400 and 409."""
    noted = [text for text in desk.complaints if not re.search(r"status of 4(00|09)", text)]
    assert noted == []
    desk.complaints.clear()


def test_a_member_is_invited_and_the_invitation_withdrawn(desk: Desk, jon: Membership) -> None:
    page = at(desk, MEMBERS)
    page.get_by_role("link", name="Invite a member").click()
    page.get_by_label("E-mail address").fill("mia@northlight.example")
    page.get_by_label("Where").select_option(label="Northlight 2026")
    page.get_by_label("Manager").check()
    press(page, "Send the invitation")

    expect(page.get_by_role("status").first).to_contain_text("mia@northlight.example is on its way")
    row = page.get_by_role("listitem").filter(has_text="mia@northlight.example")
    expect(row).to_contain_text("Northlight 2026")
    expect(row).to_contain_text("Manager")

    row.get_by_role("button", name="Withdraw mia@northlight.example").click()
    dialog = page.get_by_role("dialog", name="Withdraw this invitation?")
    expect(dialog).to_contain_text("mia@northlight.example")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    row.get_by_role("button", name="Withdraw mia@northlight.example").click()
    dialog.get_by_role("button", name="Withdraw the invitation").click()
    expect(page.get_by_role("status").first).to_contain_text("is withdrawn")
    expect(row).to_have_count(0)
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_a_key_is_made_copied_and_never_seen_again(desk: Desk, jon: Membership) -> None:
    page = at(desk, KEYS)
    page.get_by_role("link", name="New API key").click()
    page.get_by_label("Name").fill("Website")
    page.get_by_label("orders:read").check()
    page.get_by_label("catalog:read").check()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"preo_live_\w{61}", text)
    assert page.locator("#api-key").inner_text() == text
    assert ApiKey.objects.get(name="Website").scopes == ["catalog:read", "orders:read"]

    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("This key was made already")
    assert text not in page.content()
    assert ApiKey.objects.filter(name="Website").count() == 1
    page.get_by_role("button", name="Revoke Website").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_role("row", name="Website")).to_contain_text("Revoked")


def test_going_back_does_not_show_the_key(desk: Desk, jon: Membership) -> None:
    page = at(desk, f"{KEYS}/new")
    page.get_by_label("Name").fill("Website")
    page.get_by_label("orders:read").check()
    press(page, "Make the key")
    text = page.locator("#api-key").inner_text()
    page.get_by_role("link", name="To the API keys").click()
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()

    # No copy is kept: all that Chromium can do is to ask whether the form is to be sent again.
    with pytest.raises(BrowserError, match="ERR_CACHE_MISS"):
        page.go_back()
    body = page.locator("body")  # of the browser's own page, which says so
    expect(body).to_contain_text("ERR_CACHE_MISS")
    expect(body).not_to_contain_text(text)
    assert ApiKey.objects.filter(name="Website").count() == 1
    desk.complaints.clear()


def test_a_refused_currency_is_told_at_its_field_and_leads_to_it(
    desk: Desk, jon: Membership
) -> None:
    page = at(desk, SETTINGS)
    page.get_by_label("Currency").select_option("dkk")
    page.get_by_role("textbox", name="Name", exact=True).fill("2026 again")
    press(page, "Save")

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Currency").click()
    field = page.get_by_label("Currency")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("there are orders in it"))
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("2026 again")
    field.select_option("eur")
    page.get_by_role("textbox", name="Name", exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_have_text("The settings are saved.")
    forget_refusals(desk)


def test_without_scripts_a_role_is_changed_and_taken_away(desk: Desk, jon: Membership) -> None:
    page = at(desk, MEMBERS, scripts=False)
    page.get_by_role("link", name="Jon Blom").click()
    page.get_by_label("Manager").check()
    press(page, "Save")
    expect(page.get_by_role("row", name="Jon Blom")).to_contain_text("Manager")
    page.get_by_role("link", name="Jon Blom").click()
    page.get_by_role("button", name="Remove this member").click()
    page.get_by_role("button", name="Remove the member").click()
    expect(page.get_by_role("row", name="Jon Blom")).to_have_count(0)
    assert not Membership.objects.filter(pk=jon.pk).exists()


def test_without_scripts_an_edition_is_made_and_published(desk: Desk, jon: Membership) -> None:
    page = at(desk, EDITIONS, scripts=False)
    page.get_by_role("link", name="New edition").click()
    page.get_by_label("Event").select_option(label="Northlight")
    page.get_by_role("textbox", name="Name", exact=True).fill("2030")
    page.get_by_label("Begins").fill("2030-06-04T12:00")
    press(page, "Make the edition")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northlight 2030")
    page.get_by_label("Draft").uncheck()
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("Published")
    assert not Edition.objects.get(name="2030").is_draft


def test_axe_finds_nothing_on_these_pages_and_none_scrolls_sideways(
    desk: Desk, jon: Membership
) -> None:
    page = at(desk, MEMBERS)
    found = [*faults(page), *overhangs(page)]
    for path in (
        f"{MEMBERS}/invite",
        f"{MEMBERS}/{jon.api_id}",
        KEYS,
        f"{KEYS}/new",
        EDITIONS,
        f"{EDITIONS}/new",
        SETTINGS,
        "/o/northlight/settings",
    ):
        page.goto(path)
        found += [*faults(page), *overhangs(page)]
    page.goto(f"{MEMBERS}/{jon.api_id}")
    page.get_by_role("button", name="Remove this member").click()
    found += faults(page)
    page.goto(SETTINGS)
    page.get_by_label("Tax on prices").fill("much")
    page.get_by_role("textbox", name="Metadata").fill("{")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    page.goto(f"{KEYS}/new")
    page.get_by_label("Name").fill("Website")
    page.get_by_label("orders:read").check()
    press(page, "Make the key")
    expect(page.locator("#api-key")).to_be_visible()
    found += faults(page)
    StaffUser.objects.get(email=EMAIL).memberships.update(role=RoleWord.GUEST)
    page.goto(SETTINGS)
    found += faults(page)

    assert found == []
    forget_refusals(desk)
