"""Creating and changing editions: refusals first."""

import datetime as dt
from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.editions.models import Edition, MerchantAccount
from preo.editions.tests.factories import make_event
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    body = {
        "organization_id": cast.northlight.api_id,
        "event_id": cast.edition.event.api_id if cast.edition.event else "",
        "name": "2027",
    }
    return client.send("POST", "/v1/editions", body | fields)


def change(client: ApiClient, edition: Edition, **fields: Any) -> Any:
    return client.send("PATCH", f"/v1/editions/{edition.api_id}", fields)


def codes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.safety
def test_a_foreign_organization_or_event_is_like_one_that_is_not(
    manager: ApiClient, cast: Cast
) -> None:
    foreign_event = make_event(organization=cast.rival)
    for organization_id in (cast.rival.api_id, "org_" + "0" * 26):
        response = create(manager, cast, organization_id=organization_id)
        assert codes(response) == [("/organization_id", "unknown_id")]
    for event_id in (foreign_event.api_id, "evt_" + "0" * 26):
        assert codes(create(manager, cast, event_id=event_id)) == [("/event_id", "unknown_id")]
    assert Edition.objects.count() == 3


@pytest.mark.safety
def test_an_editions_manager_creates_no_edition(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.MANAGER)
    response = create(sign_in(person), cast)
    assert (response.status_code, response.json()["code"]) == (403, "role_too_low")
    assert change(sign_in(person), cast.edition, name="Mine").status_code == 200


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"timezone": "Mars/Olympus"}, ("/timezone", "unknown_time_zone")),
        ({"timezone": "../etc/passwd"}, ("/timezone", "unknown_time_zone")),
        (
            {"start_date": "2027-07-02T00:00:00Z", "end_date": "2027-07-01T00:00:00Z"},
            ("/end_date", "end_before_start"),
        ),
        (
            {"default_language": "da", "enabled_languages": ["en"]},
            ("/default_language", "language_not_enabled"),
        ),
        ({"enabled_languages": ["en", "en"]}, ("/enabled_languages", "repeated")),
        ({"default_country_code": "+999"}, ("/default_country_code", "invalid_choice")),
        ({"name": ""}, ("/name", "blank")),
        ({"name": "x" * 201}, ("/name", "max_length")),
    ],
)
def test_what_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], manager: ApiClient, cast: Cast
) -> None:
    assert codes(create(manager, cast, **fields)) == [error]
    assert codes(change(manager, cast.edition, **fields)) == [error]


def test_a_new_edition_is_a_draft_in_the_organizations_currency(
    manager: ApiClient, cast: Cast
) -> None:
    cast.northlight.currency = "dkk"
    cast.northlight.save()
    body = create(manager, cast, default_language="da", timezone="Europe/Copenhagen").json()
    assert (body["is_draft"], body["published_at"], body["currency"]) == (True, None, "dkk")
    assert body["full_name"] == "Northlight 2027"
    assert body["enabled_languages"] == ["da"]
    assert body["slug"] == "northlight-2027"
    assert create(manager, cast).json()["slug"] == "northlight-2027-2"
    assert Activity.objects.filter(type="edition.created").count() == 2


def test_it_is_published_once(manager: ApiClient, cast: Cast) -> None:
    edition_id = create(manager, cast).json()["id"]
    path = f"/v1/editions/{edition_id}"
    first = manager.send("PATCH", path, {"is_draft": False}).json()["published_at"]
    assert first is not None
    manager.send("PATCH", path, {"is_draft": True})
    again = manager.send("PATCH", path, {"is_draft": False}).json()["published_at"]
    assert again == first
    assert Activity.objects.filter(type="edition.published").count() == 1


@pytest.mark.safety
def test_the_currency_is_fixed_once_there_are_orders(manager: ApiClient, cast: Cast) -> None:
    assert change(manager, cast.edition, currency="sek").status_code == 200
    make_order(edition=cast.edition)
    response = change(manager, cast.edition, currency="usd", name="Other")
    assert (response.status_code, response.json()["code"]) == (409, "currency_fixed")
    assert response.json()["currency"] == "sek"
    cast.edition.refresh_from_db()
    assert (cast.edition.currency, cast.edition.name) == ("sek", "2026")
    assert change(manager, cast.edition, currency="sek").status_code == 200


@pytest.mark.safety
def test_accounts_and_rules_of_another_organization_are_like_none(
    manager: ApiClient, cast: Cast
) -> None:
    own, foreign = (
        MerchantAccount.objects.create(organization=organization, name="Bank", type="test")
        for organization in (cast.northlight, cast.rival)
    )
    response = change(manager, cast.edition, merchant_account_id=foreign.api_id)
    assert codes(response) == [("/merchant_account_id", "unknown_id")]
    response = change(manager, cast.edition, merchant_account_id=own.api_id)
    assert response.json()["merchant_account_id"] == own.api_id
    assert change(manager, cast.edition, merchant_account_id=None).status_code == 200


def test_what_no_slice_makes_yet_can_only_be_null(manager: ApiClient, cast: Cast) -> None:
    response = change(manager, cast.edition, meta_image_id="fil_" + "0" * 26)
    assert codes(response) == [("/meta_image_id", "unknown_id")]
    assert change(manager, cast.edition, meta_image_id=None).status_code == 200


def test_what_was_got_can_be_sent_back_with_a_change(manager: ApiClient, cast: Cast) -> None:
    body = manager.get(f"/v1/editions/{cast.edition.api_id}").json()
    response = change(manager, cast.edition, **(body | {"name": "2026, again"}))
    assert response.status_code == 200, response.content
    assert response.json()["full_name"] == "Northlight 2026, again"
    response = change(manager, cast.edition, slug="mine", status="past")
    assert codes(response) == [("/slug", "read_only"), ("/status", "read_only")]


def test_lists_and_texts_are_replaced_and_metadata_is_merged(
    manager: ApiClient, cast: Cast
) -> None:
    change(manager, cast.edition, meta_title={"en": "A", "da": "B"}, metadata={"a": 1, "b": 2})
    response = change(
        manager, cast.edition, meta_title={"da": "C"}, metadata={"b": None, "c": {"d": [1.5]}}
    )
    assert response.status_code == 200, response.content
    assert response.json()["meta_title"] == {"da": "C"}
    assert response.json()["metadata"] == {"a": 1, "c": {"d": [1.5]}}
    too_large = change(manager, cast.edition, metadata={"x": "y" * 33_000})
    assert codes(too_large) == [("/metadata", "too_large")]
    assert codes(change(manager, cast.edition, meta_title={"fi": "D"})) == [
        ("/meta_title", "unknown_language")
    ]


def test_sender_fields_take_null_and_read_as_text(manager: ApiClient, cast: Cast) -> None:
    change(manager, cast.edition, email_sender_name="Sales", email_reply_to="a@example.com")
    response = change(manager, cast.edition, email_sender_name=None, email_reply_to=None)
    assert (response.json()["email_sender_name"], response.json()["email_reply_to"]) == ("", "")


def test_an_unchanged_edition_is_left_alone(manager: ApiClient, cast: Cast) -> None:
    before = Edition.objects.values().get(pk=cast.edition.pk)
    assert change(manager, cast.edition, name="2026").status_code == 200
    assert Edition.objects.values().get(pk=cast.edition.pk) == before
    assert not Activity.objects.exists()


def test_an_activity_names_the_fields_that_changed(manager: ApiClient, cast: Cast) -> None:
    start = dt.datetime(2026, 6, 1, tzinfo=dt.UTC).isoformat()
    change(manager, cast.edition, name="2026", start_date=start, timezone="UTC")
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id) == ("edition.updated", cast.edition.pk)
    assert sorted(activity.changed) == ["start_date", "timezone"]


def test_the_same_key_makes_one_edition(manager: ApiClient, cast: Cast) -> None:
    body = {
        "organization_id": cast.northlight.api_id,
        "event_id": cast.edition.event.api_id if cast.edition.event else "",
        "name": "2027",
    }
    answers = [
        manager.send("POST", "/v1/editions", body, **{"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Edition.objects.filter(name="2027").count() == 1


def test_the_forms_choices_are_those_of_the_callers_organizations(
    staff: ApiClient, cast: Cast
) -> None:
    for organization in (cast.northlight, cast.rival):
        MerchantAccount.objects.create(
            organization=organization, name=organization.name, type="test",
            supported_currencies=["eur"],
        )  # fmt: skip
    body = staff.get("/v1/editions/_meta").json()
    assert [row["label"] for row in body["merchant_accounts"]] == ["Northlight"]
    assert [row["label"] for row in body["events"]] == ["Northlight"]
    assert {"value": "se", "label": "Svenska", "description": None} in body["languages"]
    assert "Europe/Copenhagen" in [row["value"] for row in body["timezones"]]
    rival = staff.get(f"/v1/editions/_meta?organization_id={cast.rival.api_id}").json()
    assert rival["events"] == rival["merchant_accounts"] == []
