"""Django's WSGI application, which no header of a client can make fail before a request is there."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class PatientRequest(WSGIRequest):
    """A request whose `Content-Type` may name what is no encoding of text, such as `hex`.

    Django reads the address by that charset while it makes the request: outside of everything that
    turns errors into answers. Without the header it is read as UTF-8, and a body of it is 415.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except (LookupError, ValueError, SuspiciousOperation):
            self._encoding = None
            super().__init__({**environ, "CONTENT_TYPE": ""})


class Application(WSGIHandler):
    request_class = PatientRequest
