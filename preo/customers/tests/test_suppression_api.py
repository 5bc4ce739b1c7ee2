"""`/v1/suppressions`: what is refused, then who is kept from mail and who gets it again."""

from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.customers.models import Channel, Suppression, SuppressionReason
from preo.customers.tests.factories import JOINED, make_suppression
from preo.editions.models import Edition

pytestmark = pytest.mark.django_db

NUMBER = "+4520123456"
ADDRESS = "ada@example.org"


def add(client: ApiClient, cast: Cast, **body: Any) -> Any:
    given = {"organization_id": cast.northlight.api_id, "channel": "email", "address": ADDRESS}
    return client.send("POST", "/v1/suppressions", given | body)


def found(client: ApiClient, **query: Any) -> list[str]:
    response = client.get("/v1/suppressions", query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def editions_manager(edition: Edition) -> ApiClient:
    somebody = make_staff()
    make_membership(staff=somebody, edition=edition, role=RoleWord.MANAGER)
    return sign_in(somebody)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"address": "ada@"}, "/address", "invalid"),
        ({"address": "20123456"}, "/address", "invalid"),
        ({"channel": "sms", "address": ADDRESS}, "/address", "invalid"),
        ({"channel": "sms", "address": "12 34"}, "/address", "invalid"),
        ({"channel": "post"}, "/channel", "invalid_choice"),
        ({"reason": "mood"}, "/reason", "invalid_choice"),
        ({"organization_id": "org_1"}, "/organization_id", "unknown_id"),
        ({"customer_id": "usr_1"}, "/customer_id", "unknown_field"),
    ],
)
def test_what_nobody_can_have_is_refused(
    body: Any, pointer: str, code: str, staff: ApiClient, cast: Cast
) -> None:
    response = add(staff, cast, **body)
    assert response.status_code == 400, response.content
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [(pointer, code)]
    assert not Suppression.objects.exists()


@pytest.mark.safety
def test_nobody_suppresses_for_an_organization_of_others(staff: ApiClient, cast: Cast) -> None:
    response = add(staff, cast, organization_id=cast.rival.api_id)
    assert response.status_code == 400
    assert [error["code"] for error in response.json()["errors"]] == ["unknown_id"]
    refused = add(editions_manager(cast.edition), cast)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")
    assert not Suppression.objects.exists()


@pytest.mark.safety
def test_an_editions_role_sees_none(cast: Cast) -> None:
    make_suppression(organization=cast.northlight)
    assert found(editions_manager(cast.edition)) == []


def test_an_address_is_added_as_customers_have_it(staff: ApiClient, cast: Cast) -> None:
    answer = add(staff, cast, address=" ADA@Example.org ")
    assert answer.status_code == 201
    row = Suppression.objects.get()
    shown = answer.json()
    assert shown.pop("created") == shown.pop("modified")
    assert shown == {
        "id": row.api_id,
        "organization_id": cast.northlight.api_id,
        "channel": "email",
        "address": ADDRESS,
        "reason": "manual",
    }


@pytest.mark.parametrize("written", [NUMBER, "20 12 34 56", "0045 20123456"])
def test_a_number_is_read_by_the_newest_edition(written: str, staff: ApiClient, cast: Cast) -> None:
    answer = add(staff, cast, channel="sms", address=written, reason="unsubscribed")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["address"], answer.json()["reason"]) == (NUMBER, "unsubscribed")


def test_of_the_same_address_twice_the_weightier_reason_stays(staff: ApiClient, cast: Cast) -> None:
    first = add(staff, cast).json()
    again = add(staff, cast, reason="complaint").json()
    last = add(staff, cast).json()
    assert first["id"] == again["id"] == last["id"]
    assert (again["reason"], last["reason"]) == ("complaint", "complaint")
    told = Activity.objects.order_by("created", "id").values_list("type", "details")
    assert list(told) == [
        ("suppression.added", {"channel": "email", "reason": "manual"}),
        ("suppression.updated", {"channel": "email", "reason": "complaint"}),
    ]


@pytest.mark.safety
def test_an_activity_does_not_say_the_address(manager: ApiClient, cast: Cast) -> None:
    row_id = add(manager, cast).json()["id"]
    assert manager.send("DELETE", f"/v1/suppressions/{row_id}").status_code == 204
    told = list(Activity.objects.order_by("created", "id").values())
    assert [row["type"] for row in told] == ["suppression.added", "suppression.removed"]
    assert {row["actor_kind"] for row in told} == {"staff"}
    assert "@" not in str(told)
    assert not Suppression.objects.exists()


def test_each_filter_narrows(staff: ApiClient, cast: Cast) -> None:
    old = make_suppression(organization=cast.northlight, address="bo@example.org", created=JOINED)
    row = make_suppression(
        organization=cast.northlight,
        channel=Channel.SMS,
        address=NUMBER,
        reason=SuppressionReason.COMPLAINT,
    )
    make_suppression(organization=cast.rival, address="bo@example.org")
    assert set(found(staff)) == {row.api_id, old.api_id}
    assert found(staff, ordering="address") == [row.api_id, old.api_id]
    for query in (
        {"channel": "sms"},
        {"reason": "complaint"},
        {"search": "2012"},
        {"search": "+45 20 12 34 56"},
    ):
        assert found(staff, **query) == [row.api_id], query
    assert found(staff, search="BO@") == [old.api_id]
    assert found(staff, search="bo%") == []
    assert found(staff, organization_id=cast.rival.api_id) == []


@pytest.mark.safety
def test_an_erased_address_is_shown_to_nobody_and_found_by_who_knows_it(
    staff: ApiClient, cast: Cast
) -> None:
    for channel, address in ((Channel.EMAIL, ADDRESS), (Channel.SMS, NUMBER)):
        row = make_suppression(organization=cast.northlight, channel=channel, address=address)
        Suppression.objects.filter(pk=row.pk).update(address=None)
        (shown,) = staff.get("/v1/suppressions", {"search": address}).json()["results"]
        assert (shown["id"], shown["address"]) == (row.api_id, None)
        assert found(staff, search=address[:6]) == []
