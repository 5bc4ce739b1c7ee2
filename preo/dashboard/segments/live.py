"""What the builder asks while somebody types: mistakes, numbers, people, and what there is to name."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preo.core.errors import DomainError
from preo.dashboard.frame import render_page
from preo.dashboard.places import Place
from preo.dashboard.segments.audience import ShownAudience, count_audience
from preo.dashboard.segments.context import context_of
from preo.dashboard.segments.drafts import NOWHERE, draft_segment, problems_of
from preo.dashboard.segments.lists import AREA
from preo.dashboard.segments.people import customer_with, explain_person, find_people
from preo.segments.cel.problems import Problem
from preo.segments.conditions import describe
from preo.segments.models import Segment
from preo.segments.validation import validate_in

ERROR = {"severity": "error"}


@require_POST
def check_condition(request: HttpRequest, place: Place) -> HttpResponse:
    """All that is wrong or odd, with its places in code points."""
    try:
        draft = draft_segment(request.POST, place)
    except DomainError as refusal:
        told = problems_of(refusal) or [{**NOWHERE, "message": str(refusal)}]
        return JsonResponse({"valid": False, "problems": [{**each, **ERROR} for each in told]})
    found = validate_in(
        draft.condition,
        organization=draft.organization,
        edition=draft.edition,
        by=place.visitor.principal,
    )
    problems = [
        *(_shown(draft, problem, "error") for problem in found.errors),
        *(_shown(draft, problem, "warning") for problem in found.warnings),
    ]
    return JsonResponse({"valid": not found.errors, "problems": problems})


@require_POST
def preview_segment(request: HttpRequest, place: Place) -> HttpResponse:
    """For whom the condition holds, as a part of the page."""
    try:
        draft = draft_segment(request.POST, place)
        audience = count_audience(draft, by=place.visitor.principal, now=timezone.now())
    except DomainError as refusal:
        audience = ShownAudience(ended=str(refusal))
    context = {"audience": audience}
    return render_page(request, place, "dashboard/segments/audience.html", context, area=AREA)


@require_POST
def find_person(request: HttpRequest, place: Place) -> HttpResponse:
    """People by a few letters, or why (not) the one whose `user_id` is given."""
    context: dict[str, Any] = {
        "explain_url": reverse("dashboard:people_segment", args=[place.organization.slug])
    }
    by = place.visitor.principal
    try:
        draft = draft_segment(request.POST, place)
    except DomainError:
        return render_page(request, place, "dashboard/segments/people.html", context, area=AREA)
    if user_id := request.POST.get("user_id", ""):
        customer = customer_with(draft, place, user_id)
        if customer is None:
            raise Http404
        context["explanation"] = explain_person(draft, customer, by=by, now=timezone.now())
        template = "dashboard/segments/explanation.html"
        return render_page(request, place, template, context, area=AREA)
    context["person_search"] = request.POST.get("person", "").replace("\0", "").strip()[:200]
    context["people"] = find_people(draft, place, context["person_search"])
    return render_page(request, place, "dashboard/segments/people.html", context, area=AREA)


@require_safe
def list_context(request: HttpRequest, place: Place) -> HttpResponse:
    """What a condition can name here; with `edition_id`, in that edition."""
    return JsonResponse(context_of(place, request.GET.get("edition_id", "")))


def _shown(draft: Segment, problem: Problem, severity: str) -> dict[str, Any]:
    return {**describe(draft.condition, problem), "severity": severity}
