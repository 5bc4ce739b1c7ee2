"""Reading, creating and changing events: refusals first."""

import itertools
from typing import Any

import pytest
from django.utils import timezone

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.editions.models import Edition, Event
from preo.editions.service import create_edition, update_event
from preo.editions.tests.factories import make_edition, make_event

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    body = {"organization_id": cast.northlight.api_id, "name": "Southlight"}
    return client.send("POST", "/v1/events", body | fields)


def codes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def names(client: ApiClient, **query: Any) -> list[str]:
    response = client.get("/v1/events", query)
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


@pytest.mark.safety
def test_an_event_is_made_by_the_organizations_managers_alone(
    cast: Cast, manager: ApiClient
) -> None:
    for organization_id in (cast.rival.api_id, "org_" + "0" * 26):
        response = create(manager, cast, organization_id=organization_id)
        assert codes(response) == [("/organization_id", "unknown_id")]
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.ADMIN)
    response = create(sign_in(person), cast)
    assert (response.status_code, response.json()["code"]) == (403, "role_too_low")
    assert Event.objects.count() == 1


@pytest.mark.safety
def test_an_editions_guest_sees_the_event_of_that_edition_alone(cast: Cast) -> None:
    other = make_event(organization=cast.northlight, name="Southlight")
    make_edition(event=other)
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.GUEST)
    client = sign_in(person)
    assert names(client) == ["Northlight"]
    assert client.get(f"/v1/events/{other.api_id}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, ("/name", "blank")),
        ({"name": "x" * 201}, ("/name", "max_length")),
        ({"slug": "south"}, ("/slug", "unknown_field")),
    ],
)
def test_what_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], cast: Cast, manager: ApiClient
) -> None:
    assert codes(create(manager, cast, **fields)) == [error]
    event = make_event(organization=cast.northlight)
    path = f"/v1/events/{event.api_id}"
    assert codes(manager.send("PATCH", path, fields)) == [error]
    moved = manager.send("PATCH", path, {"organization_id": cast.rival.api_id})
    assert codes(moved) == [("/organization_id", "read_only")]


def test_an_edition_can_be_made_of_a_new_event(cast: Cast, manager: ApiClient) -> None:
    body = create(manager, cast).json()
    assert (body["id"][:4], body["organization_id"], body["name"]) == (
        "evt_", cast.northlight.api_id, "Southlight",
    )  # fmt: skip
    edition = manager.send(
        "POST",
        "/v1/editions",
        {"organization_id": body["organization_id"], "event_id": body["id"], "name": "2027"},
    )
    assert edition.json()["full_name"] == "Southlight 2027"
    assert Activity.objects.order_by("created")[0].type == "event.created"


def test_with_the_event_its_editions_get_another_full_name(cast: Cast, manager: ApiClient) -> None:
    unrelated = make_edition(organization=cast.northlight, name="2020", full_name="Other 2020")
    before = cast.edition.modified
    event = cast.edition.event
    assert event is not None
    path = f"/v1/events/{event.api_id}"
    body = manager.get(path).json()
    response = manager.send("PATCH", path, body | {"name": "100% Light"})
    assert response.json()["name"] == "100% Light"
    for edition, full_name in (
        (cast.edition, "100% Light 2026"),
        (cast.other_edition, "100% Light 2025"),
        (unrelated, "Other 2020"),
    ):
        edition.refresh_from_db()
        assert edition.full_name == full_name
    assert cast.edition.modified > before
    assert cast.edition.slug == "northlight-2026"
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id, activity.changed) == (
        "event.updated", event.pk, ["name"],
    )  # fmt: skip
    manager.send("PATCH", path, {"name": "100% Light"})
    assert Activity.objects.count() == 1


def test_events_are_found_by_organization_and_part_of_the_name(
    cast: Cast, guest: ApiClient
) -> None:
    make_event(organization=cast.northlight, name="Midsummer")
    make_event(organization=cast.rival, name="Rival light")
    assert names(guest) == ["Midsummer", "Northlight"]
    assert names(guest, ordering="-name") == ["Northlight", "Midsummer"]
    assert names(guest, search="LIGHT") == ["Northlight"]
    assert names(guest, organization_id=cast.rival.api_id) == []


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_an_edition_made_while_its_event_is_renamed_gets_the_new_name(cast: Cast) -> None:
    boss = Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.MANAGER),))
    event = cast.edition.event
    assert event is not None
    turns = itertools.count()

    def work() -> None:
        turn = next(turns)
        if turn % 2:
            changes = {"name": "Southlight"}
            update_event(event_id=event.pk, changes=changes, by=boss, now=timezone.now())
        else:
            create_edition(
                organization_id=cast.northlight.pk,
                event_id=event.pk,
                name=str(turn),
                by=boss,
                now=timezone.now(),
            )

    run_together(6, work, held=hold_row(event))
    names = Edition.objects.filter(event=event).values_list("full_name", flat=True)
    assert len(names) == 5
    assert {name.split()[0] for name in names} == {"Southlight"}
