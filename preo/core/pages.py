"""Answers to what no view foresaw, and the pages that problem types point to."""

from importlib import import_module
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from preo.core import errors
from preo.core.http import problem_response


def _wants_problem(request: HttpRequest) -> bool:
    try:
        return request.path.startswith("/v1") or not request.accepts("text/html")
    except ValueError:  # an `Accept` that cannot be read
        return True


def _page(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    if _wants_problem(request):
        return problem_response(error, request)
    html = render_to_string(f"{error.status}.html", {"request": request}, request)
    return HttpResponse(html, status=error.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    is_too_large = isinstance(exception, RequestDataTooBig)
    return _page(request, errors.TooLargeError() if is_too_large else errors.MalformedError())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, errors.RoleError())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, errors.NotFoundError())


def unexpected(request: HttpRequest) -> HttpResponse:
    """A 500 says nothing of its cause; the log has it under the request's id."""
    return _page(request, errors.UnexpectedError())


# Both are libraries that write styles into the page as they go, and Redoc searches in a worker of its
# own making. Scripts stay our files alone, and nothing may come from outside.
_REFERENCE_POLICY: dict[str, Any] = {
    "style-src": ["'unsafe-inline'"],
    "worker-src": ["blob:"],
    "child-src": ["blob:"],
}


@csp_update(_REFERENCE_POLICY)
def show_swagger(request: HttpRequest) -> HttpResponse:
    """The API reference in which requests can be tried."""
    return render(request, "reference/swagger.html")


@csp_update(_REFERENCE_POLICY)
def show_redoc(request: HttpRequest) -> HttpResponse:
    """The API reference to read."""
    return render(request, "reference/redoc.html")


def describe_problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem's `type` leads to: its meaning in words."""
    kind = _kinds().get(code)
    if kind is None:
        raise Http404
    text = f"{kind.code} ({kind.status})\n\n{kind.title}\n"
    if kind.__doc__:
        text += f"\n{kind.__doc__.strip()}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _kinds() -> dict[str, type[errors.DomainError]]:
    for path in settings.EDITION_PARTS:
        import_module(path)  # what is named in settings may not have been needed yet
    found: dict[str, type[errors.DomainError]] = {}
    waiting: list[Any] = [errors.DomainError]
    while waiting:
        kind = waiting.pop()
        found[kind.code] = kind
        waiting.extend(kind.__subclasses__())
    return found
