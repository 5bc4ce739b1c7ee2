"""Orders as the API reads them: its viewset's own scope and filters, asked in a visitor's name.

A page decides nothing about rights: whatever `GET /v1/orders` shows a caller, and only that, is
what the pages show to the same person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from preo.core.access import Principal
from preo.core.errors import NotFoundError
from preo.dashboard.places import Place
from preo.orders.api.views import OrderViewSet
from preo.orders.models import Order


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the viewset reads of a request."""

    user: Principal
    query_params: QueryDict


def orders_asked(place: Place, filters: Mapping[str, str]) -> QuerySet[Order]:
    """The rows of `GET /v1/orders` with these query parameters, in no order.

    Raises InvalidError for parameters that the API refuses.
    """
    view = _view(place, "list", filters)
    return view.filtered(view.get_queryset())


def order_asked(place: Place, order_id: str) -> Order:
    """What `GET /v1/orders/{id}` reads, in the place's organization.

    Raises Http404 alike for absent, foreign and misspelt.
    """
    view = _view(place, "retrieve", {})
    view.kwargs = {"id": order_id}
    try:
        order = view.get_object()
    except NotFoundError:
        raise Http404 from None
    if order.organization_id != place.organization.pk:
        raise Http404
    return order


def _view(place: Place, action: str, parameters: Mapping[str, str]) -> OrderViewSet:
    query = QueryDict(mutable=True)
    query.update(dict(parameters))
    view = OrderViewSet()
    view.action = action
    view.request = _Asked(place.visitor.principal, query)  # type: ignore[assignment]
    return view
