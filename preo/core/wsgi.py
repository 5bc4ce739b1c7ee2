"""Django's WSGI application, with two kinds of requests that Django does not take by itself."""

import io
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
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
    if environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data"):
        # A file goes to disk as it comes; it is as long as it turns out to be.
        length = str(settings.MAX_UPLOAD_BYTES)
        return {**environ, "CONTENT_LENGTH": length, "wsgi.input": _Bounded(environ["wsgi.input"])}
    body = bytearray()
    # One byte beyond the bound is enough to be refused for it.
    while len(body) <= settings.MAX_BODY_BYTES:
        chunk = environ["wsgi.input"].read(_CHUNK)
        if not chunk:
            break
        body += chunk
    return {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}


class _Bounded:
    """A stream that refuses to go on beyond the longest body that is taken."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = settings.MAX_UPLOAD_BYTES

    def read(self, size: int) -> bytes:
        """Raises RequestDataTooBig."""
        return self._counted(self._stream.read(size))

    def readline(self, size: int) -> bytes:
        """Raises RequestDataTooBig."""
        return self._counted(self._stream.readline(size))

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        # The caller takes so many bytes and no more: what is behind them has to be asked for here.
        if self._left < 0 or (self._left == 0 and self._stream.read(1)):
            raise RequestDataTooBig("The body is longer than any that is taken.")
        return piece
