"""The list of segments, and the one row of it that asks again while it is being calculated."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from preo.core.access import Role
from preo.dashboard.asked_views import row_asked
from preo.dashboard.frame import Step, render_page
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.places import Place
from preo.segments.api.views import SegmentViewSet
from preo.segments.models import CommunicationChannel, CommunicationType, Segment, SegmentStatus

AREA = "segments"


def _with_rights(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """With `may_write`: whether the visitor may change the segment."""
    mine = place.visitor.principal.narrow(
        Role.MANAGER, organization="organization_id", edition="edition_id"
    )
    found: QuerySet[Any] = rows.select_related("edition").annotate(
        may_write=ExpressionWrapper(mine, output_field=BooleanField())
    )
    return found


SEGMENTS = Listing(
    viewset=SegmentViewSet,
    address="/v1/segments",
    area=AREA,
    title="Segments",
    one="segment",
    many="segments",
    headings=(
        Heading("name", "Segment", "fill"),
        Heading("status", "State", "max-sm:hidden"),
        Heading("user_count", "People", "end"),
        Heading("change", "Change", "max-xl:hidden end"),
        Heading("reach", "Reached by", "max-lg:hidden"),
        Heading("edition", "Edition", "max-xl:hidden", across=True),
        Heading("last_calculated", "Calculated", "max-lg:hidden"),
        Heading("actions", "Actions", "end"),
    ),
    row="dashboard/segments/segment_row.html",
    hint="Name",
    none_yet=(
        "A segment is a group of people by what they did: who bought a weekend pass but no camping, "
        "who has not come back for a year. You say it in rows or as a formula, and see at once how "
        "many they are and how many of them you can reach."
    ),
    icon="chart-pie",
    shown=_with_rights,
)
_FILTERS = (
    Filter("status", "State", "All states", SegmentStatus.choices),
    Filter("communication_type", "What for", "All purposes", CommunicationType.choices),
    Filter("communication_channel", "Reached by", "All channels", CommunicationChannel.choices),
)


@require_safe
def list_segments(request: HttpRequest, place: Place) -> HttpResponse:
    """The segments of an edition, or all that the visitor may see."""
    return list_rows(request, place, SEGMENTS, filters=_FILTERS, ways=_ways(place))


@require_safe
def show_cells(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """The cells of one row, as they are by now. `in=edition` for a list of the edition's own."""
    found = row_asked(place, SegmentViewSet, segment_id)
    segment = _with_rights(Segment.objects.filter(pk=found.pk), place).get()
    edition = segment.edition if request.GET.get("in") == "edition" else None
    within = Place(place.visitor, place.organization, edition)
    return render_page(
        request, within, SEGMENTS.row, {"row": segment, "listing": SEGMENTS}, area=AREA
    )


def _ways(place: Place) -> list[Way]:
    if place.role < Role.MANAGER:
        return []
    organization = place.organization.slug
    if place.edition is None:
        return [Way("New segment", reverse("dashboard:new_segment", args=[organization]))]
    words = [organization, place.edition.slug]
    return [Way("New segment", reverse("dashboard:edition_new_segment", args=words))]


def list_step(place: Place) -> Step:
    """The list at the place, as a step of the trail."""
    organization = place.organization.slug
    if place.edition is None:
        return Step("Segments", reverse("dashboard:segments", args=[organization]))
    words = [organization, place.edition.slug]
    return Step("Segments", reverse("dashboard:edition_segments", args=words))


def segment_url(place: Place, segment: Segment) -> str:
    """The address of the segment's page."""
    return reverse("dashboard:segment", args=[place.organization.slug, segment.api_id])
