"""The settings of an edition."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.core.access import Role
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_fields import (
    Boxes,
    Check,
    Choice,
    Json,
    Local,
    Moment,
    Number,
    Select,
    Text,
    Translated,
)
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.organization.editions import ZONE_HELP, ZONES, posted_zone
from preo.dashboard.places import Place
from preo.editions.api.answers import EditionDetailSerializer
from preo.editions.api.bodies import EditionUpdateSerializer
from preo.editions.api.choices import edition_choices
from preo.editions.api.views import EditionViewSet
from preo.editions.models import Edition
from preo.editions.service import update_edition

AREA = "settings"
BASICS = (
    Group(
        "Name and dates",
        (
            Text("name", "Name", help="Stands behind the event's name.", wide=True),
            Moment("start_date", "Begins"),
            Moment("end_date", "Ends"),
            Select("timezone", "Time zone", choices=ZONES, help=ZONE_HELP),
            Select("default_country_code", "Country of phone numbers"),
        ),
    ),
    Group(
        "Languages",
        (
            Boxes("enabled_languages", "Languages", wide=True),
            Select("default_language", "Default language"),
        ),
        "Texts can be written in each of them; where one is missing, the default stands in.",
    ),
)
REST = (
    Group(
        "Sender",
        (
            Text("email_sender_name", "Name in e-mails"),
            Text("email_sender_address", "E-mail address", type="email"),
            Text("email_reply_to", "Answers go to", type="email"),
            Select("sms_sender_name", "Name in text messages"),
        ),
        "Who stands in the messages of this edition.",
    ),
    Group(
        "Search engines",
        (
            Translated("meta_title", "Title"),
            Translated("meta_description", "Description", long=True),
        ),
        "What search results and shared links show.",
    ),
    Group(
        "Publishing",
        (
            Check("is_draft", "Draft", help="Not to be seen yet by those who buy."),
            Check("is_archived", "Archived", help="Over, and out of the way."),
        ),
    ),
    Group(
        "Metadata",
        (Json("metadata", "Metadata", rows=6, merged=True),),
        "Whatever your own systems keep here, as a JSON object.",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_edition(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `PATCH /v1/editions/{id}`. Below that role it can be read, as by the API.

    Raises PermissionDenied for who may read it and sends it.
    """
    if place.edition is None:
        raise TypeError("The page stands in an edition.")
    edition = row_asked(place, EditionViewSet, place.edition.api_id)
    may_write = place.role >= (EditionViewSet.minimum["partial_update"] or Role.ADMIN)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = _form(request, edition)

    def save(body: dict[str, Any]) -> str:
        update_edition(
            edition_id=edition.pk, changes=body, by=place.visitor.principal, now=timezone.now()
        )
        messages.success(request, "The settings are saved.")
        return request.path

    context = {
        "edition": edition,
        "locked": not may_write,
        "title": edition.full_name,
        "submit": "Save",
        "trail": trail_to(place, Step("Settings")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/organization/edition.html", context, form, area=AREA
    )


def _form(request: HttpRequest, edition: Edition) -> BodyForm:
    return BodyForm(
        EditionUpdateSerializer,
        (*BASICS, _money(edition), *REST),
        present=EditionDetailSerializer(edition).data,
        local=Local(posted_zone(request, edition.timezone), edition.enabled_languages),
    )


def _money(edition: Edition) -> Group:
    choices = edition_choices([edition.organization_id])
    return Group(
        "Money and tax",
        (
            Select("currency", "Currency", help="Fixed as soon as there are orders."),
            Select("tax_type", "Tax"),
            Number("default_price_tax_rate", "Tax on prices", unit="%"),
            Number("default_deposit_tax_rate", "Tax on deposits", unit="%"),
            Number("default_packaging_deposit_tax_rate", "Tax on packaging deposits", unit="%"),
            Select("fee_rule_id", "Fees", choices=_rows(choices["fee_rules"])),
            Select(
                "merchant_account_id",
                "Merchant account",
                choices=_rows(choices["merchant_accounts"]),
                empty="None: nothing can be paid",
            ),
            Json("merchant_account_extra_parameters", "Parameters for the provider", rows=3),
            Json(
                "merchant_id",
                "Merchant id in split payments",
                rows=3,
                help="A JSON object; replaces the organization's.",
            ),
        ),
        "Fee rules and merchant accounts are kept by the platform's operator.",
    )


def _rows(choices: list[dict[str, Any]]) -> list[Choice]:
    return [(choice["value"], choice["label"]) for choice in choices]
