"""The pages of events."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from preo.core.access import Role
from preo.dashboard.body_fields import Text
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.counts import counted
from preo.dashboard.catalog.row_pages import Noun, change_row, new_row
from preo.dashboard.catalog.ways import ways_in_organization
from preo.dashboard.listing_page import Heading, Listing, list_rows
from preo.dashboard.places import Place
from preo.editions.api.event_views import EventViewSet
from preo.editions.models import Edition


def _with_counts(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    seen = place.visitor.principal.narrow(Role.GUEST, organization="organization_id", edition="id")
    found: QuerySet[Any] = rows.annotate(editions=counted(Edition, "event", seen))
    return found


EVENTS = Listing(
    viewset=EventViewSet,
    address="/v1/events",
    area="events",
    title="Events",
    one="event",
    many="events",
    headings=(
        Heading("name", "Event", "fill"),
        Heading("editions", "Editions", "end"),
        Heading("modified", "Changed", "max-sm:hidden"),
    ),
    row="dashboard/catalog/event_row.html",
    hint="Name",
    none_yet="An event is a festival as such; its editions are the years of it.",
    icon="calendar-days",
    shown=_with_counts,
)


@require_safe
def list_events(request: HttpRequest, place: Place) -> HttpResponse:
    """The organization's events: they belong to no edition."""
    ways = ways_in_organization(place, "new_event", "New event")
    return list_rows(request, place, EVENTS, ways=ways)


def _groups(place: Place) -> list[Group]:  # noqa: ARG001 - the same wherever it stands
    name = "Full names of its editions follow; their addresses stay."
    return [
        Group(
            "Event",
            (Text("name", "Name", help=name, wide=True),),
            note="A festival as such; its editions are the years of it.",
        )
    ]


EVENT = Noun(listing=EVENTS, page="event", groups=_groups, name=str, deletes=False)


@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a new one."""
    return new_row(request, place, EVENT)


@require_http_methods(["GET", "HEAD", "POST"])
def show_event(request: HttpRequest, place: Place, event_id: str) -> HttpResponse:
    """One of them in its form."""
    return change_row(request, place, EVENT, event_id)
