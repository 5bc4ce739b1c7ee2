"""Django's WSGI application, with two kinds of requests that Django does not take by itself."""

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

_CHUNK = 64 * 1024


class PatientRequest(WSGIRequest):
    """A request whose body may come without its length, and whose `Content-Type` may be odd.

    Django takes a body without a length for none: a client that streams would change nothing and be
    told that all is well. And it reads the address by the charset that the client names, while it
    makes the request and outside of everything that turns errors into answers: `charset=hex` is no
    encoding of text. Without the header the address is read as UTF-8, and a body of it is 415.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        environ = _with_length(environ)
        try:
            super().__init__(environ)
        except (LookupError, ValueError, SuspiciousOperation):
            self._encoding = None
            super().__init__({**environ, "CONTENT_TYPE": ""})


class Application(WSGIHandler):
    request_class = PatientRequest


def _with_length(environ: dict[str, Any]) -> dict[str, Any]:
    if environ.get("CONTENT_LENGTH") or not environ.get("HTTP_TRANSFER_ENCODING"):
        return environ
    if not environ.get("wsgi.input_terminated"):  # the server cannot say where the body ends
        return environ
    body = bytearray()
    # One byte beyond the bound is enough to be refused for it.
    while len(body) <= settings.MAX_BODY_BYTES:
        chunk = environ["wsgi.input"].read(_CHUNK)
        if not chunk:
            break
        body += chunk
    return {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
