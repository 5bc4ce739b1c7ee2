"""What stands around every page: theme, menu, switcher, quick search, person."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from preo.accounts.models import StaffUser
from preo.dashboard.menu import areas_at, first_url, inbox_url
from preo.dashboard.places import Place, Visitor
from preo.editions.models import Edition
from preo.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the trail above the title; the last one has no address."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MenuItem:
    title: str
    icon: str
    url: str
    current: str
    """The value of `aria-current`: `page`, `true` for a page below it, or nothing."""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    title: str
    items: Sequence[MenuItem]


@dataclass(frozen=True, slots=True)
class Frame:
    person: StaffUser
    organization: Organization | None = None
    edition: Edition | None = None
    role: str = ""
    menu: Sequence[MenuGroup] = ()
    switch_url: str = ""
    find_url: str = ""

    @property
    def inbox_url(self) -> str:
        """The operator's way to the local inbox; empty for others."""
        return inbox_url(self.person)


def render_page(
    request: HttpRequest, place: Place, template: str, context: dict[str, Any], *, area: str
) -> HttpResponse:
    """A page of an area in its frame, or a part of it that needs to know where it stands."""
    return render(request, template, {"frame": frame_at(request, place, area)} | context)


def render_placeless(
    request: HttpRequest, visitor: Visitor, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A page that belongs to no organization, in a frame without menu."""
    return render(request, template, {"frame": Frame(visitor.staff)} | context)


def frame_at(request: HttpRequest, place: Place, area: str) -> Frame:
    """The frame of a place, with `area` marked in the menu."""
    words = [place.organization.slug, *([place.edition.slug] if place.edition else [])]
    find = "dashboard:edition_find" if place.edition else "dashboard:find"
    return Frame(
        person=place.visitor.staff,
        organization=place.organization,
        edition=place.edition,
        role=place.role.word.capitalize(),
        menu=_menu(request, place, area),
        switch_url=f"{reverse('dashboard:switch')}?{urlencode({'from': '/'.join(words)})}",
        find_url=reverse(find, args=words),
    )


def trail_to(place: Place, *steps: Step) -> list[Step]:
    """The organization, the edition if there is one, and then the given steps."""
    organization, edition = place.organization, place.edition
    highest = Place(place.visitor, organization, None).role
    start = [Step(organization.name, first_url(highest, organization.slug))]
    if edition:
        start.append(
            Step(edition.full_name, first_url(place.role, organization.slug, edition.slug))
        )
    return [*start, *steps]


def _menu(request: HttpRequest, place: Place, area: str) -> list[MenuGroup]:
    edition = place.edition.slug if place.edition else None
    groups = []
    for title, areas in groupby(areas_at(place), key=lambda entry: entry.group):
        items = []
        for entry in areas:
            url = entry.url(place.organization.slug, edition)
            current = "page" if url == request.path else "true" if entry.name == area else ""
            items.append(MenuItem(entry.title, entry.icon, url, current))
        groups.append(MenuGroup(title, items))
    return groups
