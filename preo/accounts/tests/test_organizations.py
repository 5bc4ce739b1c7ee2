import pytest

from conftest import ApiClient, Cast, ClientFor, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.editions.models import Edition

pytestmark = pytest.mark.django_db


@pytest.mark.safety
def test_an_admin_elsewhere_or_of_an_edition_changes_nothing_here(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.rival)
    make_membership(staff=person, edition=cast.edition)
    make_membership(staff=person, organization=cast.northlight, role=RoleWord.MANAGER)
    client = sign_in(person)
    address = f"/v1/organizations/{cast.northlight.api_id}"
    assert client.get(address).status_code == 200
    assert client.send("PATCH", address, {"name": "Mine"}).status_code == 404
    cast.northlight.refresh_from_db()
    assert cast.northlight.name == "Northlight"


def test_mistakes_are_named(admin: ApiClient, cast: Cast) -> None:
    body = {"name": 7, "currency": "xyz", "default_language": "fi", "slug": "mine", "colour": 1}
    answer = admin.send("PATCH", f"/v1/organizations/{cast.northlight.api_id}", body)
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {
        ("/name", "invalid"),
        ("/currency", "invalid_choice"),
        ("/default_language", "invalid_choice"),
        ("/slug", "read_only"),
        ("/colour", "unknown_field"),
    }


def test_one_sees_the_organizations_that_one_works_for(cast: Cast, client_for: ClientFor) -> None:
    guest = client_for("guest").get("/v1/organizations").json()
    assert [row["slug"] for row in guest["results"]] == ["northlight"]
    person = make_staff()
    make_membership(staff=person, edition=cast.rival_edition, role=RoleWord.GUEST)
    of_edition = sign_in(person).get("/v1/organizations").json()
    assert [row["id"] for row in of_edition["results"]] == [cast.rival.api_id]


def test_settings_count_for_what_is_made_later(admin: ApiClient, cast: Cast) -> None:
    address = f"/v1/organizations/{cast.northlight.api_id}"
    body = admin.get(address).json()
    changed = admin.send(
        "PATCH", address, body | {"name": "Nordlys", "currency": "dkk", "default_language": "da"}
    )
    assert changed.status_code == 200, changed.content
    assert changed.json()["currency"] == "dkk"
    assert Edition.objects.get(pk=cast.edition.pk).currency == "eur"
    made = admin.send(
        "POST",
        "/v1/editions",
        {
            "organization_id": cast.northlight.api_id,
            "event_id": cast.edition.event.api_id if cast.edition.event else "",
            "name": "2027",
        },
    )
    assert made.json()["currency"] == "dkk"
    activity = Activity.objects.get(type="organization.updated")
    assert sorted(activity.changed) == ["currency", "default_language", "name"]
    assert admin.send("PATCH", address, {"name": "Nordlys"}).status_code == 200
    assert Activity.objects.filter(type="organization.updated").count() == 1
