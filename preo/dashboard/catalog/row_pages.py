"""The pages of one row of the catalogue: make it, look at it, change it, delete it.

Each noun declares what is peculiar to it. Rights, rules and writes are those of the API's viewset.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from preo.catalog.queries import references_to
from preo.catalog.service.conflicts import StillReferredToError
from preo.core.errors import NotFoundError
from preo.dashboard.asked_views import asked_view, row_asked
from preo.dashboard.body_fields import Local
from preo.dashboard.body_form import BodyForm, Group, render_form, save_form
from preo.dashboard.catalog.words import counted_words, references_of, refusals_in_words
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.listing_page import Listing
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place
from preo.editions.models import Edition


@dataclass(frozen=True, slots=True)
class Noun:
    """What is peculiar to the pages of a noun."""

    listing: Listing
    page: str
    """The name of a row's address; `delete_` and it is the one where it is deleted."""
    groups: Callable[[Place], Sequence[Group]]
    """The fields of the form, at the place in which the row stands."""
    name: Callable[[Any], str]
    """What a row is called."""
    instead: str = ""
    """What can be done where a row cannot be deleted."""
    deletes: bool = True
    products_by: str = ""
    """The filter of the list of products that finds those which name the row."""


def new_row(
    request: HttpRequest, place: Place, noun: Noun, *, initial: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The form of a new row of the place's edition, or of the whole organization."""
    organization, edition = place.organization, place.edition
    view = asked_view(place, noun.listing.viewset, "create")
    fixed = {"edition_id": edition.api_id} if edition else {"organization_id": organization.api_id}
    form = BodyForm(
        view.bodies["create"],
        noun.groups(place),
        initial=initial,
        fixed=fixed,
        local=_local(edition),
    )

    def save(body: dict[str, Any]) -> str:
        with refusals_in_words():
            row = view.make(body, timezone.now())
        messages.success(request, f"{noun.name(row)} is made.")
        return _row_url(place, noun, row)

    title = f"New {noun.listing.one}"
    context = {
        "title": title,
        "trail": _trail(place, noun, Step(title)),
        "list_url": _list_url(place, noun),
        "submit": f"Make the {noun.listing.one}",
    }
    return save_form(request, form, save) or render_form(
        request, place, "dashboard/catalog/row.html", context, form, area=noun.listing.area
    )


def change_row(request: HttpRequest, place: Place, noun: Noun, row_id: str) -> HttpResponse:
    """A row in its form; who may not change it finds the form shut.

    Raises Http404 for a row that the visitor may not see, PermissionDenied for a change by who
    may only look.
    """
    row, within = _row_in_its_place(place, noun, row_id, action="retrieve")
    view = asked_view(within, noun.listing.viewset, "partial_update")
    may_write = view.get_queryset().filter(pk=row.pk).exists()
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = BodyForm(
        view.bodies["partial_update"],
        noun.groups(within),
        present=view.shown(row),
        local=_local(within.edition),
    )

    def save(body: dict[str, Any]) -> str:
        with refusals_in_words(row):
            changed = view.change(row, body, timezone.now())
        messages.success(request, f"{noun.name(changed)} is saved.")
        return request.path

    context = {
        "row": row,
        "title": noun.name(row),
        "trail": _trail(within, noun, Step(noun.name(row))),
        "list_url": _list_url(within, noun),
        "delete_url": _delete_url(within, noun, row) if may_write and noun.deletes else "",
        "products_url": _products_url(within, noun, row),
        "submit": "Save",
        "locked": not may_write,
        "one": noun.listing.one,
        "curl": curl_command(request, f"{noun.listing.address}/{row.api_id}"),
    }
    return save_form(request, form, save) or render_form(
        request, within, "dashboard/catalog/row.html", context, form, area=noun.listing.area
    )


def delete_row(request: HttpRequest, place: Place, noun: Noun, row_id: str) -> HttpResponse:
    """The question whether to delete a row, and what comes of it.

    Raises Http404 for a row that the visitor may not delete.
    """
    row, within = _row_in_its_place(place, noun, row_id, action="destroy")
    name, kept_by = noun.name(row), ""
    if request.method == "POST":
        try:
            asked_view(within, noun.listing.viewset, "destroy").remove(row, timezone.now())
        except NotFoundError:
            raise Http404 from None
        except StillReferredToError as refusal:
            kept_by = counted_words(references_of(refusal))
        else:
            messages.success(request, f"{name} is deleted.")
            return HttpResponseRedirect(_list_url(within, noun))
    else:
        kept_by = counted_words((each.kind, each.count) for each in references_to(row))
    row_url = _row_url(within, noun, row)
    context = {
        "name": name,
        "one": noun.listing.one,
        "kept_by": kept_by,
        "instead": noun.instead,
        "row_url": row_url,
        "trail": _trail(within, noun, Step(name, row_url), Step("Delete")),
    }
    response = render_page(
        request, within, "dashboard/catalog/delete.html", context, area=noun.listing.area
    )
    response.status_code = 409 if request.method == "POST" else 200
    return response


def _row_in_its_place(place: Place, noun: Noun, row_id: str, *, action: str) -> tuple[Any, Place]:
    row = row_asked(place, noun.listing.viewset, row_id, action=action)
    edition = getattr(row, "edition", None)
    return row, Place(place.visitor, place.organization, edition)


def _local(edition: Edition | None) -> Local:
    if edition is None:
        return Local()
    return Local(zone=edition.timezone, languages=edition.enabled_languages)


def _trail(place: Place, noun: Noun, *steps: Step) -> list[Step]:
    return trail_to(place, Step(noun.listing.title, _list_url(place, noun)), *steps)


def _list_url(place: Place, noun: Noun) -> str:
    area, organization = noun.listing.area, place.organization.slug
    if place.edition is None:
        return reverse(f"dashboard:{area}", args=[organization])
    return reverse(f"dashboard:edition_{area}", args=[organization, place.edition.slug])


def _row_url(place: Place, noun: Noun, row: Any) -> str:
    return reverse(f"dashboard:{noun.page}", args=[place.organization.slug, row.api_id])


def _products_url(place: Place, noun: Noun, row: Any) -> str:
    """Where the products stand that name a row; empty for what no product names."""
    if not noun.products_by:
        return ""
    words = [place.organization.slug, *([place.edition.slug] if place.edition else [])]
    page = "dashboard:edition_products" if place.edition else "dashboard:products"
    return f"{reverse(page, args=words)}?{urlencode({noun.products_by: row.api_id})}"


def _delete_url(place: Place, noun: Noun, row: Any) -> str:
    return reverse(f"dashboard:delete_{noun.page}", args=[place.organization.slug, row.api_id])
