"""The list of customers."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from preo.core.access import Role
from preo.dashboard.asked_views import asked_view
from preo.dashboard.catalog.counts import counted
from preo.dashboard.frame import Step
from preo.dashboard.listing_page import Filter, Heading, Listing, list_rows
from preo.dashboard.places import Place
from preo.orders.models import Order
from preo.people.api.users import UserViewSet
from preo.people.queries import BOUGHT
from preo.segments.api.views import SegmentViewSet

AREA = "customers"
MOST_SEGMENTS = 100
"""Segments that can be chosen from; of more, those that were changed last."""


def _with_orders(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """How many orders each has bought here, as far as the visitor may see them."""
    seen = place.visitor.principal.narrow(
        Role.STAFF, organization="organization_id", edition="edition_id"
    )
    here = Q(organization=place.organization)
    if place.edition:
        here &= Q(edition=place.edition)
    bought = counted(Order, "customer", here & seen & Q(status__in=BOUGHT))
    found: QuerySet[Any] = rows.annotate(bought=bought)
    return found


CUSTOMERS = Listing(
    viewset=UserViewSet,
    address="/v1/users",
    area=AREA,
    title="Customers",
    one="customer",
    many="customers",
    headings=(
        Heading("full_name", "Name", "fill"),
        Heading("email", "E-mail address", "max-md:hidden"),
        Heading("phone_number", "Phone number", "max-xl:hidden"),
        Heading("bought", "Orders", "end max-sm:hidden"),
        Heading("date_joined", "Joined", "max-lg:hidden"),
        Heading("last_seen", "Last seen", "max-xl:hidden"),
    ),
    row="dashboard/customers/customer_row.html",
    hint="Name, e-mail, phone or id",
    none_yet="Whoever orders, here or in a shop whose orders you import, stands here.",
    icon="users",
    shown=_with_orders,
)


@require_safe
def list_customers(request: HttpRequest, place: Place) -> HttpResponse:
    """Customers of an organization, at an edition those who ordered there."""
    note = "Here stand those with an order in this edition." if place.edition else ""
    return list_rows(request, place, CUSTOMERS, filters=_filters(place), note=note)


def _filters(place: Place) -> list[Filter]:
    """The segments whose members the API would list."""
    asked = {"organization_id": place.organization.api_id}
    if place.edition:
        asked["edition_id"] = place.edition.api_id
    view = asked_view(place, SegmentViewSet, "list", asked)
    segments = view.filtered(view.get_queryset()).order_by("-modified", "-id")[:MOST_SEGMENTS]
    choices = sorted(((each.api_id, each.name) for each in segments), key=lambda one: one[1])
    return [Filter("segment_id", "Segment", "All customers", choices)] if choices else []


def list_url(place: Place) -> str:
    """The address of the organization's list."""
    return reverse("dashboard:customers", args=[place.organization.slug])


def list_step(place: Place) -> Step:
    """The organization's list, as a step of the trail."""
    return Step(CUSTOMERS.title, list_url(place))
