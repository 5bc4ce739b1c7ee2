"""The id of each request, and the one line that says how it ended."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from preo.core.access import Grant, Role
from preo.core.tests.conftest import LogLines
from preo.core.tests.site import client_of, make_product, principal_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("preo.core.tests.site")]


def request_lines(log_lines: LogLines) -> list[dict[str, Any]]:
    return [line for line in log_lines() if line["event"] == "request"]


def test_each_request_gets_an_id_of_its_own() -> None:
    client = Client(raise_request_exception=False)
    found = {client.get(path)["X-Request-Id"] for path in ["/v1/open", "/v1/x", "/v1/crash"] * 5}
    assert len(found) == 15
    assert {uuid.UUID(text).version for text in found} == {7}


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        "a b",
        "a\tb",
        "x" * 101,
        "é",
        '"}',
        "a\x00",
        "ada@northlight.example",
        "a/b",
        "a=b",
        "a\\n",
    ],
)
def test_an_id_of_the_client_that_is_not_plain_is_passed_over(
    theirs: str, log_lines: LogLines
) -> None:
    Client().get("/v1/open", headers={"X-Request-Id": theirs})
    (line,) = request_lines(log_lines)
    assert "client_request_id" not in line


def test_a_plain_id_of_the_client_is_kept_beside_ours(log_lines: LogLines) -> None:
    response = Client().get("/v1/open", headers={"X-Request-Id": "A-b_c.9:1"})
    assert response["X-Request-Id"] != "A-b_c.9:1"
    (line,) = request_lines(log_lines)
    assert line["client_request_id"] == "A-b_c.9:1"
    assert line["request_id"] == response["X-Request-Id"]


def test_one_request_is_one_line_with_the_route_and_without_what_it_named(
    cast: Cast, log_lines: LogLines
) -> None:
    product = make_product(cast.edition, name="Tent of ada@northlight.example")
    principal = principal_of(Grant(cast.northlight.pk, None, Role.MANAGER))
    client = client_of(principal)
    body = json.dumps({"name": "bo@northlight.example"})

    response = client.patch(f"/v1/products/{product.api_id}", body, content_type="application/json")

    (line,) = log_lines()
    assert line.pop("milliseconds") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "preo.http",
        "method": "PATCH",
        "route": "/v1/products/<str:id>",
        "status": 200,
        "request_id": response["X-Request-Id"],
        "caller": f"staff:{principal.id}",
    }


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/v1/products?type=ada@northlight.example", "/v1/products", 401),
        ("/v1/ada@northlight.example", None, 404),
        ("/v1/products/ada@northlight.example", "/v1/products/<str:id>", 401),
        ("/v1/trouble/suspicious?x=ada@northlight.example", "/v1/trouble/<str:word>", 401),
    ],
)
def test_nothing_that_an_address_holds_is_logged(
    path: str, route: str | None, status: int, log_lines: LogLines
) -> None:
    Client().get(path)
    (line,) = log_lines()
    assert (line["route"], line["status"]) == (route, status)
    assert "ada@" not in json.dumps(line)


def test_a_failure_is_a_line_with_its_trace_and_the_line_of_the_request(
    log_lines: LogLines,
) -> None:
    response = Client(raise_request_exception=False).get("/v1/crash")
    failure, request = log_lines()
    assert (failure["level"], request["event"], request["status"]) == ("error", "request", 500)
    assert failure["request_id"] == request["request_id"] == response["X-Request-Id"]


def test_the_id_of_one_request_does_not_stay_for_the_next(log_lines: LogLines) -> None:
    Client().get("/v1/open", headers={"X-Request-Id": "first"})
    Client().get("/v1/open")
    first, second = request_lines(log_lines)
    assert first["request_id"] != second["request_id"]
    assert "client_request_id" not in second


@pytest.mark.urls("preo.config.urls")
def test_probes_are_answered_with_an_id_but_not_logged(log_lines: LogLines) -> None:
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert uuid.UUID(response["X-Request-Id"]).version == 7
    assert request_lines(log_lines) == []
