"""The list of customers, the page of one, and what can be done there."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.activity.models import Activity
from preo.consents.models import ConsentAnswer, CurrentAnswer
from preo.consents.tests.factories import make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer, make_suppression
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import OrderStatus
from preo.orders.tests.factories import make_order
from preo.segments.models import Member
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


@pytest.fixture
def zoe(edition: Edition) -> Customer:
    return make_customer(
        organization=edition.organization, first_name="Zoe", last_name="Lund", email="zoe@mail.test"
    )


def url(name: str, edition: Edition, *words: str) -> str:
    return reverse(f"dashboard:{name}", args=[edition.organization.slug, *words])


def text_of(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def names_in(browser: Client, address: str) -> list[str]:
    page = browser.get(address).content.decode()
    return re.findall(r'href="[^"]*/customers/usr_\w+">([^<]*)</a>', page)


# --- refusals ---


def test_without_being_sure_nobody_is_erased(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    response = browser.post(url("erase_customer", edition, zoe.api_id))

    assert response.status_code == 400
    assert "cannot be undone" in response.content.decode()
    assert Customer.objects.present().filter(pk=zoe.pk, email="zoe@mail.test").exists()


def test_looking_at_the_questions_changes_nothing(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    other = make_customer(organization=edition.organization, email="z@mail.test")

    assert "address" in text_of(browser, url("erase_customer", edition, zoe.api_id))
    asked = f"{url('merge_customer', edition, zoe.api_id)}?other={other.api_id}"
    assert "z@mail.test" in text_of(browser, asked)

    assert Customer.objects.present().filter(pk__in=[zoe.pk, other.pk]).count() == 2
    assert not Activity.objects.filter(type__startswith="user.").exists()


def test_nobody_is_merged_with_a_person_of_another_organization(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    stranger = make_customer(organization=make_edition().organization)

    address = url("merge_customer", edition, zoe.api_id)
    assert browser.post(address, {"other": stranger.api_id}).status_code == 404
    assert browser.post(address, {"other": zoe.api_id}).status_code == 400


def test_who_has_a_role_in_an_edition_alone_sees_what_was_bought_there(
    edition: Edition, zoe: Customer
) -> None:
    there = make_order(edition=edition, customer=zoe, order_number="HERE")
    elsewhere = make_edition(event=edition.event, organization=edition.organization)
    make_order(edition=elsewhere, customer=zoe, order_number="ELSEWHERE")
    make_suppression(organization=edition.organization, address="zoe@mail.test")
    member = make_member(edition=edition, role=RoleWord.MANAGER)

    page = text_of(client_of(member), url("customer", edition, zoe.api_id))

    assert there.order_number
    assert "HERE" in page
    assert "ELSEWHERE" not in page
    assert "Nothing is sent" not in page
    assert "Erase" not in page


def test_the_page_of_an_erased_person_is_gone(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    response = browser.post(url("erase_customer", edition, zoe.api_id), {"sure": "yes"})

    assert response.status_code == 302
    assert browser.get(url("customer", edition, zoe.api_id)).status_code == 404
    assert names_in(browser, url("customers", edition)) == []


def test_an_address_that_another_has_is_told_at_the_form(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    make_customer(organization=edition.organization, email="max@mail.test")

    body = {"first_name": "Zoe", "last_name": "Lund", "email": "MAX@mail.test", "language": "en"}
    response = browser.post(url("edit_customer", edition, zoe.api_id), body)

    assert response.status_code == 409
    assert Customer.objects.get(pk=zoe.pk).email == "zoe@mail.test"


# --- what is shown and done ---


def test_the_list_is_searched_and_narrowed_to_a_segment(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    make_customer(organization=edition.organization, first_name="Max", last_name="Dahl")
    segment = make_segment(edition=edition, name="Regulars")
    Member.objects.create(segment=segment, customer=zoe)

    listed = url("customers", edition)
    assert len(names_in(browser, listed)) == 2
    assert names_in(browser, f"{listed}?search=dahl") == ["Max Dahl"]
    assert names_in(browser, f"{listed}?segment_id={segment.api_id}") == ["Zoe Lund"]


def test_a_row_tells_how_many_orders_were_bought_and_rows_cost_no_queries(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    listed = url("customers", edition)
    make_order(edition=edition, customer=zoe)
    browser.get(listed)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(listed)
    for number in range(5):
        other = make_customer(organization=edition.organization, email=f"{number}@mail.test")
        make_order(edition=edition, customer=other)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(listed).content.decode()

    assert len(many) == len(few)
    assert len(re.findall(r'end amount">1</td>', page)) == 6


def test_the_page_tells_money_orders_consents_and_what_happened(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    order = make_order(
        edition=edition, customer=zoe, order_number="A-1", status=OrderStatus.COMPLETED
    )
    make_consent(organization=edition.organization, title="Newsletter", published=True)
    make_suppression(organization=edition.organization, address="zoe@mail.test")

    page = text_of(browser, url("customer", edition, zoe.api_id))

    assert "Zoe Lund" in page
    assert "Newsletter" in page
    assert "Never answered" in page
    assert "Nothing is sent to the e-mail address" in page
    assert f"Order {order.order_number}" in page


def test_an_answer_is_written_down_with_who_wrote_it(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    consent = make_consent(organization=edition.organization, title="Newsletter", published=True)

    body = {"consent_id": consent.api_id, "accepted": "true", "answered_at": "", "language": ""}
    response = browser.post(url("answer_consent", edition, zoe.api_id), body)

    assert response.status_code == 302, response.content.decode()
    assert CurrentAnswer.objects.get(customer=zoe, consent=consent).accepted
    assert ConsentAnswer.objects.get(customer=zoe).method == "staff"
    assert "written by staff" in text_of(browser, url("customer", edition, zoe.api_id))


def test_a_change_is_saved_as_over_the_api(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    body = {
        "first_name": "Zoë",
        "last_name": "Lund",
        "email": "Zoe@Mail.test",
        "phone_number": "+4520123456",
        "language": "da",
        "metadata": '{"seat": "B4"}',
    }
    response = browser.post(url("edit_customer", edition, zoe.api_id), body)

    assert response.status_code == 302, response.content.decode()
    zoe.refresh_from_db()
    assert (zoe.full_name, zoe.email, zoe.language) == ("Zoë Lund", "zoe@mail.test", "da")
    assert zoe.metadata == {"seat": "B4"}


def test_the_export_is_a_file_and_is_recorded(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    response = browser.post(url("export_customer", edition, zoe.api_id))

    assert response["Content-Type"] == "application/json"
    assert "attachment" in response["Content-Disposition"]
    assert b"zoe@mail.test" in response.content
    assert Activity.objects.filter(type="user.exported", object_id=zoe.pk).exists()


def test_two_customers_become_one(edition: Edition, browser: Client, zoe: Customer) -> None:
    other = make_customer(organization=edition.organization, phone_number="+4520123456", email=None)
    make_order(edition=edition, customer=other, order_number="A-2")

    found = browser.get(f"{url('merge_customer', edition, zoe.api_id)}?search=20123456")
    assert f"?other={other.api_id}" in found.content.decode()
    browser.post(url("merge_customer", edition, zoe.api_id), {"other": other.api_id})

    assert "A-2" in text_of(browser, url("customer", edition, zoe.api_id))
    assert browser.get(url("customer", edition, other.api_id)).status_code == 404


def test_the_quick_search_finds_people_for_those_who_may_see_them(
    edition: Edition, browser: Client, zoe: Customer
) -> None:
    asked = {"search": "zoe l"}
    found = browser.get(url("find", edition), asked, headers={"HX-Request": "true"})
    assert url("customer", edition, zoe.api_id) in found.content.decode()
    assert f"{url('customers', edition)}?search=zoe+l" in found.content.decode()

    guest = client_of(make_member(organization=edition.organization, role=RoleWord.GUEST))
    found = guest.get(url("find", edition), asked, headers={"HX-Request": "true"})
    assert zoe.api_id not in found.content.decode()


def test_the_timeline_has_pages(edition: Edition, zoe: Customer) -> None:
    for number in range(27):
        make_order(edition=edition, customer=zoe, order_number=f"A-{number}")
    browser = client_of(make_membership(organization=edition.organization).staff)

    first = text_of(browser, url("customer", edition, zoe.api_id))
    second = text_of(browser, f"{url('customer', edition, zoe.api_id)}?page=2")

    assert "Page 1 of 2" in first
    assert len(set(re.findall(r"Order A-\d+", first + second))) == 27
