"""The API's viewsets, asked in a visitor's name.

A page decides nothing about rights: whatever the API shows a caller or lets him do, and only that,
is what the pages show to the same person and let him do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import Http404, QueryDict

from preo.core.access import Principal
from preo.core.errors import NotFoundError
from preo.core.models import Row
from preo.core.viewsets import ResourceViewSet
from preo.dashboard.places import Place

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a viewset reads of a request."""

    user: Principal
    query_params: QueryDict


def asked_view(
    place: Place,
    viewset: type[ResourceViewSet[AnyRow]],
    action: str,
    parameters: Mapping[str, str] | None = None,
) -> ResourceViewSet[AnyRow]:
    """The viewset at an action, with these query parameters."""
    query = QueryDict(mutable=True)
    query.update(dict(parameters or {}))
    view = viewset()
    view.action = action
    view.request = _Asked(place.visitor.principal, query)  # type: ignore[assignment]
    return view


def row_asked(
    place: Place, viewset: type[ResourceViewSet[AnyRow]], row_id: str, *, action: str = "retrieve"
) -> AnyRow:
    """The row of an id in the place's organization, in which the caller may do the action.

    Raises Http404 alike for absent, foreign and misspelt.
    """
    view = asked_view(place, viewset, action)
    view.kwargs = {"id": row_id}
    try:
        row: Any = view.get_object()
    except NotFoundError:
        raise Http404 from None
    if row.organization_id != place.organization.pk:
        raise Http404
    found: AnyRow = row
    return found
