"""The browser of the browser tests, and the festival that they look at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import PASSWORD, make_membership, make_staff
from preo.catalog.tests.factories import make_product
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.desk import ARGUMENTS, CHROMIUM, EMAIL, Desk
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import TransactionStatus
from preo.orders.tests.factories import make_order, make_transaction
from preo.organizations.tests.factories import make_organization


@pytest.fixture
def festival(transactional_db: None) -> Edition:
    """Northlight 2026 with 60 orders, an earlier edition with one, and a second organization."""
    organization = make_organization(name="Northlight", slug="northlight")
    edition = make_edition(organization=organization, name="Northlight 2026", slug="2026")
    earlier = make_edition(organization=organization, name="Northlight 2025", slug="2025")
    make_order(edition=earlier, order_number="OLD-1")
    people = [
        make_customer(organization=organization, first_name=first, last_name="Blom")
        for first in ("Mia", "Jon")
    ]
    product = make_product(edition=edition, name="Weekend pass", deposit=500)
    for number in range(60):
        order = make_order(
            edition=edition,
            customer=people[number % 2],
            products=[product],
            order_number=f"NL-{number:03d}",
            status=("completed", "pending", "cancelled", "confirmed")[number % 4],
            type=("online", "in-person", "imported")[number % 3],
            discount=100,
            coupon_code="EARLY",
            metadata={"source": "poster"},
        )
        make_transaction(order=order, status=TransactionStatus.FAILED, message="No funds")
    ada = make_staff(email=EMAIL, full_name="Ada Vinter", password=PASSWORD)
    make_membership(staff=ada, organization=organization, role=RoleWord.MANAGER)
    harbour = make_organization(name="Harbour Sounds", slug="harbour")
    make_edition(organization=harbour, name="Harbour 2027", slug="2027")
    make_membership(staff=ada, organization=harbour, role=RoleWord.STAFF)
    return edition


@pytest.fixture
def buyers(festival: Edition) -> list[Customer]:
    """Mia and Jon of the festival; only Mia said yes."""
    consent = make_consent(organization=festival.organization)
    mia, jon = Customer.objects.filter(last_name="Blom").order_by("-first_name")
    make_answer(customer=mia, consent=consent)
    make_answer(customer=jon, consent=consent, accepted=False)
    return [mia, jon]


@pytest.fixture
def desk(
    festival: Edition, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """At the end nothing may have been complained about: no error, no breach of the policy."""
    if not CHROMIUM.exists():
        pytest.skip("NO BROWSER TESTS HERE: install Debian's chromium to run them")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        desk = Desk(chromium, live_server.url)
        yield desk
        chromium.close()
    assert desk.complaints == []
