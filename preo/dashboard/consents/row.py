"""One consent: a form while it is a draft; once published it stands, and can only be switched off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from preo.catalog.queries import references_to
from preo.catalog.service.conflicts import StillReferredToError
from preo.consents.api.views import ConsentViewSet
from preo.consents.models import Consent, ConsentAnswer
from preo.consents.service.consents import ConsentAnsweredError
from preo.core.errors import ConflictError, DomainError, NotFoundError
from preo.core.languages import Language
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_form import BodyForm, render_form, save_form
from preo.dashboard.catalog.words import counted_words, references_of
from preo.dashboard.consents.answers import count_answers
from preo.dashboard.consents.fields import (
    consent_groups,
    local_of,
    missing_languages,
    needed_languages,
)
from preo.dashboard.consents.lists import AREA, list_step, list_url, may_count
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place

METHODS = ["GET", "HEAD", "POST"]
ANSWERS = "consent_answer"
"""What the answers to a consent are called among those that refer to it."""

CHANGED = "Somebody changed it since you looked. Read it again: this is how it stands now."


@require_http_methods(METHODS)
def new_consent(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a draft, of this edition or of the whole organization."""
    organization, edition = place.organization, place.edition
    draft = Consent(organization=organization, edition=edition)
    view = asked_view(place, ConsentViewSet, "create")
    edition_id = {"edition_id": edition.api_id} if edition else {}
    form = BodyForm(
        view.bodies["create"],
        consent_groups(place, draft),
        initial={"type": draft.type, "enabled": True},
        fixed={"organization_id": organization.api_id, **edition_id},
        local=local_of(needed_languages(draft)),
    )

    def save(body: dict[str, Any]) -> str:
        consent = view.make(body, timezone.now())
        messages.success(request, f"{consent.title} is made, as a draft.")
        return consent_url(place, consent)

    context = {
        "title": "New consent",
        "lead": "It is a draft that nobody sees until you publish it.",
        "submit": "Make the draft",
        "cancel_url": list_url(place),
        "trail": trail_to(place, list_step(place), Step("New")),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/form_page.html", context, form, area=AREA
    )


@require_http_methods(METHODS)
def show_consent(request: HttpRequest, place: Place, consent_id: str) -> HttpResponse:
    """A draft in its form, a published one as it stands.

    Raises PermissionDenied for a change by who may only look.
    """
    consent, within = _consent_at(place, consent_id, action="retrieve")
    may_write = _may_write(place, consent)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    context = {
        "consent": consent,
        "title": consent.title,
        "may_write": may_write,
        "trail": trail_to(within, list_step(within), Step(consent.title)),
        "curl": curl_command(request, f"/v1/consents/{consent.api_id}"),
    }
    if consent.published:
        # What was a draft when the form was opened stands now; nothing of the form can be kept.
        if request.method == "POST":
            messages.error(request, "It was published meanwhile: nothing of it can be changed.")
            return HttpResponseRedirect(request.path)
        context["tally"] = count_answers(consent) if may_count(place) else None
        page = "dashboard/consents/standing.html"
        return render_page(request, within, page, context | _stands(consent), area=AREA)
    return _draft(request, within, consent, context)


def _draft(
    request: HttpRequest, place: Place, consent: Consent, context: dict[str, Any]
) -> HttpResponse:
    view = asked_view(place, ConsentViewSet, "partial_update")
    form = BodyForm(
        view.bodies["partial_update"],
        consent_groups(place, consent),
        present=view.shown(consent),
        local=local_of(needed_languages(consent)),
    )

    def save(body: dict[str, Any]) -> str:
        changed = view.change(consent, body, timezone.now())
        messages.success(request, f"{changed.title} is saved.")
        return request.path

    own = {
        "submit": "Save the draft",
        "cancel_url": list_url(place),
        "locked": not context["may_write"],
        "missing": missing_languages(consent),
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/consents/draft.html", context | own, form, area=AREA
    )


@require_http_methods(METHODS)
def publish_consent(request: HttpRequest, place: Place, consent_id: str) -> HttpResponse:
    """The question whether to publish, with all that then stands for ever."""
    consent, within = _consent_at(place, consent_id, action="partial_update")
    if consent.published:
        return HttpResponseRedirect(consent_url(place, consent))
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("modified") != consent.modified.isoformat():
                raise ConflictError(CHANGED)
            _change(within, consent, {"published": True})
        except NotFoundError:
            raise Http404 from None
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, f"{consent.title} is published.")
            return HttpResponseRedirect(consent_url(place, consent))
    context = {
        "consent": consent,
        "missing": missing_languages(consent),
        "refusal": refusal,
        "consent_url": consent_url(place, consent),
        "trail": trail_to(
            within,
            list_step(within),
            Step(consent.title, consent_url(place, consent)),
            Step("Publish"),
        ),
    }
    page = "dashboard/consents/publish.html"
    response = render_page(request, within, page, context | _stands(consent), area=AREA)
    response.status_code = refusal.status if refusal else 200
    return response


@require_POST
def switch_consent(request: HttpRequest, place: Place, consent_id: str) -> HttpResponse:
    """Ask customers (`enabled=true`) or ask nobody new any more."""
    consent, within = _consent_at(place, consent_id, action="partial_update")
    enabled = request.POST.get("enabled") == "true"
    _change(within, consent, {"enabled": enabled})
    word = "asked again" if enabled else "not asked any more"
    messages.success(request, f"{consent.title} is {word}.")
    return HttpResponseRedirect(consent_url(place, consent))


@require_http_methods(METHODS)
def delete_consent(request: HttpRequest, place: Place, consent_id: str) -> HttpResponse:
    """The question whether to delete one that nobody answered, and what comes of it."""
    consent, within = _consent_at(place, consent_id, action="destroy")
    if request.method == "POST":
        kept_by = ""
        try:
            asked_view(within, ConsentViewSet, "destroy").remove(consent, timezone.now())
        except NotFoundError:
            raise Http404 from None
        except ConsentAnsweredError:
            kept_by = _answers_words(consent)
        except StillReferredToError as refusal:
            kept_by = counted_words(references_of(refusal))
        else:
            messages.success(request, f"{consent.title} is deleted.")
            return HttpResponseRedirect(list_url(within))
    else:
        kept_by = _answers_words(consent) or counted_words(
            (each.kind, each.count) for each in references_to(consent) if each.kind != ANSWERS
        )
    row_url = consent_url(place, consent)
    context = {
        "name": consent.title,
        "one": "consent",
        "kept_by": kept_by,
        "instead": "Switch it off instead: then nobody new is asked.",
        "row_url": row_url,
        "trail": trail_to(within, list_step(within), Step(consent.title, row_url), Step("Delete")),
    }
    response = render_page(request, within, "dashboard/catalog/delete.html", context, area=AREA)
    response.status_code = 409 if request.method == "POST" else 200
    return response


def consent_url(place: Place, consent: Consent) -> str:
    """The address of the consent's page."""
    return reverse("dashboard:consent", args=[place.organization.slug, consent.api_id])


def _consent_at(place: Place, consent_id: str, *, action: str) -> tuple[Consent, Place]:
    """The consent, and the place in which its page stands. Raises Http404 as the API would."""
    consent = row_asked(place, ConsentViewSet, consent_id, action=action)
    return consent, Place(place.visitor, place.organization, consent.edition)


def _may_write(place: Place, consent: Consent) -> bool:
    view = asked_view(place, ConsentViewSet, "partial_update")
    return bool(view.get_queryset().filter(pk=consent.pk).exists())


def _change(place: Place, consent: Consent, changes: dict[str, Any]) -> None:
    asked_view(place, ConsentViewSet, "partial_update").change(consent, changes, timezone.now())


def _answers_words(consent: Consent) -> str:
    """Such as `1,204 answers of customers`; empty without one."""
    count = ConsentAnswer.objects.filter(consent=consent).count()
    return f"{count:,} {'answer' if count == 1 else 'answers'} of customers" if count else ""


def _stands(consent: Consent) -> dict[str, Any]:
    """What is shown of a consent that stands, or is about to: its texts, and whom it asks."""
    return {
        "texts": [
            (language, consent.consent_text[language], consent.document_url.get(language, ""))
            for language in Language
            if consent.consent_text.get(language)
        ],
        "products": list(consent.products.order_by("name").values_list("name", flat=True)),
    }
