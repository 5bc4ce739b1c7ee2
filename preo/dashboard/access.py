"""The door to every page: sign-in, place, least role, and that no copy of a page is kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from preo.accounts.models import StaffUser
from preo.accounts.queries import staff_principal
from preo.core.access import Role
from preo.dashboard.places import Visitor, find_place

View = Callable[..., HttpResponse]


def for_visitor(view: View) -> View:
    """A page for whoever is signed in: the view is given the Visitor."""

    def guarded(request: HttpRequest, **words: Any) -> HttpResponse:
        if not isinstance(request.user, StaffUser):
            return _to_sign_in(request)
        visitor = Visitor(request.user, staff_principal(request.user.pk))
        request.caller = f"staff:{request.user.pk}"  # type: ignore[attr-defined]
        response = view(request, visitor, **words)
        # Personal data: neither the browser nor anything between keeps a copy.
        add_never_cache_headers(response)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    return guarded


def in_place(view: View, least: Role | None, *, whole: bool = False) -> View:
    """A page of an organization or an edition: the view is given the Place.

    With `whole` the role must be held in the whole organization; an edition's does not reach it.
    Raises Http404 for a place that is not the visitor's, PermissionDenied below the least role.
    """
    if least is None:
        raise ValueError("A page in a place is never public.")

    def placed(
        request: HttpRequest,
        visitor: Visitor,
        *,
        organization: str,
        edition: str | None = None,
        **words: Any,
    ) -> HttpResponse:
        place = find_place(visitor, organization, edition)
        if (place.whole_role if whole else place.role) < least:
            raise PermissionDenied
        return view(request, place, **words)

    guarded = for_visitor(placed)
    guarded.least = least  # type: ignore[attr-defined]
    return guarded


def is_swap(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page, not for a page to stand alone."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back: for htmx as a whole new page, never swapped into the old one."""
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(_sign_in_url(request.get_full_path()))
    back = _path_of(request.headers.get("HX-Current-URL", ""))
    return HttpResponse(status=204, headers={"HX-Redirect": _sign_in_url(back)})


def _path_of(address: str) -> str:
    """Path and query of an address; the first page where it cannot be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _sign_in_url(back: str) -> str:
    address = reverse("dashboard:sign_in")
    return address if back in {"", "/"} else f"{address}?{urlencode({'next': back})}"
