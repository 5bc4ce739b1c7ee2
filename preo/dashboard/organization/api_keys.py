"""API keys: listed, made with the secret shown once, revoked."""

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preo.accounts.api.api_keys import ApiKeyCreateSerializer, ApiKeyViewSet
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.scopes import SCOPES
from preo.accounts.service.keys import create_api_key
from preo.accounts.service.keys import revoke_api_key as end_api_key
from preo.core.errors import DomainError
from preo.dashboard.asked_views import row_asked
from preo.dashboard.body_fields import Boxes, Moment, Text
from preo.dashboard.body_form import BodyForm, Group, render_form
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.listing_page import Filter, Heading, Listing, Way, list_rows
from preo.dashboard.organization.roles import ROLE, admin_editions, where
from preo.dashboard.places import Place

AREA = "api_keys"
KEYS = Listing(
    viewset=ApiKeyViewSet,
    address="/v1/api-keys",
    area=AREA,
    title="API keys",
    one="API key",
    many="API keys",
    headings=(
        Heading("name", "Name", "fill"),
        Heading("role", "Role", "max-sm:hidden"),
        Heading("scopes", "May", "max-xl:hidden"),
        Heading("last_used_at", "Last used", "max-lg:hidden"),
        Heading("expires_at", "Ends", "max-md:hidden"),
        Heading("actions", "Revoke", "end"),
    ),
    row="dashboard/organization/api_key_row.html",
    hint="",
    none_yet="With a key another system, such as the till, asks in the organization's name.",
    icon="key-round",
)
STATES = (("false", "In force"), ("true", "Revoked"))
USED = "used_key_forms"
"""In the session: the forms by which keys were made, so that sending one again makes no other."""
REMEMBERED = 20


@dataclass(frozen=True)
class Scopes(Boxes):
    """Scopes as a table: a part of the API in each row, reading and writing side by side."""

    template: ClassVar[str] = "dashboard/organization/field_scopes.html"
    wide: bool = True


SCOPE_CHOICES = [
    (scope, scope.partition(":")[0].replace("-", " ").capitalize().replace("Api", "API"))
    for scope in SCOPES
]


@require_safe
def list_api_keys(request: HttpRequest, place: Place) -> HttpResponse:
    """Keys, the newest first."""
    filters = [Filter("is_revoked", "State", "All keys", STATES)]
    editions = admin_editions(place)
    if editions:
        filters.append(Filter("edition_id", "Edition", "Organization and editions", editions))
    new = reverse("dashboard:new_api_key", args=[place.organization.slug])
    return list_rows(
        request,
        place,
        KEYS,
        filters=filters,
        ways=[Way("New API key", new)],
        extra={"now": timezone.now()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def make_api_key(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of `POST /v1/api-keys`, whose answer is the page with the secret.

    It is no redirect, because then the secret would have to be kept until the next request. The
    form sent again (by loading the page anew, or by going back to it) leads to the list.
    """
    once = request.POST.get("_once", "")
    if once and once in request.session.get(USED, ()):
        messages.error(request, "This key was made already, and its text is not shown again.")
        return HttpResponseRedirect(_keys_url(place))
    form = _form(place)
    if request.method == "POST":
        form.read(request.POST)
        try:
            return _made(request, place, form.body(), once)
        except DomainError as refusal:
            form.refuse(refusal)
    context = {
        "title": "New API key",
        "submit": "Make the key",
        "cancel_url": _keys_url(place),
        "once": once or secrets.token_urlsafe(12),
        "trail": trail_to(place, Step("API keys", _keys_url(place)), Step("New")),
    }
    template = "dashboard/organization/new_api_key.html"
    return render_form(request, place, template, context, form, area=AREA)


@require_POST
def revoke_api_key(request: HttpRequest, place: Place, key_id: str) -> HttpResponse:
    """End a key for good."""
    key = row_asked(place, ApiKeyViewSet, key_id, action="destroy")
    end_api_key(key=key, by=place.visitor.principal, now=timezone.now())
    messages.success(request, f"The key {key.name} is worth nothing any more.")
    return HttpResponseRedirect(_keys_url(place))


def _form(place: Place) -> BodyForm:
    groups = (
        Group(
            "The key",
            (
                Text("name", "Name", help="What it is for, such as the till or the website."),
                Moment("expires_at", "Ends at", help="In UTC. Without it, when it is revoked."),
            ),
        ),
        Group("Role", (where(place), ROLE), "The key can do what both role and scopes allow."),
        Group(
            "Scopes",
            (Scopes("scopes", "What it may read and write", choices=SCOPE_CHOICES),),
            "As little as it needs: what a lost key cannot do, nobody can do with it.",
        ),
    )
    return BodyForm(
        ApiKeyCreateSerializer,
        groups,
        initial={"role": RoleWord.STAFF.value},
        fixed={"organization_id": place.organization.api_id},
    )


def _made(request: HttpRequest, place: Place, body: dict[str, Any], once: str) -> HttpResponse:
    key, text = create_api_key(
        **body | {"role": RoleWord(body["role"])}, by=place.visitor.principal, now=timezone.now()
    )
    request.session[USED] = [*request.session.get(USED, ()), once][-REMEMBERED:]
    trail = trail_to(place, Step("API keys", _keys_url(place)), Step(key.name))
    context = {"key": _with_names(key), "text": text, "trail": trail, "example": _example(request)}
    template = "dashboard/organization/api_key_made.html"
    return render_page(request, place, template, context, area=AREA)


def _with_names(key: ApiKey) -> ApiKey:
    return ApiKey.objects.select_related("edition").get(pk=key.pk)


def _example(request: HttpRequest) -> str:
    """What a person pastes into a shell to see that the key works."""
    address = request.build_absolute_uri("/v1/auth/user")
    return f"curl -H \"Authorization: Bearer $PREO_API_KEY\" '{address}'"


def _keys_url(place: Place) -> str:
    return reverse("dashboard:api_keys", args=[place.organization.slug])
