"""`GET /v1/users`: what it refuses and whom it does not show, then what each filter finds."""

import unicodedata
from datetime import timedelta
from typing import Any, Literal

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.core.ids import encode_id, uuid7
from preo.core.row_plan import plan_for
from preo.customers.api.suppressions import SuppressionSerializer
from preo.customers.models import Customer
from preo.customers.tests.factories import JOINED, make_customer, take_away
from preo.editions.models import Edition
from preo.orders.tests.factories import make_order
from preo.people.api.lists import UserSerializer
from preo.segments.api.answers import SegmentUserSerializer
from preo.segments.tests.factories import make_segment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def found(client: ApiClient, **query: Any) -> list[str]:
    response = client.get("/v1/users", query)
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["count"] == len(body["results"])
    return [row["api_id"] for row in body["results"]]


def person(cast: Cast, **values: Any) -> Customer:
    return make_customer(organization=cast.northlight, **values)


def editions_staff(edition: Edition) -> ApiClient:
    somebody = make_staff()
    make_membership(staff=somebody, edition=edition, role=RoleWord.STAFF)
    return sign_in(somebody)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("edition_id", "usr_00000000000000000000000000"),
        ("organization_id", "northlight"),
        ("segment_id", "seg_"),
        ("created_after", "yesterday"),
        ("ordering", "phone_number"),
        ("page", "0"),
        ("page_size", "1001"),
        ("language", "en"),
        ("search", "a\0b"),
    ],
)
def test_a_parameter_that_means_nothing_is_named(name: str, value: str, staff: ApiClient) -> None:
    response = staff.get("/v1/users", {name: value})
    assert response.status_code == 400, response.content
    assert [error["pointer"] for error in response.json()["errors"]] == [name]


@pytest.mark.safety
def test_a_rivals_customer_is_found_by_nothing(staff: ApiClient, cast: Cast) -> None:
    theirs = make_order(edition=cast.rival_edition).customer
    segment = make_segment(organization=cast.rival, members=(theirs,))
    for query in (
        {},
        {"organization_id": cast.rival.api_id},
        {"edition_id": cast.rival_edition.api_id},
        {"segment_id": segment.api_id},
        {"search": theirs.api_id},
        {"search": theirs.email},
        {"email": theirs.email},
    ):
        assert found(staff, **query) == [], query


@pytest.mark.safety
def test_erased_and_merged_people_are_left_out(staff: ApiClient, cast: Cast) -> None:
    stays = person(cast)
    erased = take_away(make_order(edition=cast.edition).customer)
    merged = take_away(make_order(edition=cast.edition).customer, into=stays)
    segment = make_segment(organization=cast.northlight, members=(stays, erased, merged))
    assert found(staff) == [stays.api_id]
    assert found(staff, segment_id=segment.api_id) == [stays.api_id]
    assert found(staff, edition_id=cast.edition.api_id) == []
    for gone in (erased, merged):
        assert found(staff, search=gone.api_id) == []


@pytest.mark.safety
def test_an_editions_role_sees_the_customers_with_an_order_there(cast: Cast) -> None:
    client = editions_staff(cast.edition)
    buyer = make_order(edition=cast.edition, status="cancelled").customer
    elsewhere = make_order(edition=cast.other_edition).customer
    person(cast)
    assert found(client) == [buyer.api_id]
    assert found(client, search=elsewhere.api_id) == []
    assert found(client, search=elsewhere.email) == []
    assert found(client, edition_id=cast.other_edition.api_id) == []
    assert found(client, organization_id=cast.rival.api_id) == []


@pytest.mark.safety
def test_the_role_of_an_organization_is_not_that_of_anothers_edition(cast: Cast) -> None:
    somebody = make_staff()
    make_membership(staff=somebody, organization=cast.rival, role=RoleWord.STAFF)
    make_membership(staff=somebody, edition=cast.edition, role=RoleWord.STAFF)
    make_membership(staff=somebody, organization=cast.northlight, role=RoleWord.GUEST)
    person(cast)
    ours = make_order(edition=cast.edition).customer
    theirs = make_customer(organization=cast.rival)
    assert set(found(sign_in(somebody))) == {ours.api_id, theirs.api_id}


@pytest.mark.safety
def test_an_editions_role_uses_the_segments_of_that_edition_alone(cast: Cast) -> None:
    client = editions_staff(cast.edition)
    buyer = make_order(edition=cast.edition).customer
    outside = person(cast)
    both = (buyer, outside)
    own = make_segment(edition=cast.edition, members=both)
    others = (
        make_segment(edition=cast.other_edition, members=both),
        make_segment(organization=cast.northlight, members=both),
    )
    assert found(client, segment_id=own.api_id) == [buyer.api_id]
    for segment in others:
        assert found(client, segment_id=segment.api_id) == []


def test_a_segment_that_is_not_there_has_no_members(staff: ApiClient, cast: Cast) -> None:
    person(cast)
    assert found(staff, segment_id=encode_id("seg", uuid7())) == []


def test_a_user_is_shown_with_seven_fields(staff: ApiClient, cast: Cast) -> None:
    metadata = {"club": {"level": 3}, "tags": ["a"]}
    ada = person(cast, phone_number="+4520123456", last_seen=JOINED + DAY, metadata=metadata)
    (row,) = staff.get("/v1/users").json()["results"]
    assert row == {
        "api_id": ada.api_id,
        "full_name": "Ada Holm",
        "email": ada.email,
        "phone_number": "+4520123456",
        "date_joined": "2026-01-15T12:00:00Z",
        "last_seen": "2026-01-16T12:00:00Z",
        "metadata": metadata,
    }


@pytest.mark.parametrize(
    "serializer", [UserSerializer, SegmentUserSerializer, SuppressionSerializer]
)
def test_lists_of_many_people_have_a_row_plan(serializer: type[Any]) -> None:
    assert plan_for(serializer) is not None


def test_each_filter_narrows(staff: ApiClient, cast: Cast) -> None:
    wanted = person(
        cast,
        email="zoë.w@example.org",
        phone_number="+4520123456",
        first_name="Zoë Maria",
        last_name="Winther",
        date_joined=JOINED - 9 * DAY,
    )
    make_order(edition=cast.edition, customer=wanted, status="pending")
    make_order(edition=cast.edition, customer=wanted)
    segment = make_segment(organization=cast.northlight, members=(wanted,))
    other = make_order(edition=cast.other_edition).customer
    for query in (
        {"edition_id": cast.edition.api_id},
        {"segment_id": segment.api_id},
        {"email": "ZOE\u0308.W@"},
        {"phone_number": "012345"},
        {"phone_number": "+45 20 12"},
        {"created_before": "2026-01-07T00:00:00Z"},
        {"search": "winth"},
        {"search": "ZOË"},
        {"search": "zoë maria winther"},
        {"search": " Maria  Winther "},
        {"search": "zoë.w@example.org"},
        {"search": "2012-34"},
        {"search": "+45 20 12 34 56"},
        {"search": wanted.api_id},
    ):
        assert found(staff, **query) == [wanted.api_id], query
    assert found(staff, created_after="2026-01-07T00:00:00Z") == [other.api_id]
    assert len(found(staff, organization_id=cast.northlight.api_id)) == 2
    assert found(staff, edition_id=cast.other_edition.api_id, segment_id=segment.api_id) == []


def test_a_partial_match_keeps_to_its_own_column(staff: ApiClient, cast: Cast) -> None:
    person(cast, email="w20123456@example.org", phone_number="+4530123456", first_name="Anna")
    assert found(staff, phone_number="20123456") == []
    assert found(staff, email="30123456") == []
    assert found(staff, email="anna") == []


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_a_name_is_found_however_its_letters_are_put_together(
    staff: ApiClient, cast: Cast, stored: Literal["NFC", "NFD"]
) -> None:
    name = unicodedata.normalize(stored, "Åsa")
    wanted = person(cast, first_name=name, last_name=unicodedata.normalize(stored, "Sørén"))
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for form in forms:
        for term in ("Åsa", "åsa sørén", "ØRÉ"):
            assert found(staff, search=unicodedata.normalize(form, term)) == [wanted.api_id], term


def test_signs_of_patterns_are_only_signs(staff: ApiClient, cast: Cast) -> None:
    person(cast, first_name="100A")
    percent = person(cast, first_name="100%_\\")
    for term in ("100%", "%_\\", "_\\"):
        assert found(staff, search=term) == [percent.api_id], term


def test_who_joined_last_comes_first_unless_asked_otherwise(staff: ApiClient, cast: Cast) -> None:
    old = person(cast, date_joined=JOINED, first_name="Bo", email="b@example.org")
    new = person(cast, date_joined=JOINED + DAY, first_name="Cy", email="a@example.org")
    assert found(staff) == [new.api_id, old.api_id]
    assert found(staff, ordering="date_joined") == [old.api_id, new.api_id]
    assert found(staff, ordering="-full_name") == [new.api_id, old.api_id]
    assert found(staff, ordering="email") == [new.api_id, old.api_id]


def test_who_was_never_seen_counts_as_seen_before_all_others(staff: ApiClient, cast: Cast) -> None:
    never = person(cast)
    early, late = (person(cast, last_seen=JOINED + number * DAY) for number in (1, 2))
    assert found(staff, ordering="-last_seen") == [late.api_id, early.api_id, never.api_id]
    assert found(staff, ordering="last_seen") == [never.api_id, early.api_id, late.api_id]
