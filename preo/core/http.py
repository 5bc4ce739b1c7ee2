"""The one place where errors become answers: problem documents of RFC 9457."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from preo.core import errors
from preo.core.errors import DomainError, FieldError, pointer_step
from preo.core.json import dump

PROBLEM_TYPE = "application/problem+json"

_BY_EXCEPTION: tuple[tuple[type[Exception], type[DomainError]], ...] = (
    (exceptions.NotAuthenticated, errors.NotSignedInError),
    (exceptions.AuthenticationFailed, errors.TokenError),
    (exceptions.PermissionDenied, errors.RoleError),
    (PermissionDenied, errors.RoleError),
    (exceptions.NotFound, errors.NotFoundError),
    (Http404, errors.NotFoundError),
    (exceptions.MethodNotAllowed, errors.MethodError),
    (exceptions.NotAcceptable, errors.NotAcceptableError),
    (exceptions.UnsupportedMediaType, errors.MediaTypeError),
    (exceptions.ParseError, errors.MalformedError),
    (RequestDataTooBig, errors.TooLargeError),
    (SuspiciousOperation, errors.MalformedError),
)


def on_error(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Django REST framework's handler: None lets what nobody foresaw become a 500."""
    error = as_domain_error(exception)
    # No Response of the framework: that one is written by whatever renderer the view has.
    return problem_response(error, context["request"]) if error else None


def as_domain_error(exception: Exception) -> DomainError | None:
    """The member of our own family that says what this exception says; None if there is none."""
    if isinstance(exception, DomainError):
        return exception
    if isinstance(exception, exceptions.ValidationError):
        return errors.InvalidError(errors=list(field_errors(exception.detail)))
    if isinstance(exception, exceptions.Throttled):
        return errors.TooManyError(retry_after=int(getattr(exception, "wait", None) or 1))
    for foreign, own in _BY_EXCEPTION:
        if isinstance(exception, foreign):
            return own()
    return None


def problem(error: DomainError, request: Any) -> dict[str, Any]:
    """The members of a problem document; `instance` carries the request's id."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "instance": f"urn:uuid:{request_id(request)}",
    }
    if error.detail:
        body["detail"] = error.detail
    if error.errors:
        body["errors"] = [
            {"pointer": item.pointer, "code": item.code, "detail": item.detail}
            for item in error.errors
        ]
    return body | error.extra


def problem_response(error: DomainError, request: Any) -> HttpResponse:
    """A problem as an answer."""
    response = HttpResponse(
        dump(problem(error, request)), status=error.status, content_type=PROBLEM_TYPE
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if error.status == errors.NotSignedInError.status:
        response["WWW-Authenticate"] = 'Bearer realm="Preo"'
    return response


def request_id(request: Any) -> uuid.UUID:
    """The id that `core/middleware.py` gave the request."""
    return getattr(request, "_request", request).id  # type: ignore[no-any-return]


def field_errors(detail: Any, pointer: str = "") -> Iterator[FieldError]:
    """Each error of a serializer or of a form, with the JSON pointer of its place."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name in {"non_field_errors", "__all__"}
            yield from field_errors(inner, pointer if whole else pointer + pointer_step(name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from field_errors(inner, f"{pointer}/{index}" if nested else pointer)
    elif isinstance(detail, ValidationError):
        code = getattr(detail, "code", None) or "invalid"
        yield from (FieldError(pointer, code, text) for text in detail.messages)
    elif detail:
        yield FieldError(pointer, getattr(detail, "code", "invalid"), str(detail))
