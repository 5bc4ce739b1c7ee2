from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.tests.factories import make_key, make_membership, make_staff
from preo.activity.models import Activity
from preo.idempotency.models import Answer
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, **changes: Any) -> Any:
    headers = changes.pop("headers", {})
    body = {
        "organization_id": cast.northlight.api_id,
        "name": "Box office",
        "role": "staff",
        "scopes": ["orders:read"],
    }
    return client.send("POST", "/v1/api-keys", body | changes, **headers)


def codes(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.safety
def test_an_admin_elsewhere_makes_no_key_here(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.rival)
    make_membership(staff=person, organization=cast.northlight, role=RoleWord.MANAGER)
    client = sign_in(person)
    answer = create(client, cast, role="guest")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert codes(create(client, cast, organization_id=make_organization().api_id)) == [
        ("/organization_id", "unknown_id")
    ]
    assert not ApiKey.objects.exists()


@pytest.mark.safety
def test_a_key_makes_no_key_with_a_scope_that_it_lacks(cast: Cast) -> None:
    _, text = make_key(organization=cast.northlight, scopes=["api-keys:write", "orders:read"])
    client = ApiClient(text)
    answer = create(client, cast, scopes=["orders:read", "orders:write"])
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert create(client, cast).status_code == 201
    _, text = make_key(edition=cast.edition, scopes=["api-keys:write", "orders:read"])
    assert create(ApiClient(text), cast).status_code == 403
    own = create(ApiClient(text), cast, edition_id=cast.edition.api_id)
    assert own.json()["edition"]["id"] == cast.edition.api_id


def test_mistakes_are_named(admin: ApiClient, cast: Cast) -> None:
    answer = create(admin, cast, name=7, role="owner", scopes=["orders:eat"], expires_at="soon")
    assert sorted(codes(answer)) == [
        ("/expires_at", "invalid"),
        ("/name", "invalid"),
        ("/role", "invalid_choice"),
        ("/scopes/0", "invalid_choice"),
    ]
    assert codes(create(admin, cast, scopes=[])) == [("/scopes", "min_length")]
    assert codes(create(admin, cast, expires_at="2020-01-01T00:00:00Z")) == [
        ("/expires_at", "past")
    ]


@pytest.mark.safety
def test_a_keys_text_is_shown_once_and_kept_for_no_repetition(admin: ApiClient, cast: Cast) -> None:
    answer = create(admin, cast, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 201, answer.content
    assert answer["Cache-Control"] == "no-store"
    text = answer.json()["key"]
    assert ApiClient(text).get("/v1/auth/user").json()["full_name"] == "Box office"
    again = create(admin, cast, headers={"Idempotency-Key": "one"})
    assert again.json()["key"] != text
    assert not Answer.objects.exists()
    listed = admin.get("/v1/api-keys").content.decode()
    assert text[:22].removeprefix("preo_live_") in listed
    assert text[22:] not in listed


def test_keys_are_listed_with_who_made_them(admin: ApiClient, cast: Cast) -> None:
    made = create(admin, cast).json()
    make_key(organization=cast.northlight, name="By the system")
    rows = admin.get("/v1/api-keys?ordering=name").json()["results"]
    assert [row["name"] for row in rows] == ["Box office", "By the system"]
    del made["key"]
    assert rows[0] == made
    assert rows[0]["created_by"]["email"] == "admin@northlight.example"
    assert rows[1]["created_by"] is None


def test_a_revoked_key_is_worth_nothing_and_stays_in_the_list(admin: ApiClient, cast: Cast) -> None:
    made = create(admin, cast).json()
    for _ in range(2):
        assert admin.delete(f"/v1/api-keys/{made['id']}").status_code == 204
    assert ApiClient(made["key"]).get("/v1/auth/user").status_code == 401
    happened = Activity.objects.order_by("created", "id").values_list("type", flat=True)
    assert list(happened) == ["api_key.created", "api_key.revoked"]
    counts = {
        word: admin.get(f"/v1/api-keys?is_revoked={word}").json()["count"]
        for word in ("true", "false")
    }
    assert counts == {"true": 1, "false": 0}
