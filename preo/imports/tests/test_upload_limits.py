"""Uploads that are too large are refused before they are here, by whatever way they come."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from conftest import ApiClient, Cast
from preo.core.wsgi import Application

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

PATH = "/v1/data-imports"


def files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


STREAMED = {
    "CONTENT_LENGTH": "",
    "HTTP_TRANSFER_ENCODING": "chunked",
    "wsgi.input_terminated": True,
}


def stream(client: ApiClient, cast: Cast, file: bytes, **variables: Any) -> tuple[int, io.BytesIO]:
    """The status of an upload by way of the application that the server calls, and what it left."""
    fields = {"edition_id": cast.edition.api_id, "data_file": SimpleUploadedFile("a.csv", file)}
    body = io.BytesIO(encode_multipart(BOUNDARY, fields))
    environ = RequestFactory().generic("POST", PATH).environ
    headers = {
        "CONTENT_TYPE": MULTIPART_CONTENT,
        "HTTP_AUTHORIZATION": client.authorization["Authorization"],
    }
    statuses: list[str] = []
    start: Any = lambda status, headers: statuses.append(status)  # noqa: E731
    # The test's transaction is on the connection that would be closed.
    request_started.disconnect(close_old_connections)
    try:
        Application()(
            environ | headers | {"wsgi.input": body} | variables,
            start,
        )
    finally:
        request_started.connect(close_old_connections)
    return int(statuses[0].split()[0]), body


@pytest.mark.parametrize("path", [PATH, "/o/northlight/imports/new"])
def test_a_length_beyond_the_limit_is_refused_with_nothing_read(
    path: str, staff: ApiClient, cast: Cast, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 10_000
    said = {"CONTENT_LENGTH": "10001", "PATH_INFO": path, "HTTP_ACCEPT": "text/html"}
    status, body = stream(staff, cast, b"a,b\n" + b"1,2\n" * 5_000, **said)
    assert (status, body.tell()) == (413, 0)


def test_an_upload_without_its_length_goes_to_disk_and_stops_at_the_limit(
    staff: ApiClient, cast: Cast, settings: Any, storage: Path
) -> None:
    settings.MAX_BODY_BYTES, settings.MAX_UPLOAD_BYTES = 1_000, 1_000_000
    assert stream(staff, cast, b"a,b\n" + b"1,2\n" * 200_000, **STREAMED)[0] == 201
    [kept] = files(storage)
    assert kept.stat().st_size == 800_004
    status, body = stream(staff, cast, b"a,b\n" + b"1,2\n" * 2_000_000, **STREAMED)
    assert (status, len(files(storage))) == (413, 1)
    assert body.tell() < 1_200_000
