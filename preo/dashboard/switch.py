"""The first page, and the switch between organizations and editions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from preo.core.access import Role
from preo.dashboard.access import is_swap
from preo.dashboard.frame import render_placeless
from preo.dashboard.menu import first_url
from preo.dashboard.places import Visitor, visible_editions, visible_organizations
from preo.editions.models import Edition
from preo.editions.queries import editions_at
from preo.organizations.models import Organization

SHOWN = 60
"""Editions in one answer; who has more finds them by typing."""


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    url: str
    """Empty where the visitor's role opens nothing yet."""
    note: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    organization: Organization
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Switch:
    path: str
    search: str
    origin: str
    groups: Sequence[Group]
    more: int


def go_home(_: HttpRequest, visitor: Visitor) -> HttpResponse:
    """To the first place that the visitor can work in, else to the list of all places."""
    for group in _switch(visitor, search="", origin="").groups:
        for entry in group.entries:
            if entry.url:
                return HttpResponseRedirect(entry.url)
    return HttpResponseRedirect(reverse("dashboard:switch"))


def list_places(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All organizations and editions of the visitor, or those whose name holds the search."""
    search = request.GET.get("search", "").replace("\0", "").strip()[:200]
    switch = _switch(visitor, search=search, origin=request.GET.get("from", ""))
    if is_swap(request):
        return render(request, "dashboard/parts/switcher.html", {"switch": switch})
    return render_placeless(request, visitor, "dashboard/switch.html", {"switch": switch})


def _switch(visitor: Visitor, *, search: str, origin: str) -> Switch:
    """Groups by organization. `origin` is the place it was opened from: `slug` or `slug/slug`."""
    principal = visitor.principal
    organizations = {row.pk: row for row in visible_organizations(principal).order_by("name", "id")}
    named = Q(full_name__icontains=search) | Q(organization__name__icontains=search)
    editions = editions_at(timezone.now(), visible_editions(principal).filter(named))
    found = list(
        editions.order_by("organization__name", F("start_date").desc(nulls_last=True), "-id").only(
            "id", "organization_id", "full_name", "slug", "is_draft"
        )[: SHOWN + 1]
    )
    more = editions.count() - SHOWN if len(found) > SHOWN else 0
    groups = {key: Group(row) for key, row in organizations.items()}
    for group in groups.values():
        if search.lower() in group.organization.name.lower():
            group.entries.append(_whole(visitor, group.organization, origin))
    for edition in found[:SHOWN]:
        group = groups[edition.organization_id]
        group.entries.append(_part(visitor, group.organization, edition, origin))
    return Switch(
        path=reverse("dashboard:switch"),
        search=search,
        origin=origin,
        groups=[group for group in groups.values() if group.entries],
        more=more,
    )


def _whole(visitor: Visitor, organization: Organization, origin: str) -> Entry:
    grants = visitor.principal.grants
    role = max((g.role for g in grants if g.organization_id == organization.pk), default=Role.NONE)
    url = first_url(role, organization.slug)
    return Entry("All editions", url, "" if url else "guest", origin == organization.slug)


def _part(visitor: Visitor, organization: Organization, edition: Edition, origin: str) -> Entry:
    role = visitor.principal.role_in(organization.pk, edition.pk)
    url = first_url(role, organization.slug, edition.slug)
    words = [] if url else ["guest"]
    words.append("draft" if edition.is_draft else _status(edition))
    current = origin == f"{organization.slug}/{edition.slug}"
    return Entry(edition.full_name, url, ", ".join(word for word in words if word), current)


def _status(edition: Edition) -> str:
    word = str(edition.status)  # type: ignore[attr-defined]
    return "" if word == "no_dates" else word
