"""What happened with a person: all of it, in order, and to an edition's staff what is theirs."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.orders.models import Order
from preo.orders.tests.factories import make_order, make_transaction
from preo.people.service.merging import merge_people
from preo.people.tests.world import boss, make_world

pytestmark = pytest.mark.django_db


def told(client: ApiClient, customer: Customer, query: str = "") -> Any:
    response = client.get(f"/v1/users/{customer.api_id}/timeline{query}")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def kinds(body: Any) -> list[str]:
    return [entry["kind"] for entry in body["results"]]


@pytest.fixture
def ada(cast: Cast) -> Customer:
    return make_customer(organization=cast.northlight)


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def make_history(cast: Cast, ada: Customer) -> Order:
    """An order and its refund, an answer, a change of the name, in an order that is not theirs."""
    make_answer(customer=ada, consent=make_consent(organization=cast.northlight), answered=at(2))
    order = make_order(edition=cast.edition, customer=ada, created=at(3))
    payment = order.completed_transaction
    assert payment is not None
    refund = make_transaction(order=order, payment=payment, amount=-500)
    type(refund).objects.filter(pk=refund.pk).update(created=at(4))
    return order


@pytest.mark.parametrize("query", ["?ordering=kind", "?kind=order", "?page=0", "?page=2"])
def test_what_cannot_be_asked_is_refused(query: str, staff: ApiClient, ada: Customer) -> None:
    response = staff.get(f"/v1/users/{ada.api_id}/timeline{query}")
    assert response.status_code == (404 if query == "?page=2" else 400)


def test_the_newest_comes_first_in_words_with_ids(
    cast: Cast, staff: ApiClient, ada: Customer
) -> None:
    order = make_history(cast, ada)
    changed = staff.send("PATCH", f"/v1/users/{ada.api_id}", {"first_name": "Eva"})
    assert changed.status_code == 200
    body = told(staff, ada)
    assert body["count"] == 4
    assert [(entry["kind"], entry["title"]) for entry in body["results"]] == [
        ("change", "Customer updated: first name"),
        ("refund", f"Refund of 5.00 € for order {order.order_number}"),
        ("order", f"Order {order.order_number}: 50.00 €, completed"),
        ("consent", "Agreed to Newsletter"),
    ]
    refund, placed = body["results"][1:3]
    assert placed["id"] == refund["details"]["order_id"] == order.api_id
    assert refund["details"]["amount"] == 5
    assert told(staff, ada, "?ordering=at")["results"] == body["results"][::-1]


def test_pages_follow_each_other_without_gap_and_count_is_exact(
    cast: Cast, staff: ApiClient, ada: Customer
) -> None:
    make_history(cast, ada)
    everything = told(staff, ada)["results"]
    pages = [told(staff, ada, f"?page_size=2&page={number}") for number in (1, 2)]
    assert [page["count"] for page in pages] == [3, 3]
    assert pages[0]["results"] + pages[1]["results"] == everything
    assert pages[1]["next"] is None


def test_the_imports_that_brought_and_changed_orders_are_told(cast: Cast, staff: ApiClient) -> None:
    world = make_world(cast)
    body = told(staff, world.customer)
    imports = [entry for entry in body["results"] if entry["kind"] == "import"]
    assert [entry["title"].partition(": ")[2] for entry in imports] == [
        "brought 1 order and changed 1 order",
        "brought 1 order",
    ]
    assert imports[0]["details"]["source"] == "shop"


def test_an_editions_staff_see_what_is_of_that_edition(
    cast: Cast, staff: ApiClient, ada: Customer
) -> None:
    make_history(cast, ada)
    staff.send("PATCH", f"/v1/users/{ada.api_id}", {"first_name": "Eva"})
    elsewhere = make_order(edition=cast.other_edition, customer=ada)
    make_answer(customer=ada, consent=make_consent(edition=cast.other_edition))
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    body = told(sign_in(person), ada)
    assert sorted(kinds(body)) == ["consent", "order", "refund"]
    assert (body["count"], elsewhere.api_id in str(body)) == (3, False)
    assert told(staff, ada)["count"] == 6


def test_the_history_of_who_was_merged_is_told_too(
    cast: Cast, staff: ApiClient, ada: Customer
) -> None:
    order = make_history(cast, ada)
    kept = make_customer(organization=cast.northlight)
    by = boss(cast)
    merge_people(kept_id=kept.pk, merged_id=ada.pk, dry_run=False, by=by, now=at(9))
    body = told(staff, kept)
    assert {"order", "refund", "consent", "change"} == set(kinds(body))
    assert order.api_id in str(body)
    titles = [entry["title"] for entry in body["results"]]
    assert titles.count("Agreed to Newsletter") == 2
    assert "Customer merged" in titles


def test_it_costs_the_same_queries_for_few_and_for_many(
    cast: Cast, staff: ApiClient, ada: Customer
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            told(staff, ada)
        return len(captured)

    make_history(cast, ada)
    few = queries()
    for _ in range(4):
        make_history(cast, ada)
    assert queries() == few
