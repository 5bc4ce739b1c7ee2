"""The pages before the sign-in, and the inbox, in a browser: with and without scripts."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from preo.accounts.models import StaffUser
from preo.accounts.service.invitations import link_of
from preo.accounts.service.pins import send_pin
from preo.accounts.tests.factories import PASSWORD, make_invitation
from preo.dashboard.tests.desk import EMAIL, PATIENCE, Desk, faults, overhang, overhangs, sign_in
from preo.dashboard.tests.pages import reset_path
from preo.editions.models import Edition
from preo.transports.models import InboxMessage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)


def invitation_path(edition: Edition, email: str) -> str:
    return urlsplit(link_of(make_invitation(edition=edition, email=email))).path


def mailed_pin() -> str:
    send_pin(staff_id=StaffUser.objects.get(email=EMAIL).pk, now=timezone.now())
    found = re.search(r"\b\d{6}\b", InboxMessage.objects.latest("created").text)
    assert found
    return found[0]


def check(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = faults(page)
    assert overhang(page) <= 0
    return found


def test_axe_finds_nothing_on_the_pages_before_the_sign_in(desk: Desk, festival: Edition) -> None:
    page = desk.open(width=360)
    ada = StaffUser.objects.get(email=EMAIL)
    found = []
    for address in (
        "/sign-in",
        "/sign-in/code",
        "/sign-in/code/enter",
        "/password-reset",
        "/password-reset?sent",
        "/password-reset?done",
        reset_path(ada),
        invitation_path(festival, "new@northlight.example"),
        invitation_path(festival, EMAIL),
    ):
        found += check(page, address)
    page.goto(invitation_path(festival, "third@northlight.example"))
    page.get_by_label("Your name").fill("Ny")
    page.get_by_label("Choose a password").fill("short")
    with page.expect_navigation():
        page.get_by_role("button", name="Accept and sign in").click()
    found += faults(page)
    assert found == []
    # The browser notes that the weak password was answered with 400.
    assert [text for text in desk.complaints if "400" not in text] == []
    desk.complaints.clear()


def test_axe_finds_nothing_in_the_inbox(desk: Desk) -> None:
    page = desk.open(width=360)
    StaffUser.objects.filter(email=EMAIL).update(is_superuser=True)
    mailed_pin()
    page.goto("/inbox")
    sign_in(page, PASSWORD)
    expect(page.get_by_role("heading", name="Local inbox")).to_be_visible()
    assert check(page, "/inbox") == []


def test_without_scripts_a_pin_leads_back_to_where_one_was(desk: Desk) -> None:
    page = desk.open(scripts=False)
    page.goto("/sign-in?next=/switch")
    page.get_by_role("link", name="Send me a code").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("PIN").fill(mailed_pin())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Organizations and editions")).to_be_visible()


def test_without_scripts_a_new_person_follows_an_invitation(desk: Desk, festival: Edition) -> None:
    page = desk.open(scripts=False)
    page.goto(invitation_path(festival, "new@northlight.example"))
    page.get_by_label("Your name").fill("Ny Person")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Accept and sign in").click()
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


def test_without_scripts_a_new_password_is_set_and_works(desk: Desk) -> None:
    page = desk.open(scripts=False)
    page.goto(reset_path(StaffUser.objects.get(email=EMAIL)))
    page.get_by_label("New password").fill("quite another horse")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, "quite another horse")
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


def test_what_is_hard_to_read_at_night_or_too_wide_for_a_phone_is_found(desk: Desk) -> None:
    """What the other tests of looks hold their pages against can itself find something."""
    page = desk.open()
    page.set_content(
        """<html lang="en"><head><title>Night</title><style>
        main { transition: color 5s; width: 500px }
        @media (prefers-color-scheme: dark) { main { color: #333; background: #222 } }
        </style></head><body><main><h1>Hard to read</h1></main></body></html>"""
    )

    assert [fault for fault in faults(page) if "color-contrast" in fault]
    assert [wide.partition(" at ")[2] for wide in overhangs(page)] == ["320", "390"]
