"""Who may do what: one table, compared with the routes both ways, then driven."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from conftest import ApiClient, Cast, ClientFor, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.scopes import SCOPES as EVERY_SCOPE
from preo.accounts.tests.factories import make_key, make_membership, make_staff
from preo.config.urls import api
from preo.core.access import Role
from preo.core.ids import encode_id
from preo.editions.models import Edition
from preo.orders.tests.factories import make_order
from tests.access import (
    ACCESS,
    BODIES,
    OTHER_ROWS,
    PUBLIC,
    ROWS,
    SCOPES,
    SHARED_BY_EDITIONS,
    SIGNED_IN,
    WHOLE_ORGANIZATION,
    address,
)

pytestmark = [pytest.mark.safety, pytest.mark.django_db]

ROLES = ["none", "guest", "staff", "manager", "admin"]


def routes() -> Iterator[tuple[str, str, Any]]:
    for pattern in api:
        assert isinstance(pattern, URLPattern)
        view: Any = pattern.callback
        path = str(pattern.pattern).replace("<str:id>", "{id}")
        for method in view.actions:
            if method != "head":
                yield method.upper(), path, view


def make_row(key: tuple[str, str], edition: Edition) -> Any:
    """A row of the edition that the operation can be tried with; None where it needs none."""
    route = key[1]
    make = OTHER_ROWS.get(key) or (ROWS[route][1] if route in ROWS else None)
    return make(edition) if make else None


def body(key: tuple[str, str], cast: Cast) -> Any:
    return BODIES[key](cast) if key in BODIES else None


def guarded() -> list[tuple[str, str]]:
    return [key for key, role in ACCESS.items() if role not in {PUBLIC, SIGNED_IN}]


def lists() -> list[str]:
    return sorted(path for method, path in ACCESS if method == "GET" and f"{path}/{{id}}" in ROWS)


def with_id() -> list[tuple[str, str]]:
    return [key for key in ACCESS if "{id}" in key[1]]


def test_the_table_names_every_route_and_no_other() -> None:
    assert {(method, path) for method, path, _ in routes()} == set(ACCESS)


def test_every_view_declares_the_role_of_the_table() -> None:
    for method, path, view in routes():
        least = view.cls.minimum[view.actions[method.lower()]]
        word = PUBLIC if least is None else least.word
        assert word == ACCESS[method, path], (method, path)


def test_every_route_with_an_id_has_a_row_to_try_it_with() -> None:
    assert {path for _, path in with_id()} == set(ROWS)


@pytest.mark.parametrize("key", [key for key in ACCESS if ACCESS[key] != PUBLIC], ids=" ".join)
def test_nobody_gets_in_without_signing_in(key: tuple[str, str], cast: Cast) -> None:
    method, route = key
    for token in (None, "garbage", "preo_live_aaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbb"):
        response = ApiClient(token).send(method, address(route, cast, "edt_" + "0" * 26))
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("key", guarded(), ids=" ".join)
def test_it_is_refused_below_the_role_and_not_from_it_on(
    key: tuple[str, str], cast: Cast, client_for: ClientFor
) -> None:
    method, route = key
    for role in ROLES:
        row = make_row(key, cast.edition)
        row_id = row.api_id if row else ""
        response = client_for(role).send(method, address(route, cast, row_id), body(key, cast))
        if ROLES.index(role) < ROLES.index(ACCESS[key]):
            assert (response.status_code, response.json()["code"]) == (403, "role_too_low"), role
        else:
            assert response.status_code < 300, (role, response.content)


@pytest.mark.parametrize("key", with_id(), ids=" ".join)
def test_another_organizations_row_is_told_apart_from_none_by_nothing(
    key: tuple[str, str], cast: Cast, admin: ApiClient
) -> None:
    method, route = key
    prefix = ROWS[route][0]
    foreign = make_row(key, cast.rival_edition).api_id
    ids = [foreign, encode_id(prefix, uuid.UUID(int=1)), f"{prefix}_nonsense", "org_" + "0" * 26]
    answers = []
    for row_id in ids:
        response = admin.send(method, address(route, cast, row_id), body(key, cast))
        assert response.status_code == 404
        problem = response.json()
        assert problem.pop("instance") == f"urn:uuid:{response['X-Request-Id']}"
        answers.append((problem, sorted(response.headers)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("key", with_id(), ids=" ".join)
def test_an_editions_role_reaches_no_other_edition(key: tuple[str, str], cast: Cast) -> None:
    method, route = key
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.ADMIN)
    client = sign_in(person)
    own, other = (
        client.send(method, address(route, cast, make_row(key, edition).api_id), body(key, cast))
        for edition in (cast.edition, cast.other_edition)
    )
    assert other.status_code == (200 if key in SHARED_BY_EDITIONS else 404)
    assert (own.status_code == 404) == (key in WHOLE_ORGANIZATION)
    assert own.status_code in {200, 204, 404}


@pytest.mark.parametrize("route", lists())
def test_a_list_holds_nothing_of_a_rival(route: str, cast: Cast, admin: ApiClient) -> None:
    make = ROWS[f"{route}/{{id}}"][1]
    own, foreign = make(cast.edition), make(cast.rival_edition)
    mine = admin.send("GET", address(route, cast)).json()
    ids = [row.get("id") or row["api_id"] for row in mine["results"]]
    assert own.api_id in ids
    assert foreign.api_id not in ids
    asked = admin.send("GET", f"/v1/{route}?organization_id={cast.rival.api_id}").json()
    assert (asked["count"], asked["results"]) == (0, [])


@pytest.mark.parametrize("key", guarded(), ids=" ".join)
def test_an_api_key_needs_the_scope_and_keeps_to_its_organization(
    key: tuple[str, str], cast: Cast
) -> None:
    method, route = key
    word = route.split("/")[0]
    needed = f"{SCOPES.get(word, word)}:{'read' if method == 'GET' else 'write'}"
    row = make_row(key, cast.edition)
    row_id = row.api_id if row else ""
    every = set(EVERY_SCOPE)
    assert needed in every
    _, text = make_key(organization=cast.rival, role=RoleWord.ADMIN, scopes=every)
    if row:
        response = ApiClient(text).send(method, address(route, cast, row_id), body(key, cast))
        assert response.status_code == 404
    for scopes, statuses in ((every - {needed}, {403}), ({needed}, {200, 201, 204})):
        _, text = make_key(organization=cast.northlight, role=RoleWord.ADMIN, scopes=scopes)
        response = ApiClient(text).send(method, address(route, cast, row_id), body(key, cast))
        assert response.status_code in statuses, response.content


def test_the_higher_of_two_roles_counts_in_an_edition(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.northlight, role=RoleWord.GUEST)
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    client = sign_in(person)
    seen = make_order(edition=cast.edition)
    unseen = make_order(edition=cast.other_edition)
    assert client.send("GET", f"/v1/orders/{seen.api_id}").status_code == 200
    assert client.send("GET", f"/v1/orders/{unseen.api_id}").status_code == 404
    editions = client.send("GET", "/v1/editions").json()
    assert {row["id"] for row in editions["results"]} == {
        cast.edition.api_id,
        cast.other_edition.api_id,
    }


def test_staff_of_two_organizations_see_both_and_each_by_itself(cast: Cast) -> None:
    person = make_staff()
    for organization in (cast.northlight, cast.rival):
        make_membership(staff=person, organization=organization, role=RoleWord.STAFF)
    ours = make_order(edition=cast.edition)
    theirs = make_order(edition=cast.rival_edition)
    client = sign_in(person)
    for organization, order in ((cast.northlight, ours), (cast.rival, theirs)):
        found = client.send("GET", f"/v1/orders?organization_id={organization.api_id}").json()
        assert [row["id"] for row in found["results"]] == [order.api_id]


def test_a_superuser_has_no_right_in_an_organization_by_that_alone(cast: Cast) -> None:
    client = sign_in(make_staff(is_superuser=True))
    assert client.send("GET", f"/v1/editions/{cast.edition.api_id}").status_code == 403


def test_roles_rise_in_the_order_of_their_words() -> None:
    assert [role.word for role in sorted(Role)] == ROLES
