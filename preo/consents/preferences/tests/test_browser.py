"""The customers' pages in a browser: what axe says of them, and that they need no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from preo.consents.models import ConsentType
from preo.consents.preferences.tests.scene import current, preference_path, unsubscribe_path
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.desk import ARGUMENTS, CHROMIUM, PATIENCE, Desk, faults, overhangs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def customer(transactional_db: None) -> Customer:
    """Said yes to one of two, and accepted the terms."""
    customer = make_customer()
    organization = customer.organization
    make_answer(customer=customer, consent=make_consent(organization=organization, title="News"))
    make_consent(organization=organization, title="A title " * 30)
    terms = make_consent(organization=organization, title="Terms", type=ConsentType.TERMS)
    make_answer(customer=customer, consent=terms)
    return customer


@pytest.fixture
def desk(
    customer: Customer, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """As that of the dashboard: at the end nothing may have been complained about."""
    if not CHROMIUM.exists():
        pytest.skip("NO BROWSER TESTS HERE: install Debian's chromium to run them")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        desk = Desk(chromium, live_server.url)
        yield desk
        chromium.close()
    assert desk.complaints == []


def test_without_scripts_on_a_phone_answers_are_changed_and_all_is_taken_back(
    desk: Desk, customer: Customer
) -> None:
    page = desk.open(width=360, scripts=False)
    page.goto(preference_path(customer))
    page.get_by_role("link", name="Dansk").click()
    page.get_by_label("A title").check()
    page.get_by_label("News").uncheck()
    page.get_by_role("button", name="Gem mine valg").click()
    expect(page.get_by_role("status")).to_have_text("Dine valg er gemt.")
    assert sorted(current(customer).values()) == [False, True, True]
    assert current(customer)["News"] is False

    page.get_by_role("button", name="Afmeld alt").click()
    expect(page.get_by_role("status")).to_contain_text("Du er afmeldt.")
    expect(page.get_by_label("A title")).not_to_be_checked()
    assert sorted(current(customer).values()) == [False, False, True]


def test_axe_finds_nothing_on_the_customers_pages(desk: Desk, customer: Customer) -> None:
    page = desk.open(width=360)
    page.goto(f"{preference_path(customer)}?done=saved")
    found = faults(page) + overhangs(page)
    page.goto(unsubscribe_path(customer))
    found += faults(page) + overhangs(page)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("status")).to_contain_text("You are unsubscribed.")
    found += faults(page)

    assert found == []
