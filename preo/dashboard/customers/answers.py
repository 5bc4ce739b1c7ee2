"""Writing down what a customer answered to a consent, on the phone or at a desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.consents.queries import readable_consents
from preo.consents.service.answers import record_answer
from preo.core.languages import Language
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_fields import Cards, Local, Moment, Select
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.customers.lists import AREA
from preo.dashboard.customers.row import customer_url, name_of, steps_to
from preo.dashboard.frame import Step, trail_to
from preo.dashboard.places import Place
from preo.people.api.answers import AnswerBodySerializer
from preo.people.api.users import UserViewSet

_SAID = (("true", "Yes, the person agrees"), ("false", "No, or takes it back"))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_consent(request: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """The form of `POST /v1/users/{id}/consents`."""
    customer = row_asked(place, UserViewSet, customer_id, action="partial_update")
    form = BodyForm(AnswerBodySerializer, _groups(place), local=Local("UTC"))

    def save(body: dict[str, Any]) -> str:
        if body.get("language"):
            body["language"] = Language(body["language"])
        record_answer(customer=customer, **body, by=place.visitor.principal, now=timezone.now())
        messages.success(request, "The answer is written down.")
        return customer_url(place, customer)

    context = {
        "title": f"Write down an answer of {name_of(customer)}",
        "lead": (
            "It is kept as proof, with your name, and can never be changed or deleted. "
            "The latest answer counts."
        ),
        "submit": "Write it down",
        "cancel_url": customer_url(place, customer),
        "trail": trail_to(place, *steps_to(place, customer), Step("Answer")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )


def _groups(place: Place) -> tuple[Group, ...]:
    return (
        Group(
            "What was answered",
            (
                Select("consent_id", "Consent", choices=_consents(place), empty="Choose one"),
                Cards("accepted", "Answer", choices=_SAID, wide=True),
            ),
        ),
        Group(
            "How it came about",
            (
                Moment("answered_at", "When", help="In UTC. Empty: just now."),
                Select(
                    "language",
                    "Language of the text",
                    empty="No text was shown or read out",
                    help="With it a hash of that very text is kept.",
                ),
            ),
        ),
    )


def _consents(place: Place) -> list[tuple[str, str]]:
    """Those that can be answered."""
    asked = readable_consents(place.visitor.principal).filter(
        organization=place.organization, published=True
    )
    return [
        (each.api_id, f"{each.title} ({each.get_type_display().lower()})")
        for each in asked.order_by("order", "id")
    ]
