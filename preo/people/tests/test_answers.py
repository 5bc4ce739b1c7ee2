"""A customer's answers over HTTP: what cannot be written down, and what the proof says."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import ApiClient, Cast
from preo.accounts.tests.factories import make_key
from preo.catalog.tests.asking import editions_manager
from preo.consents.models import Consent, ConsentAnswer, CurrentAnswer
from preo.consents.tests.asking import conflict, mistakes
from preo.consents.tests.factories import ANSWERED, make_answer, make_consent
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def consent(cast: Cast) -> Consent:
    return make_consent(
        organization=cast.northlight, consent_text={"en": "Write to me.", "da": "Skriv, søde."}
    )


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make_customer(organization=cast.northlight)


def say(client: ApiClient, customer: Customer, consent: Consent, **fields: Any) -> Any:
    body = {"consent_id": consent.api_id, "accepted": True} | fields
    return client.send("POST", f"/v1/users/{customer.api_id}/consents", body)


def told(client: ApiClient, customer: Customer, **query: str) -> list[dict[str, Any]]:
    response = client.get(f"/v1/users/{customer.api_id}/consents", query)
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()["results"]
    return rows


def test_what_cannot_be_written_down_is_named(
    cast: Cast, customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    theirs = make_consent(organization=cast.rival)
    late = (timezone.now() + DAY).isoformat()
    for fields, pointer, code in (
        ({"consent_id": theirs.api_id}, "/consent_id", "unknown_id"),
        ({"accepted": None}, "/accepted", "null"),
        ({"answered_at": late}, "/answered_at", "in_the_future"),
        ({"language": "nl"}, "/language", "no_text"),
        ({"language": "fr"}, "/language", "invalid_choice"),
        ({"ip_address": "nowhere"}, "/ip_address", "invalid"),
        ({"user_agent": "x" * 401}, "/user_agent", "max_length"),
        ({"method": "checkout"}, "/method", "unknown_field"),
    ):
        assert mistakes(say(staff, customer, consent, **fields)) == [(pointer, code)]
    assert not ConsentAnswer.objects.exists()


@pytest.mark.safety
def test_to_what_is_not_published_nobody_can_answer(
    cast: Cast, customer: Customer, staff: ApiClient
) -> None:
    draft = make_consent(organization=cast.northlight, published=False)
    refused = say(staff, customer, draft, language="en")
    assert conflict(refused) == ("consent_not_published", [])
    assert not ConsentAnswer.objects.exists()
    # One that is switched off can still be taken back.
    off = make_consent(organization=cast.northlight, enabled=False)
    assert say(staff, customer, off, accepted=False).status_code == 201


@pytest.mark.safety
@pytest.mark.parametrize("gone", ["erased", "merged"])
def test_who_is_gone_answers_nothing_any_more(
    gone: str, cast: Cast, consent: Consent, staff: ApiClient
) -> None:
    customer = make_customer(organization=cast.northlight, email=None, first_name="", last_name="")
    make_answer(customer=customer, consent=consent)
    if gone == "erased":
        customer.erased_at = timezone.now()
    else:
        customer.merged_into = make_customer(organization=cast.northlight)
    customer.save()
    assert staff.get(f"/v1/users/{customer.api_id}/consents").status_code == 404
    assert say(staff, customer, consent).status_code == 404
    assert ConsentAnswer.objects.count() == 1


@pytest.mark.safety
def test_an_editions_role_sees_answers_that_matter_there_and_writes_none(
    cast: Cast, consent: Consent
) -> None:
    customer = make_order(edition=cast.edition).customer
    here, there = make_consent(edition=cast.edition), make_consent(edition=cast.other_edition)
    for each in (consent, here, there):
        make_answer(customer=customer, consent=each)
    client = editions_manager(cast.edition)
    seen = {row["consent_id"] for row in told(client, customer)}
    assert seen == {consent.api_id, here.api_id}
    assert say(client, customer, here).status_code == 404
    stranger = make_order(edition=cast.other_edition).customer
    assert client.get(f"/v1/users/{stranger.api_id}/consents").status_code == 404


def test_the_proof_says_what_was_shown_when_how_and_who_wrote_it(
    cast: Cast, customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    said = {"answered_at": "2026-02-01T18:30:00Z", "ip_address": "203.0.113.7", "user_agent": "B/1"}
    made = say(staff, customer, consent, language="da", **said)
    assert made.status_code == 201
    (row,) = told(staff, customer)
    assert made.json() == row
    assert {name: row[name] for name in said} == said | {"answered_at": row["answered_at"]}
    assert row["answered_at"].startswith("2026-02-01T18:30:00")
    assert row["recorded_at"] > row["answered_at"]
    assert row["text_sha256"] == hashlib.sha256("Skriv, søde.".encode()).hexdigest()
    assert (row["language"], row["method"], row["actor_kind"]) == ("da", "staff", "staff")
    assert row["actor_id"].startswith("stf_")
    assert (row["title"], row["type"]) == (consent.title, "marketing")
    assert (row["user_id"], row["consent_id"]) == (customer.api_id, consent.api_id)
    key, text = make_key(organization=cast.northlight, scopes={"users:write"})
    other = say(ApiClient(text), customer, consent, accepted=False).json()
    assert (other["method"], other["actor_kind"]) == ("api", "api_key")
    assert other["actor_id"] == key.api_id
    assert (other["text_sha256"], other["language"], other["ip_address"]) == (None, None, None)


@pytest.mark.safety
def test_the_latest_answer_counts_whenever_it_is_written_down(
    customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    no = say(staff, customer, consent, accepted=False).json()
    earlier = say(staff, customer, consent, answered_at=ANSWERED.isoformat()).json()
    assert (no["is_current"], earlier["is_current"]) == (True, False)
    assert not CurrentAnswer.objects.get().accepted
    assert [row["id"] for row in told(staff, customer)] == [no["id"], earlier["id"]]
    by_record = told(staff, customer, ordering="-recorded_at")
    assert [row["id"] for row in by_record] == [earlier["id"], no["id"]]


def test_the_history_holds_the_answers_of_who_was_merged_into_the_user(
    cast: Cast, customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    other = make_customer(organization=cast.northlight, email=None, first_name="", last_name="")
    make_answer(customer=other, consent=consent)
    own = make_answer(customer=customer, consent=make_consent(organization=cast.northlight))
    make_answer(consent=consent)
    other.merged_into = customer
    other.save()
    assert {row["user_id"] for row in told(staff, customer)} == {other.api_id, customer.api_id}
    (found,) = told(staff, customer, consent_id=own.consent.api_id)
    assert found["id"] == own.api_id


def test_of_who_was_merged_into_the_user_no_answer_counts_beside_the_users_own(
    cast: Cast, customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    other = make_customer(organization=cast.northlight, email=None, first_name="", last_name="")
    no = make_answer(customer=other, consent=consent, accepted=False)
    other.merged_into = customer
    other.save()
    assert [row["is_current"] for row in told(staff, customer)] == [False]
    yes = say(staff, customer, consent).json()
    rows = told(staff, customer)
    assert [(row["id"], row["is_current"]) for row in rows] == [
        (yes["id"], True),
        (no.api_id, False),
    ]


def test_the_history_costs_the_same_queries_for_one_answer_and_for_many(
    cast: Cast, customer: Customer, consent: Consent, staff: ApiClient
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            make_answer(customer=customer, consent=make_consent(organization=cast.northlight))
        with CaptureQueriesContext(connection) as captured:
            told(staff, customer)
        counts.append(len(captured))
    assert counts[0] == counts[1]
