"""Orders as the API reads them: its viewset's own scope and filters, asked in a visitor's name."""

from collections.abc import Mapping

from django.db.models import QuerySet

from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.places import Place
from preo.orders.api.views import OrderViewSet
from preo.orders.models import Order


def orders_asked(place: Place, filters: Mapping[str, str]) -> QuerySet[Order]:
    """The rows of `GET /v1/orders` with these query parameters, in no order.

    Raises InvalidError for parameters that the API refuses.
    """
    view = asked_view(place, OrderViewSet, "list", filters)
    return view.filtered(view.get_queryset())


def order_asked(place: Place, order_id: str) -> Order:
    """What `GET /v1/orders/{id}` reads, in the place's organization.

    Raises Http404 alike for absent, foreign and misspelt.
    """
    return row_asked(place, OrderViewSet, order_id)
