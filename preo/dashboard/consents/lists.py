"""The list of consents."""

from typing import Any

from django.db.models import Expression, IntegerField, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from preo.consents.api.views import ConsentViewSet
from preo.consents.models import ConsentType, CurrentAnswer, Scope
from preo.core.access import Role
from preo.dashboard.catalog.counts import counted
from preo.dashboard.frame import Step
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.places import Place

AREA = "consents"


def may_count(place: Place) -> bool:
    """Whether answers are told: they are of the whole organization's customers."""
    return place.whole_role >= Role.STAFF


def _with_answers(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """How many customers say yes and how many no, by their latest answer."""
    yes: Expression = Value(None, output_field=IntegerField())
    no = yes
    if may_count(place):
        yes = counted(CurrentAnswer, "consent", Q(accepted=True))
        no = counted(CurrentAnswer, "consent", Q(accepted=False))
    found: QuerySet[Any] = rows.select_related("edition", "vendor").annotate(yes=yes, no=no)
    return found


CONSENTS = Listing(
    viewset=ConsentViewSet,
    address="/v1/consents",
    area=AREA,
    title="Consents",
    one="consent",
    many="consents",
    headings=(
        Heading("title", "Consent", "fill"),
        Heading("state", "State", "max-sm:hidden"),
        Heading("for", "Of", "max-lg:hidden"),
        Heading("yes", "Yes", "end"),
        Heading("no", "No", "max-sm:hidden end"),
        Heading("published_date", "Published", "max-md:hidden"),
    ),
    row="dashboard/consents/consent_row.html",
    hint="",
    none_yet=(
        "A consent is what customers are asked to agree to, or told: the terms of sale, a "
        "newsletter, a notice. Every answer is kept as proof of the very text that was shown."
    ),
    icon="circle-check",
    shown=_with_answers,
)
_FILTERS = (
    Filter("type", "Type", "All types", ConsentType.choices),
    Filter("scope", "Of what", "Of anything", Scope.choices),
    Filter("published", "State", "All states", (("true", "Published"), ("false", "Draft"))),
    Filter("enabled", "Asked", "Asked or not", (("true", "Asked"), ("false", "Switched off"))),
)


@require_safe
def list_consents(request: HttpRequest, place: Place) -> HttpResponse:
    """The consents of an edition, or all that the visitor may see, in their order."""
    note = (
        "Here stand the consents of this edition; the whole organization's are asked here as well."
    )
    return list_rows(
        request,
        place,
        CONSENTS,
        filters=_FILTERS,
        ways=_ways(place),
        note=note if place.edition else "",
    )


def _ways(place: Place) -> list[Way]:
    slug = place.organization.slug
    if place.edition is None:
        if place.whole_role < Role.MANAGER:
            return []
        return [Way("New consent", reverse("dashboard:new_consent", args=[slug]))]
    if place.role < Role.MANAGER:
        return []
    words = [slug, place.edition.slug]
    return [Way("New consent", reverse("dashboard:edition_new_consent", args=words))]


def list_url(place: Place) -> str:
    """The address of the list at the place."""
    if place.edition is None:
        return reverse("dashboard:consents", args=[place.organization.slug])
    return reverse("dashboard:edition_consents", args=[place.organization.slug, place.edition.slug])


def list_step(place: Place) -> Step:
    """The list at the place, as a step of the trail."""
    return Step(CONSENTS.title, list_url(place))
