"""Segments over HTTP: what is refused, what is kept, and who may."""

from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.catalog.tests.asking import editions_manager
from preo.consents.tests.factories import make_consent
from preo.core.ids import encode_id, uuid7
from preo.customers.tests.factories import make_customer
from preo.orders.tests.factories import make_order
from preo.segments.models import Segment
from preo.segments.tests.calculating import calculate, queued, run_jobs
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    body = {"organization_id": cast.northlight.api_id, "name": "Fans"} | fields
    return client.send("POST", "/v1/segments", body)


def change(client: ApiClient, segment: Segment, **fields: Any) -> Any:
    return client.send("PATCH", f"/v1/segments/{segment.api_id}", fields)


def act(client: ApiClient, segment: Segment, action: str) -> Any:
    return client.send("POST", f"/v1/segments/{segment.api_id}/{action}", {})


def mistakes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


# --- what is refused ---


def test_what_a_segment_cannot_be_is_named(cast: Cast, manager: ApiClient) -> None:
    foreign = make_consent(organization=cast.rival)
    terms = make_consent(organization=cast.northlight, type="terms")
    elsewhere = make_consent(edition=cast.other_edition)
    for fields, pointer, code in (
        ({"name": ""}, "/name", "blank"),
        ({"name": "x" * 256}, "/name", "max_length"),
        ({"organization_id": cast.rival.api_id}, "/organization_id", "unknown_id"),
        ({"organization_id": "org_1"}, "/organization_id", "unknown_id"),
        ({"edition_id": cast.rival_edition.api_id}, "/edition_id", "unknown_id"),
        ({"consent_id": foreign.api_id}, "/consent_id", "unknown_id"),
        ({"consent_id": encode_id("cns", uuid7())}, "/consent_id", "unknown_id"),
        ({"consent_id": terms.api_id}, "/consent_id", "not_for_marketing"),
        ({"communication_type": "spam"}, "/communication_type", "invalid_choice"),
        ({"communication_channel": "fax"}, "/communication_channel", "invalid_choice"),
        ({"status": "completed"}, "/status", "unknown_field"),
        ({"condition": 1}, "/condition", "invalid"),
    ):
        assert mistakes(create(manager, cast, **fields)) == [(pointer, code)], fields
    there = {"edition_id": cast.edition.api_id, "consent_id": elsewhere.api_id}
    assert mistakes(create(manager, cast, **there)) == [("/consent_id", "unknown_id")]
    assert not Segment.objects.exists()


def test_all_mistakes_of_a_condition_are_told_with_their_places(
    cast: Cast, manager: ApiClient
) -> None:
    text = 'user.emial != null\n  && orders.exists(o, o.status == "done")'
    problem = create(manager, cast, condition=text).json()
    first, second = problem["errors"]
    assert problem["status"] == 400
    assert first["pointer"] == second["pointer"] == "/condition"
    assert (first["code"], first["line"], first["column"]) == ("unknown_field", 1, 6)
    assert text[first["start"] : first["end"]] == "emial"
    assert "user.email" in first["hint"]
    assert first["detail"].startswith("Line 1, column 6: ")
    assert (second["code"], second["line"], second["end_line"]) == ("unknown_value", 2, 2)
    assert text[second["start"] : second["end"]] == '"done"'
    assert not Segment.objects.exists()


def test_places_count_code_points_and_keep_leading_blanks(cast: Cast, manager: ApiClient) -> None:
    (found,) = create(manager, cast, condition='  "😀" == user.nme').json()["errors"]
    assert (found["start"], found["column"]) == (14, 15)


def test_the_place_of_a_segment_needs_its_role(cast: Cast, client_for: Any) -> None:
    everywhere = {"organization_id": cast.northlight.api_id, "name": "All"}
    client = editions_manager(cast.edition)
    assert create(client, cast).status_code == 403
    there = everywhere | {"edition_id": cast.edition.api_id}
    assert create(client, cast, **there).status_code == 201
    other = {"edition_id": cast.other_edition.api_id}
    assert mistakes(create(client, cast, **other)) == [("/edition_id", "unknown_id")]
    own = make_segment(edition=cast.edition)
    assert change(client, own, edition_id=None).status_code == 403
    both = make_staff()
    make_membership(staff=both, edition=cast.edition, role=RoleWord.MANAGER)
    make_membership(staff=both, edition=cast.other_edition, role=RoleWord.STAFF)
    assert create(sign_in(both), cast, **other).status_code == 403
    assert mistakes(change(client, own, **other)) == [("/edition_id", "unknown_id")]


def test_an_editions_role_names_no_segment_that_it_does_not_see(cast: Cast) -> None:
    client = editions_manager(cast.edition)
    whole, own = make_segment(organization=cast.northlight), make_segment(edition=cast.edition)
    there = {"edition_id": cast.edition.api_id}
    refused = create(client, cast, condition=f'"{whole.api_id}" in segments', **there)
    assert mistakes(refused) == [("/condition", "unknown_segment")]
    made = create(client, cast, condition=f'"{own.api_id}" in segments', **there)
    assert made.status_code == 201


def test_staff_of_an_edition_see_its_segments_alone(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    client = editions_manager(cast.edition)
    own = make_segment(edition=cast.edition)
    make_segment(edition=cast.other_edition)
    whole = make_segment(organization=cast.northlight)
    found = client.send("GET", "/v1/segments").json()
    assert [row["id"] for row in found["results"]] == [own.api_id]
    assert client.send("GET", f"/v1/segments/{whole.api_id}/users").status_code == 404
    assert client.send("GET", f"/v1/segments/{whole.api_id}/export").status_code == 404


def test_a_condition_is_replaced_but_not_emptied(cast: Cast, manager: ApiClient) -> None:
    segment = make_segment(organization=cast.northlight)
    assert mistakes(change(manager, segment, condition=" \n")) == [("/condition", "blank")]
    assert change(manager, segment, condition="user.has_email").status_code == 200


def test_a_segment_without_a_condition_is_a_draft_that_is_not_calculated(
    cast: Cast, manager: ApiClient
) -> None:
    made = create(manager, cast).json()
    assert (made["status"], made["condition"], made["user_count"]) == ("draft", "", 0)
    assert queued() == []
    refused = manager.send("POST", f"/v1/segments/{made['id']}/recalculate", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_without_condition")
    assert (refused.json()["status"], refused.json()["segment_status"]) == (409, "draft")


def test_a_named_segment_is_not_deleted_and_it_says_who_names_it(
    cast: Cast, manager: ApiClient
) -> None:
    named = make_segment(organization=cast.northlight, name="Fans")
    naming = create(manager, cast, name="VIP", condition=f'"{named.api_id}" in segments').json()
    refused = manager.send("DELETE", f"/v1/segments/{named.api_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_named")
    assert refused.json()["named_by"] == [{"id": naming["id"], "name": "VIP"}]
    assert manager.send("DELETE", f"/v1/segments/{naming['id']}").status_code == 204
    assert manager.send("DELETE", f"/v1/segments/{named.api_id}").status_code == 204
    recorded = Activity.objects.filter(type__startswith="segment.").order_by("created", "id")
    assert list(recorded.values_list("type", flat=True)) == [
        "segment.created",
        "segment.deleted",
        "segment.deleted",
    ]


# --- what is kept ---


def test_a_new_segment_is_calculated_at_once(cast: Cast, manager: ApiClient) -> None:
    customer = make_customer(organization=cast.northlight)
    make_customer(organization=cast.northlight, email=None)
    consent = make_consent(organization=cast.northlight)
    made = create(
        manager,
        cast,
        description="Whom we know",
        condition="user.has_email",
        communication_channel="email",
        consent_id=consent.api_id,
    )
    assert made.status_code == 201
    body = made.json()
    assert body["status"] == "pending"
    assert (body["last_calculated"], body["calculation_duration"]) == (None, None)
    run_jobs()
    found = manager.send("GET", f"/v1/segments/{body['id']}").json()
    assert (found["status"], found["user_count"], found["entered_count"]) == ("completed", 1, 1)
    assert found["calculation_duration"].startswith("00:00:")
    assert (found["description"], found["consent_id"]) == ("Whom we know", consent.api_id)
    users = manager.send("GET", f"/v1/segments/{body['id']}/users").json()
    assert [row["api_id"] for row in users["results"]] == [customer.api_id]


def test_what_was_got_can_be_changed_and_sent_back(cast: Cast, manager: ApiClient) -> None:
    segment = make_segment(organization=cast.northlight)
    body = manager.send("GET", f"/v1/segments/{segment.api_id}").json()
    changed = change(manager, segment, **body | {"name": "All"})
    assert (changed.status_code, changed.json()["name"]) == (200, "All")
    assert changed.json()["status"] == "draft"


def test_a_segment_moves_into_an_edition_and_out_again(cast: Cast, manager: ApiClient) -> None:
    make_order(edition=cast.edition)
    make_customer(organization=cast.northlight)
    segment = calculate(make_segment(organization=cast.northlight))
    assert segment.user_count == 2
    for edition_id, count in ((cast.edition.api_id, 1), (None, 2)):
        assert change(manager, segment, edition_id=edition_id).json()["status"] == "pending"
        run_jobs()
        segment.refresh_from_db()
        assert segment.user_count == count


def test_a_stuck_segment_is_reset_and_can_be_calculated_again(
    cast: Cast, manager: ApiClient
) -> None:
    segment = make_segment(organization=cast.northlight)
    assert act(manager, segment, "recalculate").json()["status"] == "pending"
    assert act(manager, segment, "reset").json()["status"] == "draft"
    assert act(manager, segment, "reset").json()["status"] == "draft"
    assert act(manager, segment, "recalculate").json()["status"] == "pending"


def test_each_filter_narrows_the_segments(cast: Cast, staff: ApiClient) -> None:
    fans = make_segment(organization=cast.northlight, name="Fans of 50%", status="completed")
    push = make_segment(
        edition=cast.edition, communication_type="marketing", communication_channel="pass_push"
    )
    for query, found in (
        (f"edition_id={cast.edition.api_id}", [push]),
        ("search=OF+50%25", [fans]),
        ("search=fa_s", []),
        ("status=completed", [fans]),
        ("communication_type=marketing", [push]),
        ("communication_channel=pass_push", [push]),
        ("ordering=name", [push, fans]),
        ("ordering=-name", [fans, push]),
    ):
        rows = staff.send("GET", f"/v1/segments?{query}").json()["results"]
        assert [row["id"] for row in rows] == [each.api_id for each in found], query


def test_members_are_searched_ordered_and_paged(cast: Cast, staff: ApiClient) -> None:
    ada, bo = (
        make_customer(
            organization=cast.northlight, first_name=name, email=email, phone_number=phone
        )
        for name, email, phone in (("Ada", None, "+4512345678"), ("Bo", "bo@example.org", None))
    )
    outside = make_customer(organization=cast.northlight, first_name="Ada")
    segment = make_segment(organization=cast.northlight, members=(ada, bo))
    path = f"/v1/segments/{segment.api_id}/users"
    for query, found in (
        ("search=ADA", [ada]),
        ("search=345678", [ada]),
        (f"search={bo.api_id}", [bo]),
        (f"search={outside.api_id}", []),
        ("ordering=-full_name", [bo, ada]),
        ("ordering=full_name&page_size=1&page=2", [bo]),
    ):
        rows = staff.send("GET", f"{path}?{query}").json()["results"]
        assert [row["api_id"] for row in rows] == [each.api_id for each in found], query
    first = staff.send("GET", f"{path}?ordering=full_name&page_size=1").json()
    assert first["count"] == 2
    assert set(first["results"][0]) == {
        "api_id", "full_name", "email", "phone_number", "date_joined", "last_seen", "metadata",
    }  # fmt: skip
