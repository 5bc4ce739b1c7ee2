"""Addresses to which the organization sends nothing: listed with their reasons, and lifted."""

from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preo.core.access import Role
from preo.core.errors import NotFoundError
from preo.customers.api.suppressions import SuppressionViewSet
from preo.customers.models import Channel, SuppressionReason
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.places import Place

AREA = "suppressions"


def _with_rights(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """Whether the visitor may lift them."""
    may_lift = place.whole_role >= (SuppressionViewSet.minimum["destroy"] or Role.ADMIN)
    found: QuerySet[Any] = rows.annotate(may_lift=Value(may_lift, output_field=BooleanField()))
    return found


SUPPRESSIONS = Listing(
    viewset=SuppressionViewSet,
    address="/v1/suppressions",
    area=AREA,
    title="Suppressions",
    one="suppressed address",
    many="suppressed addresses",
    headings=(
        Heading("address", "Address", "fill"),
        Heading("channel", "Channel", "max-sm:hidden"),
        Heading("reason", "Reason", "max-sm:hidden"),
        Heading("created", "Since", "max-md:hidden"),
        Heading("actions", "Lift", "end"),
    ),
    row="dashboard/suppressions/suppression_row.html",
    hint="Address",
    none_yet=(
        "An address stands here when mail to it came back for good, its owner complained or "
        "unsubscribed, or one of you added it. Nothing at all is sent to it, whoever has it."
    ),
    icon="ban",
    shown=_with_rights,
)
_FILTERS = (
    Filter("channel", "Channel", "All channels", Channel.choices),
    Filter("reason", "Reason", "All reasons", SuppressionReason.choices),
)


@require_safe
def list_suppressions(request: HttpRequest, place: Place) -> HttpResponse:
    """The organization's suppressed addresses, the newest first."""
    new = reverse("dashboard:new_suppression", args=[place.organization.slug])
    return list_rows(
        request, place, SUPPRESSIONS, filters=_FILTERS, ways=[Way("Suppress an address", new)]
    )


@require_POST
def lift_suppression(request: HttpRequest, place: Place, suppression_id: str) -> HttpResponse:
    """Let an address be written to again."""
    row = row_asked(place, SuppressionViewSet, suppression_id, action="destroy")
    try:
        asked_view(place, SuppressionViewSet, "destroy").remove(row, timezone.now())
    except NotFoundError:
        raise Http404 from None
    name = row.address or "The address"
    messages.success(request, f"{name} can be written to again.")
    return HttpResponseRedirect(list_url(place))


def list_url(place: Place) -> str:
    """The address of the list."""
    return reverse("dashboard:suppressions", args=[place.organization.slug])
