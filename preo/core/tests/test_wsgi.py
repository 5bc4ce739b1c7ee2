"""What a request's headers can do before there is a request: nothing."""

import io
import json
from typing import Any

import pytest
from django.test import RequestFactory

from preo.core.wsgi import Application

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]


def start(statuses: list[str]) -> Any:
    return lambda status, headers: statuses.append(status)


def answer(
    method: str, path: str, content_type: str, body: bytes = b"", **variables: Any
) -> tuple[int, Any]:
    """Status and body, by way of the application that the server calls."""
    environ = RequestFactory().generic(method, path, body).environ
    environ |= {"CONTENT_TYPE": content_type, "wsgi.input": io.BytesIO(body), **variables}
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


STREAMED = {
    "CONTENT_LENGTH": "",
    "HTTP_TRANSFER_ENCODING": "chunked",
    "wsgi.input_terminated": True,
}


def test_a_body_without_its_length_is_read() -> None:
    status, body = answer("POST", "/v1/open", "application/json", b'{"a": 1}', **STREAMED)
    assert (status, body["sent"]) == (201, {"a": 1})


@pytest.mark.parametrize("length", [{}, STREAMED], ids=["with its length", "without its length"])
def test_a_body_that_is_too_large_is_refused(length: dict[str, Any], settings: Any) -> None:
    settings.MAX_BODY_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
    largest = b'"' + b"a" * 199_998 + b'"'
    assert answer("POST", "/v1/open", "application/json", largest, **length)[0] == 201
    status, body = answer("POST", "/v1/open", "application/json", largest + b" ", **length)
    assert (status, body["code"]) == (413, "too_large")


def test_a_body_without_its_length_is_not_read_to_its_end(settings: Any) -> None:
    settings.MAX_BODY_BYTES = 1_000
    stream = io.BytesIO(b" " * 10_000_000)
    streamed = STREAMED | {"wsgi.input": stream}
    assert answer("POST", "/v1/open", "application/json", b"", **streamed)[0] == 413
    assert stream.tell() < 100_000


@pytest.mark.parametrize("length", ["", "nonsense", "-1", "1e3"])
def test_a_length_that_is_none_is_no_failure(length: str) -> None:
    status, _ = answer("POST", "/v1/open", "application/json", b'{"a": 1}', CONTENT_LENGTH=length)
    assert status in {201, 400}
