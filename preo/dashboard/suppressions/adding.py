"""The form that suppresses an address by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.customers.api.suppressions import SuppressionViewSet
from preo.customers.models import Channel, SuppressionReason
from preo.dashboard.asked_views import asked_view
from preo.dashboard.body_fields import Select, Text
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.places import Place
from preo.dashboard.suppressions.lists import AREA, SUPPRESSIONS, list_url

_GROUPS = (
    Group(
        "Address",
        (
            Select("channel", "Channel"),
            Select("reason", "Reason"),
            Text("address", "Address", help="An e-mail address or a phone number.", wide=True),
        ),
        note="Nothing at all is sent to it any more, receipts included, whoever has it.",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_suppression(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `POST /v1/suppressions`."""
    view = asked_view(place, SuppressionViewSet, "create")
    form = BodyForm(
        view.bodies["create"],
        _GROUPS,
        initial={"channel": Channel.EMAIL.value, "reason": SuppressionReason.MANUAL.value},
        fixed={"organization_id": place.organization.api_id},
    )

    def save(body: dict[str, Any]) -> str:
        row = view.make(body, timezone.now())
        # One of an erased person keeps its address to itself.
        messages.success(request, f"Nothing is sent to {row.address or 'this address'} any more.")
        return list_url(place)

    context = {
        "title": "Suppress an address",
        "submit": "Suppress it",
        "cancel_url": list_url(place),
        "trail": trail_to(place, Step(SUPPRESSIONS.title, list_url(place)), Step("New")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )
