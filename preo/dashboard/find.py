"""The quick search: pages from the menu's own table, orders and customers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from preo.core import money
from preo.dashboard.access import is_swap
from preo.dashboard.customers.lists import CUSTOMERS
from preo.dashboard.listing_page import ListingPage
from preo.dashboard.menu import AREAS, Area, areas_at
from preo.dashboard.order_reads import orders_asked
from preo.dashboard.orders import AREA
from preo.dashboard.places import Place

SHOWN = 6
SHOWN_CUSTOMERS = 4
SHORTEST = 2
"""Letters from which orders are looked for: one letter is in nearly all of them."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    url: str
    icon: str
    detail: str = ""
    amount: str = ""


@require_safe
def find(request: HttpRequest, place: Place) -> HttpResponse:
    """The results for htmx. As a page of its own it leads on to the search of orders."""
    text = request.GET.get("search", "").replace("\0", "").strip()[:200]
    if not is_swap(request):
        return HttpResponseRedirect(_orders_url(place, text))
    groups = [
        {"key": "orders", "title": "Orders", "hits": _orders(place, text)},
        {"key": "customers", "title": "Customers", "hits": _customers(place, text)},
        {"key": "pages", "title": "Pages", "hits": _pages(place, text)},
    ]
    context: dict[str, Any] = {"groups": [group for group in groups if group["hits"]]}
    return render(request, "dashboard/find.html", context)


def _pages(place: Place, text: str) -> list[Hit]:
    organization, edition = place.organization, place.edition
    hits = []
    for area in areas_at(place):
        if text.lower() not in area.title.lower():
            continue
        if edition and area.of_edition:
            part = area.url(organization.slug, edition.slug)
            hits.append(Hit(area.title, part, area.icon, f"in {edition.full_name}"))
        if area.of_organization:
            whole = area.url(organization.slug)
            hits.append(Hit(area.title, whole, area.icon, f"in {organization.name}"))
    return hits


def _orders(place: Place, text: str) -> list[Hit]:
    """The newest orders that fit, and the way to all of them."""
    area = _area(AREA)
    if len(text) < SHORTEST or area not in areas_at(place):
        return []
    filters = {"organization_id": place.organization.api_id, "search": text}
    if place.edition:
        filters["edition_id"] = place.edition.api_id
    found = orders_asked(place, filters).order_by("-created", "-id")[:SHOWN]
    slug = place.organization.slug
    hits = [
        Hit(
            title=order.order_number or "No number",
            url=reverse("dashboard:order", args=[slug, order.api_id]),
            icon=area.icon,
            detail=order.customer_name,
            amount=money.formatted(order.amount, order.currency),
        )
        for order in found
    ]
    everything = Hit(f"All orders with “{text}”", _orders_url(place, text), "search")
    return [*hits, everything] if hits else []


def _customers(place: Place, text: str) -> list[Hit]:
    """A few customers who fit, and the way to all of them."""
    area = _area(CUSTOMERS.area)
    if len(text) < SHORTEST or area not in areas_at(place):
        return []
    listed = ListingPage(
        CUSTOMERS, place, QueryDict(urlencode({"search": text})), path=_customers_url(place)
    )
    slug = place.organization.slug
    hits = [
        Hit(
            title=customer.full_name or "No name",
            url=reverse("dashboard:customer", args=[slug, customer.api_id]),
            icon=area.icon,
            detail=customer.email or customer.phone_number or "",
        )
        for customer in listed.first(SHOWN_CUSTOMERS)
    ]
    everyone = Hit(f"All customers with “{text}”", listed.url(), "search")
    return [*hits, everyone] if hits else []


def _orders_url(place: Place, text: str) -> str:
    url = _url(place, _area(AREA))
    return f"{url}?{urlencode({'search': text})}" if text else url


def _customers_url(place: Place) -> str:
    return _url(place, _area(CUSTOMERS.area))


def _url(place: Place, area: Area) -> str:
    return area.url(place.organization.slug, place.edition.slug if place.edition else None)


def _area(name: str) -> Area:
    return next(area for area in AREAS if area.name == name)
