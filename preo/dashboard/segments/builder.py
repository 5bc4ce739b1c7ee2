"""The page on which a segment is made or changed: name, condition, and how its people are reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.consents.models import Consent, ConsentType
from preo.core.access import Role
from preo.core.errors import DomainError
from preo.dashboard.access import View
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_fields import Area, Cards, Choice, Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.places import Place
from preo.dashboard.segments.audience import ShownAudience, count_audience
from preo.dashboard.segments.drafts import draft_segment, plain_text
from preo.dashboard.segments.lists import AREA, list_step, segment_url
from preo.editions.models import Edition
from preo.segments.api.views import SegmentViewSet
from preo.segments.models import CommunicationChannel, CommunicationType, Segment

TEMPLATE = "dashboard/segments/builder.html"
COUNT_BUTTON = "_count"
"""The button that only counts, for who has no scripts."""
MOST_EDITIONS = 200


def _with_editor(view: View) -> View:
    """CodeMirror adds a style to the page, which the nonce of this answer allows."""
    return cast("View", csp_update({"style-src": [NONCE]})(view))


@dataclass(frozen=True)
class Condition(Area):
    """A condition: a field of text, over which scripts put rows and an editor."""

    template: ClassVar[str] = "dashboard/segments/field_condition.html"

    def read(self, post: QueryDict, path: str) -> str:
        return plain_text(post.get(path, ""))


@_with_editor
@require_http_methods(["GET", "HEAD", "POST"])
def new_segment(request: HttpRequest, place: Place) -> HttpResponse:
    """An empty builder."""
    view = asked_view(place, SegmentViewSet, "create")
    form = BodyForm(
        view.bodies["create"],
        _groups(place),
        initial={
            "edition_id": _first_edition(place),
            "communication_type": CommunicationType.MARKETING,
            "communication_channel": CommunicationChannel.EMAIL,
        },
        fixed={"organization_id": place.organization.api_id},
    )

    def save(body: dict[str, Any]) -> str:
        return _saved(request, place, view.make(body, timezone.now()))

    context = {
        "title": "New segment",
        "trail": trail_to(place, list_step(place), Step("New segment")),
        "back_url": list_step(place).url,
    }
    return _answer(request, place, form, context, save)


@_with_editor
@require_http_methods(["GET", "HEAD", "POST"])
def edit_segment(request: HttpRequest, place: Place, segment_id: str) -> HttpResponse:
    """The builder with a segment in it. Raises Http404 where the visitor may not change it."""
    segment = row_asked(place, SegmentViewSet, segment_id, action="partial_update")
    view = asked_view(place, SegmentViewSet, "partial_update")
    within = Place(place.visitor, place.organization, segment.edition)
    form = BodyForm(view.bodies["partial_update"], _groups(within), present=view.shown(segment))

    def save(body: dict[str, Any]) -> str:
        return _saved(request, within, view.change(segment, body, timezone.now()))

    url = segment_url(place, segment)
    context = {
        "segment": segment,
        "title": segment.name,
        "trail": trail_to(within, list_step(within), Step(segment.name, url), Step("Edit")),
        "back_url": url,
    }
    return _answer(request, within, form, context, save)


def _answer(
    request: HttpRequest,
    place: Place,
    form: BodyForm,
    context: Mapping[str, Any],
    save: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    shared = {
        **{
            f"{name}_url": reverse(f"dashboard:{name}_segment", args=[place.organization.slug])
            for name in ("check", "preview", "context", "people")
        },
        "submit": "Save and calculate",
        **context,
    }
    if request.method == "POST" and COUNT_BUTTON in request.POST:
        form.read(request.POST)
        shared["audience"] = _counted(request, place)
        return render_form(request, place, TEMPLATE, shared, form, area=AREA)
    return save_form(request, form, save) or render_form(
        request, place, TEMPLATE, shared, form, area=AREA
    )


def _counted(request: HttpRequest, place: Place) -> ShownAudience:
    try:
        draft = draft_segment(request.POST, place)
    except DomainError as refusal:
        return ShownAudience(ended=str(refusal))
    return count_audience(draft, by=place.visitor.principal, now=timezone.now())


def _groups(place: Place) -> list[Group]:
    return [
        Group(
            "The segment",
            (
                Text("name", "Name"),
                Area("description", "What it is for", rows=1, wide=False),
            ),
        ),
        Group(
            "Who is in it",
            (
                Select(
                    "edition_id",
                    "Among",
                    help="With an edition only its buyers count, and only what they did there.",
                    choices=_edition_choices(place),
                    empty=f"Everybody at {place.organization.name}"
                    if place.whole_role >= Role.MANAGER
                    else "",
                ),
                Condition("condition", "Condition"),
            ),
        ),
        Group(
            "How they are reached",
            (
                Cards(
                    "communication_type",
                    "What for",
                    notes={
                        CommunicationType.TRANSACTIONAL: "What belongs to an order, such as a gate "
                        "that has changed. Needs no consent.",
                        CommunicationType.MARKETING: "News and offers. Only those who said yes.",
                    },
                ),
                Select(
                    "communication_channel",
                    "Channel",
                    help="Who has no such address, or does not want to be written to, is left out.",
                    choices=_CHANNELS,
                ),
                Select(
                    "consent_id",
                    "Consent",
                    help="To which their latest answer is yes.",
                    choices=_consent_choices(place),
                    empty="Any marketing consent",
                ),
            ),
        ),
    ]


_CHANNELS: list[Choice] = [
    (CommunicationChannel.EMAIL, "E-mail"),
    (CommunicationChannel.SMS, "Text message"),
    (CommunicationChannel.PASS_PUSH, "Wallet pass"),
    (CommunicationChannel.ANY, "Any of them"),
]


def _edition_choices(place: Place) -> list[Choice]:
    """The editions whose segments the visitor may write, the newest first."""
    mine = place.visitor.principal.narrow(
        Role.MANAGER, organization="organization_id", edition="id"
    )
    rows = Edition.objects.filter(mine, organization=place.organization)
    newest = rows.order_by("-start_date", "-id").only("id", "full_name")[:MOST_EDITIONS]
    return [(row.api_id, f"Buyers of {row.full_name}") for row in newest]


def _first_edition(place: Place) -> str | None:
    """Where the builder begins: in the place's edition, else with everybody who may be chosen."""
    if place.edition:
        return place.edition.api_id
    choices = _edition_choices(place)
    return choices[0][0] if choices and place.whole_role < Role.MANAGER else None


def _consent_choices(place: Place) -> list[Choice]:
    rows = Consent.objects.filter(organization=place.organization, type=ConsentType.MARKETING)
    return [(row.api_id, row.title) for row in rows.order_by("order", "id")]


def _saved(request: HttpRequest, place: Place, segment: Segment) -> str:
    ends = " and is being calculated" if segment.condition else ""
    messages.success(request, f"{segment.name} is saved{ends}.")
    return segment_url(place, segment)
