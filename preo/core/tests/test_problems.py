"""Every refusal and every failure is one kind of document, and says no more than it should."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from preo.core import errors
from preo.core.access import Grant, Role
from preo.core.http import as_domain_error
from preo.core.tests.conftest import LogLines
from preo.core.tests.site import SECRET, TROUBLES, client_of, manager_of, principal_of

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The document, after what is true of every one was checked."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    request_id = body["instance"].removeprefix("urn:uuid:")
    assert response["X-Request-Id"] == request_id
    assert uuid.UUID(request_id).version == 7
    assert SECRET not in response.content.decode()
    assert "Traceback" not in response.content.decode()
    return body


@pytest.fixture
def someone() -> Client:
    return client_of(principal_of())


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("authentication-failed", 401, "token_invalid"),
        ("not-authenticated", 401, "not_signed_in"),
        ("denied", 403, "role_too_low"),
        ("denied-by-django", 403, "role_too_low"),
        ("not-found", 404, "not_found"),
        ("not-found-by-django", 404, "not_found"),
        ("method", 405, "method_not_allowed"),
        ("not-acceptable", 406, "not_acceptable"),
        ("media-type", 415, "unsupported_media_type"),
        ("parse", 400, "malformed"),
        ("validation", 400, "invalid"),
        ("throttled", 429, "too_many_requests"),
        ("throttled-without-time", 429, "too_many_requests"),
        ("suspicious", 400, "malformed"),
        ("too-big", 413, "too_large"),
        ("conflict", 409, "conflict"),
        ("too-many", 429, "too_many_requests"),
        ("unforeseen", 500, "unexpected"),
    ],
)
def test_whatever_a_view_raises_becomes_a_problem(
    word: str, status: int, code: str, someone: Client
) -> None:
    problem(someone.get(f"/v1/trouble/{word}"), status, code)


def test_every_trouble_of_the_site_is_driven() -> None:
    marks = test_whatever_a_view_raises_becomes_a_problem.pytestmark  # type: ignore[attr-defined]
    (table,) = (mark.args[1] for mark in marks if mark.name == "parametrize")
    assert {row[0] for row in table} == set(TROUBLES)


def test_a_request_without_credentials_is_told_how_to_sign_in() -> None:
    response = client_of(None).get("/v1/products")
    problem(response, 401, "not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="Preo"'


def test_wrong_credentials_are_told_how_to_sign_in_too() -> None:
    response = Client().get("/v1/products", headers={"Authorization": "Test nobody"})
    problem(response, 401, "token_invalid")
    assert response["WWW-Authenticate"] == 'Bearer realm="Preo"'


def test_a_role_below_the_least_is_forbidden(cast: Cast) -> None:
    guest = client_of(principal_of(Grant(cast.northlight.pk, None, Role.GUEST)))
    response = guest.post("/v1/products", {}, content_type="application/json")
    body = problem(response, 403, "role_too_low")
    assert body["detail"] == "The role staff is needed."


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nonsense", "/v1/products/", "/v1/products/a/b"]
)
def test_an_address_that_is_not_there_is_a_problem(path: str, someone: Client) -> None:
    problem(someone.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "row_id",
    ["prd_00000000000000000000000000", "org_00000000000000000000000000", "1", "null", "%00", "%FF"],
)
def test_a_row_that_is_not_there_is_a_problem(row_id: str, cast: Cast) -> None:
    client = client_of(principal_of(Grant(cast.northlight.pk, None, Role.ADMIN)))
    problem(client.get(f"/v1/products/{row_id}"), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "NONSENSE"])
def test_a_method_that_is_not_there_is_answered_with_those_that_are(
    method: str, someone: Client
) -> None:
    response = someone.generic(method, "/v1/products")
    problem(response, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(response["Allow"].split(", "))
    assert "PATCH" not in response["Allow"]


def test_a_method_that_is_not_there_is_405_for_strangers_too() -> None:
    problem(client_of(None).put("/v1/products"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "media", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense", ""]
)
def test_a_body_that_is_not_sent_as_json_is_415(media: str, cast: Cast) -> None:
    client = manager_of(cast.edition)
    response = client.generic("POST", "/v1/products", b'{"name": "Tent"}', content_type=media)
    problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("media", ["application/json; charset=latin-1", "APPLICATION/JSON"])
def test_a_body_is_utf_8_json_whatever_charset_its_type_names(media: str, cast: Cast) -> None:
    response = manager_of(cast.edition).generic(
        "POST", "/v1/products", '{"ñame": "Tent"}'.encode(), content_type=media
    )
    body = problem(response, 400, "invalid")
    assert "/ñame" in [error["pointer"] for error in body["errors"]]


def test_a_throttled_request_says_when_to_come_back(someone: Client) -> None:
    assert someone.get("/v1/trouble/throttled")["Retry-After"] == "7"
    assert int(someone.get("/v1/trouble/throttled-without-time")["Retry-After"]) >= 1
    assert someone.get("/v1/trouble/too-many")["Retry-After"] == "30"


def test_a_conflict_shows_the_present_state(someone: Client) -> None:
    body = problem(someone.get("/v1/trouble/conflict"), 409, "conflict")
    assert body["present"] == {"status": "sold"}
    assert body["detail"] == "Already sold."


def test_a_field_that_is_wrong_is_named_by_its_pointer(someone: Client) -> None:
    body = problem(someone.get("/v1/trouble/validation"), 400, "invalid")
    assert body["errors"] == [{"pointer": "/name", "code": "invalid", "detail": "Too long."}]


@pytest.mark.parametrize("path", ["/v1/trouble/unforeseen", "/v1/crash", "/pages/crash"])
def test_a_failure_is_in_the_log_with_its_trace_and_not_in_the_answer(
    path: str, log_lines: LogLines
) -> None:
    client = client_of(principal_of())
    response = client.get(path, headers={"Accept": "application/json"})

    problem(response, 500, "unexpected")
    failures = [line for line in log_lines() if "exception" in line]
    assert len(failures) == 1
    assert f"RuntimeError: {SECRET}" in failures[0]["exception"]
    assert "in show" in failures[0]["exception"] or "in crash" in failures[0]["exception"]
    assert failures[0]["level"] == "error"
    assert failures[0]["request_id"] == response["X-Request-Id"]


@pytest.mark.parametrize(
    ("word", "status"),
    [("denied-by-django", 403), ("not-found-by-django", 404), ("suspicious", 400), ("crash", 500)],
)
def test_a_page_shows_people_a_page_and_programs_a_problem(word: str, status: int) -> None:
    client = Client(raise_request_exception=False)
    page = client.get(f"/pages/{word}", headers={"Accept": "text/html"})
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert SECRET not in page.content.decode()
    document = client.get(f"/pages/{word}", headers={"Accept": "application/json"})
    assert document["Content-Type"] == "application/problem+json"
    assert document.status_code == status


@pytest.mark.parametrize("accept", ["text/html; q*=nonsense''%41", ";;;", "\x00", "*/*;q=nonsense"])
def test_no_accept_header_makes_an_error_page_fail(accept: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/pages/nonsense/x", headers={"Accept": accept}).status_code == 404
    assert client.get("/v1/open", headers={"Accept": accept}).status_code == 200


def test_an_unknown_host_is_refused_without_a_word_about_json() -> None:
    response = Client().get("/v1/products", headers={"Host": "evil.example"})
    body = problem(response, 400, "malformed")
    assert "JSON" not in json.dumps(body)


def family() -> list[type[errors.DomainError]]:
    found: list[type[errors.DomainError]] = [errors.DomainError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found


def test_no_two_problems_share_a_code_and_none_lacks_a_title() -> None:
    kinds = family()
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert 400 <= kind.status < 600
        assert kind.title.endswith(".")
        assert kind.code.replace("_", "").isalpha()
        assert kind.code.islower()


@pytest.mark.parametrize("kind", family(), ids=lambda kind: kind.code)
def test_the_address_in_type_leads_to_what_the_problem_means(
    kind: type[errors.DomainError],
) -> None:
    response = Client().get(f"/problems/{kind.code}")
    assert response.status_code == 200
    assert kind.title in response.content.decode()


def test_a_problem_that_nobody_raises_has_no_page() -> None:
    response = Client().get("/problems/nonsense", headers={"Accept": "application/json"})
    problem(response, 404, "not_found")


def test_what_is_no_refusal_is_not_taken_for_one() -> None:
    assert as_domain_error(RuntimeError()) is None
    assert as_domain_error(KeyError("name")) is None
