"""What a header can do before there is a request: nothing."""

import io
import json
from typing import Any

import pytest
from django.test import RequestFactory

from preo.core.wsgi import Application

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]


def start(statuses: list[str]) -> Any:
    return lambda status, headers: statuses.append(status)


def answer(method: str, path: str, content_type: str, body: bytes = b"") -> tuple[int, Any]:
    """Status and body, by way of the application that the server calls."""
    environ = RequestFactory().generic(method, path, body).environ
    environ |= {"CONTENT_TYPE": content_type, "wsgi.input": io.BytesIO(body)}
    statuses: list[str] = []
    response: Any = Application()(environ, start(statuses))
    return int(statuses[0].split()[0]), json.loads(b"".join(response))


@pytest.mark.parametrize(
    "parameter",
    [
        "charset=hex", "charset=rot13", "charset=punycode", "charset=base64", "charset=utf-16",
        "charset=nonsense", "charset=", "charset*=nonsense''%41", "name*=hex''%41", "charset",
        'charset="; x"', "charset=utf-8",
    ],
)  # fmt: skip
def test_no_charset_of_a_client_fails_a_request(parameter: str) -> None:
    media = f"application/json; {parameter}"
    assert answer("GET", "/v1/open?x=%C3%A9", media)[0] == 400  # an unknown parameter
    assert answer("GET", "/v1/open", media) == (200, {"open": True})
    status, body = answer("POST", "/v1/open", media, '{"a": "é"}'.encode())
    assert status in {201, 415}
    if status == 201:
        assert body["sent"] == {"a": "é"}


@pytest.mark.parametrize("media", ["application/json", "application/json; charset=utf-8"])
def test_very_many_query_parameters_are_a_problem(media: str) -> None:
    status, body = answer("GET", "/v1/open?" + "&".join(["a=1"] * 5_000), media)
    assert (status, body["code"]) == (400, "malformed")
