"""Everything about a person in one document, and nothing about anybody else."""

import json
from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.consents.service.answers import hash_text
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.orders.tests.factories import make_order
from preo.people.personal_data import OF_CUSTOMERS, Kind
from preo.people.service.merging import merge_people
from preo.people.tests.world import boss, make_world

pytestmark = pytest.mark.django_db

PHONE = "+4598765432"


def export(client: ApiClient, customer: Customer) -> Any:
    response = client.get(f"/v1/users/{customer.api_id}/export")
    assert response.status_code == 200, response.content
    return response


def test_the_document_has_a_file_name_and_its_making_is_recorded(
    cast: Cast, manager: ApiClient
) -> None:
    ada = make_customer(organization=cast.northlight)
    response = export(manager, ada)
    assert response["Content-Disposition"] == f'attachment; filename="{ada.api_id}.json"'
    recorded = Activity.objects.get(type="user.exported")
    assert (recorded.object_id, recorded.actor_kind) == (ada.pk, "staff")


def test_everything_about_the_person_is_in_it_and_nobody_else(
    cast: Cast, manager: ApiClient
) -> None:
    world = make_world(cast, phone=PHONE)
    body = json.loads(export(manager, world.customer).content)
    assert (body["user"]["email"], body["user"]["first_name"]) == ("mona@example.org", "Mona")
    assert [one["external_id"] for one in body["external_ids"]] == ["C-1"]
    assert [one["platform"] for one in body["passes"]] == ["apple"]
    assert {one["address"] for one in body["suppressions"]} == {"mona@example.org", PHONE}
    assert [one["name"] for one in body["segments"]] == ["Everybody"]
    first, second = body["orders"]
    assert (first["external_id"], second["external_id"]) == ("A-1", "A-3")
    assert first["amount"] == 50
    assert first["cart"]["items"][0]["product"] == "Day ticket"
    assert "refused for mona@example.org" in {one["message"] for one in first["transactions"]}
    assert first["purchases"][0]["price_paid"] == 50
    assert {one["row"] for one in body["import_rows"]} == {2, 3}
    assert [one["order_id"] for one in body["imported_orders"]].count(first["id"]) == 2
    assert body["consents"][0]["ip_address"] == "192.0.2.66"
    assert "zoe" not in json.dumps(body).lower()
    has_every_personal_column(body)


def has_every_personal_column(body: Any) -> None:
    """Driven by the table: a new personal column of these must be in the document, too."""
    members = {
        "customers.Customer": body["user"],
        "customers.ExternalId": body["external_ids"][0],
        "customers.Pass": body["passes"][0],
        "customers.Suppression": body["suppressions"][0],
        "consents.ConsentAnswer": body["consents"][0],
        "orders.Order": body["orders"][0],
        "orders.Transaction": body["orders"][0]["transactions"][0],
    }
    made_of_others = {"full_name", "email_hash", "phone_hash", "search", "buyer_digest"}
    for label, told in members.items():
        personal = set(OF_CUSTOMERS[label].columns[Kind.PERSONAL].split()) - made_of_others
        assert personal <= set(told), label


def test_an_answer_comes_with_the_very_text_that_was_shown(cast: Cast, manager: ApiClient) -> None:
    ada = make_customer(organization=cast.northlight)
    texts = {"en": "Write to me.", "da": "Skriv."}
    shown = make_consent(organization=cast.northlight, consent_text=texts)
    make_answer(customer=ada, consent=shown, text_hash=hash_text("Skriv."), language="da")
    unseen = make_consent(organization=cast.northlight, consent_text=texts)
    make_answer(customer=ada, consent=unseen)
    body = json.loads(export(manager, ada).content)
    by_consent = {one["consent_id"]: one for one in body["consents"]}
    assert by_consent[shown.api_id]["text"] == "Skriv."
    assert by_consent[shown.api_id]["text_hash"] == hash_text("Skriv.").hex()
    assert by_consent[unseen.api_id]["text"] is None


def test_who_was_merged_into_the_person_is_in_it(cast: Cast, manager: ApiClient) -> None:
    merged = make_customer(organization=cast.northlight)
    order = make_order(edition=cast.edition, customer=merged)
    make_answer(customer=merged, consent=make_consent(organization=cast.northlight))
    kept = make_customer(organization=cast.northlight)
    now = order.created
    merge_people(kept_id=kept.pk, merged_id=merged.pk, dry_run=False, by=boss(cast), now=now)
    body = json.loads(export(manager, kept).content)
    assert [one["id"] for one in body["merged_users"]] == [merged.api_id]
    assert [one["customer_id"] for one in body["consents"]] == [merged.api_id, kept.api_id]
    assert [one["id"] for one in body["orders"]] == [order.api_id]
