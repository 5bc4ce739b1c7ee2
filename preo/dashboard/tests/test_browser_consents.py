"""Consents and suppressed addresses in a browser: what axe says, and publishing by mouse."""

import pytest
from playwright.sync_api import Page, expect

from preo.accounts.tests.factories import PASSWORD
from preo.consents.models import Consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_suppression
from preo.dashboard.tests.desk import PATIENCE, Desk, faults, overhangs, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)


def check(page: Page) -> list[str]:
    return faults(page) + overhangs(page)


def test_a_consent_is_written_published_and_switched_off_and_an_address_lifted(
    desk: Desk, buyers: list[Customer]
) -> None:
    make_suppression(organization=buyers[0].organization, address="gone@example.org")
    page = desk.open(width=390)
    page.goto("/o/northlight/e/2026/consents/new")
    sign_in(page, PASSWORD)
    page.get_by_label("Title").fill("Offers of partners")
    page.get_by_label("Marketing").check()
    page.get_by_label("English").first.fill("Write to me.")
    found = check(page)
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_role("link", name="Look at it and publish").click()
    expect(page.get_by_text("It then stands for ever")).to_be_visible()
    found += check(page)
    page.get_by_role("button", name="Publish for ever").click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    found += check(page)
    consent = Consent.objects.get(title="Offers of partners")
    assert (consent.published, consent.enabled) == (True, False)

    page.goto("/o/northlight/consents")
    expect(page.get_by_role("link", name="Offers of partners")).to_be_visible()
    found += check(page)
    page.goto("/o/northlight/suppressions")
    page.get_by_role("button", name="Lift").click()
    expect(page.get_by_role("heading", name="Write to this address again?")).to_be_visible()
    found += check(page)
    page.get_by_role("button", name="Lift it").click()
    expect(page.get_by_text("gone@example.org can be written to again.")).to_be_visible()
    assert found == []
