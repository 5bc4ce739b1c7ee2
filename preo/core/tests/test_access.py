"""Who sees which rows: reckoned alone, and driven through the base viewset."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cast
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.core.tests.site import (
    Product,
    Vendor,
    client_of,
    make_product,
    principal_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]

ROUTES = ["products", "slow-products"]


def seen(client: Client, route: str = "products") -> set[str]:
    """Names of the rows in the list; the count must be theirs."""
    response = client.get(f"/v1/{route}")
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["count"] == len(body["results"])
    return {row["name"] for row in body["results"]}


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    return client.generic(method, path, json.dumps(body or {}), content_type="application/json")


@pytest.fixture
def rows(cast: Cast) -> dict[str, Any]:
    """A product in each edition, named like it, and a vendor in each organization."""
    Vendor.objects.create(organization=cast.northlight, name="northlight")
    Vendor.objects.create(organization=cast.rival, name="rival")
    return {
        name: make_product(getattr(cast, name), name=name)
        for name in ("edition", "other_edition", "rival_edition")
    }


def test_a_stranger_is_asked_to_sign_in_everywhere(rows: dict[str, Any]) -> None:
    client = client_of(None)
    row_id = rows["edition"].api_id
    for method, path in [
        ("GET", "/v1/products"), ("GET", f"/v1/products/{row_id}"), ("POST", "/v1/products"),
        ("PATCH", f"/v1/products/{row_id}"), ("POST", f"/v1/products/{row_id}/remove"),
        ("GET", "/v1/vendors"),
    ]:  # fmt: skip
        assert send(client, method, path).status_code == 401, path
    assert Product.objects.count() == 3


def test_a_public_action_asks_nobody_but_refuses_wrong_credentials() -> None:
    assert client_of(None).get("/v1/open").json() == {"open": True}
    assert Client().get("/v1/open", headers={"Authorization": "nonsense"}).status_code == 401


def test_one_without_any_role_is_refused(rows: dict[str, Any]) -> None:
    client = client_of(principal_of())
    assert client.get("/v1/products").status_code == 403
    assert client.get(f"/v1/products/{rows['edition'].api_id}").status_code == 403


def test_an_action_without_a_least_role_is_refused_to_everybody(cast: Cast) -> None:
    for principal in (None, principal_of(Grant(cast.northlight.pk, None, Role.ADMIN))):
        response = client_of(principal).get("/v1/products/undeclared")
        assert response.status_code == 405
        assert "open" not in response.json()


def test_no_method_but_those_of_the_address_reaches_an_action(cast: Cast) -> None:
    admin = client_of(principal_of(Grant(cast.northlight.pk, None, Role.ADMIN)))
    for method in ("OPTIONS", "PUT", "DELETE", "TRACE"):
        assert send(admin, method, "/v1/products").status_code == 405
    head = admin.head("/v1/products")
    assert (head.status_code, head.content) == (200, b"")
    assert client_of(None).head("/v1/products").status_code == 401


@pytest.mark.parametrize("route", ROUTES)
def test_a_row_of_another_organization_is_not_seen(
    route: str, cast: Cast, rows: dict[str, Any]
) -> None:
    admin = client_of(principal_of(Grant(cast.rival.pk, None, Role.ADMIN)))
    assert seen(admin, route) == {"rival_edition"}
    assert seen(admin, "vendors") == {"rival"}


@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("PATCH", ""), ("POST", "/remove")])
def test_a_foreign_row_is_answered_exactly_like_one_that_is_not_there(
    method: str, suffix: str, cast: Cast, rows: dict[str, Any]
) -> None:
    admin = client_of(principal_of(Grant(cast.northlight.pk, None, Role.ADMIN)))

    def answer(row_id: str) -> tuple[int, Any]:
        response = send(admin, method, f"/v1/products/{row_id}{suffix}", {"name": "taken"})
        body = response.json()
        del body["instance"]
        return response.status_code, body

    foreign = answer(rows["rival_edition"].api_id)
    assert foreign[0] == 404
    assert foreign == answer("prd_00000000000000000000000000")
    assert foreign == answer("nonsense")
    assert foreign == answer(cast.northlight.api_id)
    assert Product.objects.get(pk=rows["rival_edition"].pk).name == "rival_edition"


@pytest.mark.parametrize("route", ROUTES)
def test_a_grant_of_one_edition_shows_that_edition_alone(
    route: str, cast: Cast, rows: dict[str, Any]
) -> None:
    only = principal_of(Grant(cast.northlight.pk, cast.edition.pk, Role.ADMIN))
    client = client_of(only)
    assert seen(client, route) == {"edition"}
    assert client.get(f"/v1/products/{rows['edition'].api_id}").status_code == 200
    assert client.get(f"/v1/products/{rows['other_edition'].api_id}").status_code == 404


def test_a_grant_of_one_edition_does_not_reach_rows_of_the_whole_organization(
    cast: Cast, rows: dict[str, Any]
) -> None:
    client = client_of(principal_of(Grant(cast.northlight.pk, cast.edition.pk, Role.ADMIN)))
    vendor = Vendor.objects.get(name="northlight")
    assert seen(client, "vendors") == set()
    assert client.get(f"/v1/vendors/{vendor.api_id}").status_code == 404


def test_several_grants_show_what_each_of_them_shows(cast: Cast, rows: dict[str, Any]) -> None:
    client = client_of(
        principal_of(
            Grant(cast.northlight.pk, cast.other_edition.pk, Role.GUEST),
            Grant(cast.rival.pk, None, Role.GUEST),
        )
    )
    assert seen(client) == {"other_edition", "rival_edition"}
    assert seen(client, "vendors") == {"rival"}


def test_a_high_role_in_one_place_opens_nothing_in_another(
    cast: Cast, rows: dict[str, Any]
) -> None:
    client = client_of(
        principal_of(
            Grant(cast.northlight.pk, None, Role.GUEST),
            Grant(cast.northlight.pk, cast.edition.pk, Role.MANAGER),
            Grant(cast.rival.pk, None, Role.STAFF),
        )
    )
    assert seen(client) == {"edition", "other_edition", "rival_edition"}
    for name, status in (("edition", 200), ("other_edition", 404), ("rival_edition", 404)):
        path = f"/v1/products/{rows[name].api_id}"
        assert send(client, "PATCH", path, {"name": "changed"}).status_code == status
        assert send(client, "POST", f"{path}/remove").status_code == (204 if status == 200 else 404)
    assert set(Product.objects.values_list("name", flat=True)) == {"other_edition", "rival_edition"}


def test_a_low_role_in_an_edition_is_not_raised_by_a_high_one_elsewhere(
    cast: Cast, rows: dict[str, Any]
) -> None:
    client = client_of(
        principal_of(
            Grant(cast.northlight.pk, cast.edition.pk, Role.GUEST),
            Grant(cast.rival.pk, cast.rival_edition.pk, Role.MANAGER),
        )
    )
    assert seen(client) == {"edition", "rival_edition"}
    for name, status in (("edition", 404), ("rival_edition", 200)):
        path = f"/v1/products/{rows[name].api_id}"
        assert send(client, "PATCH", path, {"name": "changed"}).status_code == status


def test_a_role_too_low_everywhere_is_403_and_not_404(cast: Cast, rows: dict[str, Any]) -> None:
    client = client_of(
        principal_of(
            Grant(cast.northlight.pk, None, Role.GUEST),
            Grant(cast.rival.pk, cast.rival_edition.pk, Role.STAFF),
        )
    )
    path = f"/v1/products/{rows['edition'].api_id}"
    assert send(client, "PATCH", path, {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (frozenset(), 403, 403),
        (frozenset({"products:read"}), 200, 403),
        (frozenset({"products:write"}), 403, 200),
        (frozenset({"products:read", "products:write"}), 200, 200),
        (frozenset({"orders:read", "orders:write"}), 403, 403),
        (frozenset({"products", "products:", "PRODUCTS:READ", "products:*"}), 403, 403),
        (None, 200, 200),
    ],
)
def test_a_key_does_what_its_scopes_say_and_a_person_what_the_role_says(
    scopes: frozenset[str] | None, reads: int, writes: int, cast: Cast, rows: dict[str, Any]
) -> None:
    principal = principal_of(Grant(cast.northlight.pk, None, Role.MANAGER), scopes=scopes)
    client = client_of(principal)
    path = f"/v1/products/{rows['edition'].api_id}"
    assert client.get("/v1/products").status_code == reads
    assert client.get(path).status_code == reads
    response = send(client, "PATCH", path, {"name": "changed"})
    assert response.status_code == writes
    if writes == 403:
        assert response.json()["code"] == "scope_missing"
        assert response.json()["detail"] == "The scope products:write is needed."


def test_a_scope_does_not_raise_a_role(cast: Cast, rows: dict[str, Any]) -> None:
    both = frozenset({"products:read", "products:write"})
    client = client_of(principal_of(Grant(cast.northlight.pk, None, Role.GUEST), scopes=both))
    path = f"/v1/products/{rows['edition'].api_id}"
    assert send(client, "PATCH", path, {"name": "x"}).json()["code"] == "role_too_low"


# --- reckoned alone ---

organizations = [uuid7() for _ in range(3)]
editions = [(organization, uuid7()) for organization in organizations for _ in range(2)]
roles = st.sampled_from([role for role in Role if role is not Role.NONE])
grants = st.lists(
    st.builds(lambda place, role: Grant(place[0], place[1], role),
              st.sampled_from([(o, None) for o in organizations] + editions), roles),
    max_size=6,
).map(tuple)  # fmt: skip


@given(grants, roles)
def test_the_condition_of_a_row_is_the_role_held_there(
    held: tuple[Grant, ...], least: Role
) -> None:
    principal = Principal("staff", uuid7(), held)
    whole = principal.organization_ids(least)
    single = principal.edition_ids(least)
    for organization_id, edition_id in editions:
        by_condition = organization_id in whole or edition_id in single
        assert by_condition == (principal.role_in(organization_id, edition_id) >= least)
        assert (organization_id in whole) == (principal.role_in(organization_id) >= least)


@given(grants)
def test_the_role_in_an_edition_is_the_higher_of_the_two(held: tuple[Grant, ...]) -> None:
    principal = Principal("staff", uuid7(), held)
    for organization_id, edition_id in editions:
        own = [
            grant.role
            for grant in held
            if (grant.organization_id, grant.edition_id)
            in {(organization_id, None), (organization_id, edition_id)}
        ]
        assert principal.role_in(organization_id, edition_id) == max(own, default=Role.NONE)
    assert principal.highest_role() == max((grant.role for grant in held), default=Role.NONE)


def test_an_edition_named_with_another_organization_gives_no_role() -> None:
    (one, edition), (other, _) = editions[0], editions[2]
    principal = Principal("staff", uuid7(), (Grant(one, edition, Role.ADMIN),))
    assert principal.role_in(one, edition) is Role.ADMIN
    assert principal.role_in(other, edition) is Role.NONE
    assert principal.role_in(one) is Role.NONE
