"""The settings of an organization."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.accounts.api.organizations import OrganizationUpdateSerializer
from preo.accounts.service.organizations import update_organization
from preo.dashboard.body_fields import Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.places import Place
from preo.organizations.api import OrganizationSerializer

AREA = "organization"
GROUPS = (
    Group(
        "Name",
        (Text("name", "Name", wide=True),),
        "As your staff sees it, and whoever is invited. The addresses of these pages stay.",
    ),
    Group(
        "What new editions begin with",
        (Select("currency", "Currency"), Select("default_language", "Default language")),
        "Editions that are there already keep their own.",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_organization(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `PATCH /v1/organizations/{id}`."""
    organization = place.organization
    form = BodyForm(
        OrganizationUpdateSerializer, GROUPS, present=OrganizationSerializer(organization).data
    )

    def save(body: dict[str, Any]) -> str:
        update_organization(
            organization_id=organization.pk,
            changes=body,
            by=place.visitor.principal,
            now=timezone.now(),
        )
        messages.success(request, "The settings are saved.")
        return request.path

    context = {
        "title": "Organization",
        "submit": "Save",
        "trail": trail_to(place, Step("Organization")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )
