"""One customer: all that is known, the form of a change, and the document for the person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preo.core.json import dump
from preo.customers.models import Customer
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_fields import Json, Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.customers.lists import AREA, list_step
from preo.dashboard.customers.page import CustomerPage
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place
from preo.people.api.export import UserExportViewSet
from preo.people.api.users import UserViewSet
from preo.people.service.exporting import export_person

GROUPS = (
    Group(
        "Who it is",
        (
            Text("first_name", "First name"),
            Text("last_name", "Last name"),
            Select("language", "Language", empty="The organization's own"),
        ),
        "Orders keep the name and the address that they were placed with.",
    ),
    Group(
        "How to reach the person",
        (
            Text("email", "E-mail address", type="email"),
            Text("phone_number", "Phone number", type="tel"),
        ),
        "Consents stay with the person. An address that is suppressed stays so, whoever has it.",
    ),
    Group("For other systems", (Json("metadata", "Metadata"),)),
)


@require_safe
def show_customer(request: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """All that is known of a person, as far as the visitor may see it."""
    customer = row_asked(place, UserViewSet, customer_id)
    context = {
        "customer": customer,
        "page": CustomerPage(customer, place, request.GET, path=request.path),
        "title": name_of(customer),
        "trail": trail_to(place, list_step(place), Step(name_of(customer))),
        "curl": curl_command(request, f"/v1/users/{customer.api_id}"),
    }
    return render_page(request, place, "dashboard/customers/page.html", context, area=AREA)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_customer(request: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """The form of `PATCH /v1/users/{id}`."""
    customer = row_asked(place, UserViewSet, customer_id, action="partial_update")
    view = asked_view(place, UserViewSet, "partial_update")
    form = BodyForm(view.bodies["partial_update"], GROUPS, present=view.shown(customer))

    def save(body: dict[str, Any]) -> str:
        changed = view.change(customer, body, timezone.now())
        messages.success(request, f"{name_of(changed)} is saved.")
        return customer_url(place, customer)

    context = {
        "title": f"Change {name_of(customer)}",
        "submit": "Save",
        "cancel_url": customer_url(place, customer),
        "trail": trail_to(place, *steps_to(place, customer), Step("Change")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )


@require_POST
def export_customer(_: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """The document of `GET /v1/users/{id}/export`. Posted, for that it was made is recorded."""
    customer = row_asked(place, UserExportViewSet, customer_id, action="export")
    document = export_person(customer=customer, by=place.visitor.principal, now=timezone.now())
    return HttpResponse(
        dump(document),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{customer.api_id}.json"'},
    )


def name_of(customer: Customer) -> str:
    """What a page calls a person: by name, else by the best that is known."""
    return customer.full_name or customer.email or customer.phone_number or "No name"


def customer_url(place: Place, customer: Customer) -> str:
    """The address of the customer's page."""
    return reverse("dashboard:customer", args=[place.organization.slug, customer.api_id])


def steps_to(place: Place, customer: Customer) -> tuple[Step, Step]:
    """The list and the customer, as steps of the trail."""
    return list_step(place), Step(name_of(customer), customer_url(place, customer))


def back_to(place: Place, customer: Customer) -> HttpResponseRedirect:
    """To the customer's page."""
    return HttpResponseRedirect(customer_url(place, customer))
