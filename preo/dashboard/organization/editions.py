"""The editions of an organization: the list, and making one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from preo.core.access import Role
from preo.dashboard.asked_views import asked_view
from preo.dashboard.body_fields import Boxes, Choice, Local, Moment, Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.places import Place
from preo.editions.api.bodies import EditionCreateSerializer
from preo.editions.api.choices import timezones
from preo.editions.api.event_views import EventViewSet
from preo.editions.api.views import EditionViewSet
from preo.editions.models import CountryCode, DateStatus, TaxType
from preo.editions.service import create_edition

AREA = "editions"
EDITIONS = Listing(
    viewset=EditionViewSet,
    address="/v1/editions",
    area=AREA,
    title="Editions",
    one="edition",
    many="editions",
    headings=(
        Heading("name", "Edition", "fill"),
        Heading("status", "State", "max-sm:hidden"),
        Heading("start_date", "Begins", "max-md:hidden"),
        Heading("end_date", "Ends", "max-lg:hidden"),
        Heading("currency", "Currency", "max-xl:hidden"),
    ),
    row="dashboard/organization/edition_row.html",
    hint="",
    none_yet="An edition is one year's festival: what is sold, and for which orders.",
    icon="calendar",
)
FILTERS = (
    Filter("status", "By dates", "All dates", DateStatus.choices),
    Filter(
        "is_draft", "Drafts", "Drafts and published", (("true", "Drafts"), ("false", "Published"))
    ),
    Filter(
        "is_archived",
        "Archive",
        "Archived or not",
        (("false", "Not archived"), ("true", "Archived")),
    ),
)
ZONES: list[Choice] = [(zone["value"], zone["label"]) for zone in timezones()]
ZONE_HELP = "The dates of this form are meant in it."


@require_safe
def list_editions(request: HttpRequest, place: Place) -> HttpResponse:
    """Editions, the newest first. Managers of the whole organization make new ones."""
    slug = place.organization.slug
    ways = [Way("New edition", reverse("dashboard:new_edition", args=[slug]))]
    may = place.whole_role >= (EditionViewSet.minimum["create"] or Role.ADMIN)
    return list_rows(request, place, EDITIONS, filters=FILTERS, ways=ways if may else ())


@require_http_methods(["GET", "HEAD", "POST"])
def make_edition(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `POST /v1/editions`; the rest is set on the page of the edition's settings."""
    form = _form(place, request)

    def save(body: dict[str, Any]) -> str:
        edition = create_edition(**body, by=place.visitor.principal, now=timezone.now())
        messages.success(request, f"{edition.full_name} is made, as a draft.")
        return reverse("dashboard:edition_settings", args=[place.organization.slug, edition.slug])

    way_back = reverse("dashboard:editions", args=[place.organization.slug])
    context = {
        "title": "New edition",
        "lead": "It begins as a draft, in the organization's currency. Everything can be changed later.",
        "submit": "Make the edition",
        "cancel_url": way_back,
        "trail": trail_to(place, Step("Editions", way_back), Step("New")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )


def posted_zone(request: HttpRequest, present: str) -> str:
    """The time zone that a form of an edition sends along with its dates: they are meant in it."""
    zone = request.POST.get("timezone", "")
    return zone if zone in dict(ZONES) else present


def _form(place: Place, request: HttpRequest) -> BodyForm:
    """Begins with what the latest edition has."""
    latest = asked_view(place, EditionViewSet, "list").get_queryset()
    before = latest.filter(organization=place.organization).order_by("-created", "-id").first()
    initial = {
        name: getattr(before, name)
        for name in ("timezone", "default_country_code", "default_language", "enabled_languages",
                     "tax_type")
        if before is not None
    }  # fmt: skip
    language = place.organization.default_language
    plain = {
        "timezone": "UTC",
        "default_country_code": CountryCode.DK.value,
        "default_language": language,
        "enabled_languages": [language],
        "tax_type": TaxType.NONE.value,
    }
    events = asked_view(place, EventViewSet, "create").get_queryset()
    mine = events.filter(organization=place.organization).order_by("name", "id")
    groups = (
        Group(
            "Name and dates",
            (
                Select(
                    "event_id",
                    "Event",
                    choices=[(event.api_id, event.name) for event in mine],
                    empty="Choose an event",
                    help="The festival as such; its name stands before the edition's."
                    if mine
                    else "There is none yet: first make one, under Events.",
                ),
                Text("name", "Name", help="Such as the year."),
                Moment("start_date", "Begins"),
                Moment("end_date", "Ends"),
                Select("timezone", "Time zone", choices=ZONES, help=ZONE_HELP),
            ),
        ),
        Group(
            "Languages and phones",
            (
                Boxes("enabled_languages", "Languages", wide=True),
                Select("default_language", "Default language"),
                Select("default_country_code", "Country of phone numbers"),
            ),
        ),
        Group("Tax", (Select("tax_type", "Tax"),)),
    )
    return BodyForm(
        EditionCreateSerializer,
        groups,
        initial=plain | initial,
        fixed={"organization_id": place.organization.api_id},
        local=Local(zone=posted_zone(request, str((plain | initial)["timezone"]))),
    )
