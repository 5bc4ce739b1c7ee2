"""Bad input to every operation: a problem of the 4xx kind that names the place, and no change."""

import json
from typing import Any

import pytest

from conftest import ApiClient, Cast
from tests.access import ACCESS, ROWS, address

pytestmark = [pytest.mark.safety, pytest.mark.django_db]

WRITING = [key for key in ACCESS if key[0] in {"POST", "PATCH", "PUT"}]
WITHOUT_BODY = {
    ("POST", "data-imports/{id}/cancel"),
    ("POST", "data-imports/{id}/validate-column-mappings"),
    ("POST", "data-imports/{id}/process-column-mappings"),
    ("POST", "data-imports/{id}/start"),
    ("POST", "data-imports/{id}/retry"),
    ("POST", "data-imports/{id}/undo"),
    ("POST", "segments/{id}/recalculate"),
    ("POST", "segments/{id}/reset"),
    ("POST", "users/{id}/erase"),
}
TAKES_FILES = {("POST", "data-imports")}
TOO_MUCH = 16 * 1024 * 1024

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"email": ',
    "a list": b"[]",
    "a number": b"7",
    "a word": b"nonsense",
    "not UTF-8": b'{"email": "\xff\xfe"}',
    "UTF-16": '{"email": "a@example.com"}'.encode("utf-16"),
    "NaN": b'{"email": NaN}',
    "a NUL": rb'{"email": "a\u0000@example.com", "password": "x", "refresh": "a\u0000b"}',
    "half a character": rb'{"email": "\ud800@example.com", "password": "x", "refresh": "\udfff"}',
    "half a character in a name": rb'{"\ud800": 1}',
    "an enormous integer": b'{"email": ' + b"9" * 5_000 + b"}",
    "an enormous exponent": b'{"email": 1e999999999, "refresh": 1e999999999}',
    "brackets without end": b"[" * 100_000,
    "a deep object": b'{"email":' * 200 + b"1" + b"}" * 200,
    "a member twice": b'{"email": "a@example.com", "email": "b@example.com"}',
    "wrong types": b'{"email": {"a": 1}, "password": [1], "refresh": {"a": null}}',
    "unknown members": b'{"emial": "a@example.com", "refersh": "x"}',
    "sixteen megabytes": b'{"email": "' + b"a" * TOO_MUCH + b'"}',
}

QUERIES = [
    "page=0", "page=-1", "page=1e3", "page=99999999999999999999", "page=\u0663", "page_size=1001",
    "page_size=%00", "ordering=%00", "ordering=-", "ordering=id;drop", "nonsense=1", "id=1",
    "organization_id=org_nonsense", "organization_id=%F0%28%8C%28", "organization_id=%00",
    "edition_id=ord_00000000000000000000000000", "customer_id=usr_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "created_after=0000-01-01T00:00:00Z", "created_after=10000-01-01T00:00:00Z",
    "created_after=0001-01-01T00:00:00%2B23:59", "created_before=9999-12-31T23:59:59-23:59",
    "created_before=9" * 50, "search=%00", "search=%ED%A0%80%00", "status=%00", "is_draft=maybe",
]  # fmt: skip


def own_address(route: str, cast: Cast) -> str:
    """The route, with the id of a row that the caller may see where it needs one."""
    row_id = ROWS[route][1](cast.edition).api_id if route in ROWS else ""
    return address(route, cast, row_id)


def is_problem(response: Any) -> None:
    assert 400 <= response.status_code < 500, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["detail"] if "detail" in body else body["title"]


@pytest.mark.parametrize("key", WRITING, ids=" ".join)
def test_a_bad_body_is_a_problem(key: tuple[str, str], cast: Cast, admin: ApiClient) -> None:
    method, route = key
    place = own_address(route, cast)
    for name, content in BODIES.items():
        if name == "nothing" and (method == "PATCH" or key in WITHOUT_BODY):
            continue  # which changes nothing, and is right
        response = getattr(admin, method.lower())(
            place, data=content, content_type="application/json"
        )
        is_problem(response)
        assert response.status_code == (413 if name == "sixteen megabytes" else 400), name


@pytest.mark.parametrize("key", WRITING, ids=" ".join)
def test_a_body_of_another_kind_is_415(key: tuple[str, str], cast: Cast, admin: ApiClient) -> None:
    method, route = key
    for media in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"):
        response = getattr(admin, method.lower())(
            own_address(route, cast), data=b"email=a", content_type=media
        )
        is_problem(response)
        is_taken = media.startswith("multipart/") and key in TAKES_FILES
        assert response.status_code == (400 if is_taken else 415)


@pytest.mark.parametrize("key", WRITING, ids=" ".join)
def test_an_unknown_field_is_named(key: tuple[str, str], cast: Cast, admin: ApiClient) -> None:
    body = admin.send(key[0], own_address(key[1], cast), {"colour": "red"}).json()
    assert ("/colour", "unknown_field") in [(e["pointer"], e["code"]) for e in body["errors"]]


@pytest.mark.parametrize("key", list(ACCESS), ids=" ".join)
def test_a_bad_query_is_a_problem_that_names_the_parameter(
    key: tuple[str, str], cast: Cast, admin: ApiClient
) -> None:
    method, route = key
    base = own_address(route, cast)
    for query in QUERIES:
        name = query.partition("=")[0]
        place = base
        if f"?{name}=" in base:
            place = f"/v1/{route}?edition_id={cast.edition.api_id}"
        response = getattr(admin, method.lower())(f"{place}{'&' if '?' in place else '?'}{query}")
        is_problem(response)
        body = json.loads(response.content)
        if response.status_code == 404:
            assert "last_page" in body
        else:
            assert [error["pointer"] for error in body["errors"]] == [name]


@pytest.mark.parametrize("key", [key for key in ACCESS if "{id}" in key[1]], ids=" ".join)
def test_a_bad_id_is_not_found(key: tuple[str, str], cast: Cast, admin: ApiClient) -> None:
    odd = ["%00", "%F0%28", "..%2f", "ord_%00", "x" * 5_000, "%ED%A0%80", "1", "null", "'"]
    for row_id in odd:
        response = admin.send(key[0], address(key[1], cast, row_id))
        is_problem(response)
        assert response.status_code == 404, row_id


@pytest.mark.parametrize("route", sorted({route for _, route in ACCESS}))
def test_a_method_that_is_not_there_is_405(route: str, cast: Cast, admin: ApiClient) -> None:
    place = address(route, cast, "ord_" + "0" * 26)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"):
        if (method, route) in ACCESS:
            continue
        response = admin.generic(method, place)
        is_problem(response)
        assert response.status_code == 405, method


def test_an_address_below_v1_that_is_not_there_is_a_problem(anonymous: ApiClient) -> None:
    for path in ("/v1", "/v1/", "/v1/nonsense", "/v1/orders/", "/v1//orders", "/v1/orders/a/b"):
        response = anonymous.get(path)
        is_problem(response)
        assert response.status_code == 404, path
