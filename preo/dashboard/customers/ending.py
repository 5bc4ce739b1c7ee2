"""Merging two customers into one and erasing a person: first what would become of it all."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from preo.core.errors import DomainError, NotFoundError
from preo.customers.models import Customer
from preo.customers.person import Fate
from preo.customers.queries import customers_with_text
from preo.dashboard.asked_views import row_asked
from preo.dashboard.customers.lists import AREA, list_url
from preo.dashboard.customers.row import back_to, customer_url, name_of, steps_to
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.listing_parts import read_text
from preo.dashboard.places import Place
from preo.people.api.erasure import UserErasureViewSet
from preo.people.api.merging import UserMergingViewSet
from preo.people.service.erasure import erase_person
from preo.people.service.merging import merge_people

METHODS = ["GET", "HEAD", "POST"]
FOUND = 10
SHORTEST = 2
"""Letters from which people are looked for."""
NOT_SURE = "Say that you know that it cannot be undone."


@dataclass(frozen=True, slots=True)
class Told:
    """What would become of a person's rows, or why nothing can."""

    fates: list[Fate]
    refusal: DomainError | None = None

    @property
    def goes(self) -> list[Fate]:
        return [fate for fate in self.fates if not fate.stays and fate.count]

    @property
    def stays(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.stays and fate.count]


@require_http_methods(METHODS)
def erase_customer(request: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """What an erasure would take and leave, and the question whether to do it."""
    customer = row_asked(place, UserErasureViewSet, customer_id, action="erase")
    sure = request.POST.get("sure") == "yes"
    told = _erase(customer, place, dry_run=not sure)
    if sure and told.refusal is None:
        messages.success(request, "The person is erased.")
        return HttpResponseRedirect(list_url(place))
    context = {
        "customer": customer,
        "name": name_of(customer),
        "told": told,
        "not_sure": NOT_SURE if request.method == "POST" and not sure else "",
        "customer_url": customer_url(place, customer),
        "trail": trail_to(place, *steps_to(place, customer), Step("Erase")),
    }
    response = render_page(request, place, "dashboard/customers/erase.html", context, area=AREA)
    if told.refusal is not None:
        response.status_code = told.refusal.status
    elif context["not_sure"]:
        response.status_code = 400
    return response


def _erase(customer: Customer, place: Place, *, dry_run: bool) -> Told:
    """Raises Http404 for one who is gone meanwhile."""
    try:
        return Told(
            erase_person(
                customer=customer,
                dry_run=dry_run,
                by=place.visitor.principal,
                now=timezone.now(),
            )
        )
    except NotFoundError:
        raise Http404 from None
    except DomainError as refusal:
        return Told([], refusal)


@require_http_methods(METHODS)
def merge_customer(request: HttpRequest, place: Place, customer_id: str) -> HttpResponse:
    """Look for the other one; with `other`, what a merge would do, and the question whether to."""
    kept = row_asked(place, UserMergingViewSet, customer_id, action="merge")
    search = read_text(request.GET, "search")
    other_id = request.POST.get("other") or request.GET.get("other", "")
    context = {
        "customer": kept,
        "name": name_of(kept),
        "search": search,
        "found": _others(place, kept, search),
        "customer_url": customer_url(place, kept),
        "trail": trail_to(place, *steps_to(place, kept), Step("Merge")),
    }
    status = 200
    if other_id:
        merged = row_asked(place, UserMergingViewSet, other_id, action="merge")
        told = _merge(kept, merged, place, dry_run=request.method != "POST")
        if request.method == "POST" and told.refusal is None:
            messages.success(request, f"{name_of(merged)} is merged into {name_of(kept)}.")
            return back_to(place, kept)
        status = told.refusal.status if told.refusal else 200
        turned = reverse("dashboard:merge_customer", args=[place.organization.slug, merged.api_id])
        context |= {
            "merged": merged,
            "told": told,
            "turned_url": f"{turned}?other={kept.api_id}",
        }
    response = render_page(request, place, "dashboard/customers/merge.html", context, area=AREA)
    response.status_code = status
    return response


def _merge(kept: Customer, merged: Customer, place: Place, *, dry_run: bool) -> Told:
    try:
        return Told(
            merge_people(
                kept_id=kept.pk,
                merged_id=merged.pk,
                dry_run=dry_run,
                by=place.visitor.principal,
                now=timezone.now(),
            )
        )
    except DomainError as refusal:
        return Told([], refusal)


def _others(place: Place, kept: Customer, search: str) -> list[Customer]:
    if len(search) < SHORTEST:
        return []
    present = Customer.objects.present().filter(organization=place.organization)
    found = customers_with_text(present.exclude(pk=kept.pk), search)
    return list(found.order_by("full_name", "id")[:FOUND])
