"""An id for each request, and one log line."""

import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase

from preo.core import ids

logger = structlog.get_logger("preo.http")

# A caller's own id is kept beside ours if it is plain: it goes into log lines.
_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_LONGEST_LENGTH = 20
"""Digits of a declared length that are read: no body has more."""
_QUIET = ("/static/", "/healthz", "/readyz")


class RequestLog:
    """Outermost: gives the request its id, answers with it, and writes how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.id = ids.uuid7()  # type: ignore[attr-defined]
        started = time.perf_counter()
        context = {"request_id": str(request.id)}  # type: ignore[attr-defined]
        theirs = request.headers.get("X-Request-Id", "")
        if _PLAIN.fullmatch(theirs):
            context["client_request_id"] = theirs
        with structlog.contextvars.bound_contextvars(**context):
            response = self.get_response(request)
            response["X-Request-Id"] = context["request_id"]
            if not request.path.startswith(_QUIET):
                self._log(request, response, time.perf_counter() - started)
        return response

    def _log(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        # The route, not the path: ids and slugs stay out of the log, and lines can be counted.
        match = request.resolver_match
        logger.info(
            "request",
            method=request.method,
            route=f"/{match.route}" if match else None,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            caller=getattr(request, "caller", None),
        )


class UploadBound:
    """Refuses a form whose files are too large by its declared length, with nothing of it read.

    A page's form is read whole, to find its token, before any view is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        # Python refuses to read a number of thousands of digits.
        if length.isdecimal() and int(length[:_LONGEST_LENGTH]) > settings.MAX_UPLOAD_BYTES:
            raise RequestDataTooBig("The body is longer than any that is taken.")
        return self.get_response(request)
