"""One segment: its members, its size, why somebody is (not) in it, and what can be done with it."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preo.activity.models import Activity
from preo.core.errors import NotFoundError
from preo.core.listing import Page, take_page
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.listing_parts import Pager, read_page_number, read_page_size, read_text
from preo.dashboard.order_page import Entry
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place
from preo.dashboard.segments.lists import AREA, list_step, segment_url
from preo.dashboard.segments.people import customer_with, explain_person, find_people
from preo.segments.api.people import SegmentPeopleViewSet
from preo.segments.api.views import SegmentViewSet
from preo.segments.export import stream_members
from preo.segments.models import Segment
from preo.segments.queries import members_as_customers
from preo.segments.service import calculations
from preo.segments.service.calculations import NoConditionError, request_calculation
from preo.segments.service.segments import SegmentNamedError

CALCULATIONS = 10
"""So many of the last ones are shown."""
SORTED = 50_000
"""Up to so many members stand in the order of their names; more than that take too long to sort."""


class MemberPage:
    """A page of the members: by name, of very many in the order in which they became known."""

    def __init__(self, segment: Segment, parameters: QueryDict, *, path: str) -> None:
        self.path = path
        self.search = read_text(parameters, "search")
        self._asked_page = read_page_number(parameters)
        self._size = read_page_size(parameters)
        found = members_as_customers(segment)
        self._found = customers_with_text(found, self.search) if self.search else found

    @cached_property
    def pager(self) -> Pager:
        return Pager(self._found.count(), self._asked_page, self._size, self._url)

    @cached_property
    def rows(self) -> list[Customer]:
        ordered = self._found.order_by(*(["full_name"] if self.is_by_name else []), "id")
        return list(take_page(ordered, Page(self.pager.page, self._size)))

    @property
    def is_by_name(self) -> bool:
        return self.pager.count <= SORTED

    def _url(self, **changes: object) -> str:
        values = {"search": self.search, "page": 1, "page_size": self._size, **changes}
        values["rows"] = values.pop("page_size")
        return f"{self.path}?{urlencode({k: str(v) for k, v in values.items() if v})}"


@require_safe
def show_segment(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """Members, size and condition; with `person` or `user_id`, why (not) that one."""
    segment, within = _segment_at(place, segment_id, action="retrieve")
    context: dict[str, Any] = {
        "segment": segment,
        "members": MemberPage(segment, request.GET, path=request.path),
        "history": list(_calculations(segment)),
        "context_url": _context_url(within),
        "zone": segment.edition.timezone if segment.edition else "UTC",
        "curl": curl_command(request, f"/v1/segments/{segment.api_id}"),
        "trail": trail_to(within, list_step(within), Step(segment.name)),
        "may_write": _may_write(place, segment),
        "person_search": read_text(request.GET, "person"),
    }
    if user_id := request.GET.get("user_id", ""):
        customer = customer_with(segment, place, user_id)
        if customer is None:
            raise Http404
        context["explanation"] = explain_person(
            segment, customer, by=place.visitor.principal, now=timezone.now()
        )
    elif context["person_search"]:
        context["people"] = find_people(segment, place, context["person_search"])
    return render_page(request, within, "dashboard/segments/page.html", context, area=AREA)


@require_POST
def recalculate_segment(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """Ask for a calculation, and back to where it was asked for."""
    segment, within = _segment_at(place, segment_id, action="recalculate")
    try:
        request_calculation(segment_id=segment.pk, now=timezone.now())
    except NoConditionError as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("next") == "list":
        return HttpResponseRedirect(list_step(within).url or "/")
    return HttpResponseRedirect(segment_url(place, segment))


@require_POST
def reset_segment(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """Give up a calculation: what it finds counts no more, and the members stay as they are."""
    segment, _ = _segment_at(place, segment_id, action="reset")
    calculations.reset_segment(
        segment_id=segment.pk, by=place.visitor.principal, now=timezone.now()
    )
    messages.success(request, "The calculation is stopped. The members are as they were.")
    return HttpResponseRedirect(segment_url(place, segment))


@require_safe
def export_segment(_: HttpRequest, place: Place, segment_id: str) -> StreamingHttpResponse:
    """The members as the API's CSV file."""
    segment = row_asked(place, SegmentPeopleViewSet, segment_id, action="export")
    name = slugify(segment.name)[:80] or "segment"
    return StreamingHttpResponse(
        stream_members(segment),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete_segment(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """The question whether to delete it, and what comes of it."""
    segment, within = _segment_at(place, segment_id, action="destroy")
    kept_by: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            asked_view(place, SegmentViewSet, "destroy").remove(segment, timezone.now())
        except NotFoundError:
            raise Http404 from None
        except SegmentNamedError as refusal:
            kept_by = refusal.extra["named_by"]
        else:
            messages.success(request, f"{segment.name} is deleted.")
            return HttpResponseRedirect(list_step(within).url or "/")
    context = {
        "segment": segment,
        "kept_by": kept_by,
        "trail": trail_to(
            within,
            list_step(within),
            Step(segment.name, segment_url(place, segment)),
            Step("Delete"),
        ),
    }
    response = render_page(request, within, "dashboard/segments/delete.html", context, area=AREA)
    response.status_code = 409 if kept_by else 200
    return response


def _segment_at(place: Place, segment_id: str, *, action: str) -> tuple[Segment, Place]:
    """The segment, and the place in which its page stands. Raises Http404 as the API would."""
    segment = row_asked(place, SegmentViewSet, segment_id, action=action)
    # Who reads the organization comes with the place; of an edition only its own columns are read.
    segment.organization = place.organization
    return segment, Place(place.visitor, place.organization, segment.edition)


def _context_url(place: Place) -> str:
    """Where the names of what a condition can speak of come from."""
    url = reverse("dashboard:context_segment", args=[place.organization.slug])
    return f"{url}?{urlencode({'edition_id': place.edition.api_id})}" if place.edition else url


def _may_write(place: Place, segment: Segment) -> bool:
    view = asked_view(place, SegmentViewSet, "partial_update")
    return bool(view.get_queryset().filter(pk=segment.pk).exists())


def _calculations(segment: Segment) -> Iterator[Entry]:
    """How the last calculations ended, the latest first."""
    ended = Activity.objects.filter(
        organization_id=segment.organization_id,
        object_id=segment.pk,
        type__in=("segment.completed", "segment.failed"),
    )
    for activity in ended.order_by("-created")[:CALCULATIONS]:
        if activity.type == "segment.failed":
            yield Entry(activity.created, "Failed", tone="bad")
            continue
        counts = activity.details
        people = f"{counts.get('user_count', 0):,}"
        change = f"{counts.get('entered', 0):,} came in, {counts.get('left', 0):,} left"
        yield Entry(activity.created, f"{people} in it", detail=change, tone="good")
