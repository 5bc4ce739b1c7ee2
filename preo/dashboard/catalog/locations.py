"""The pages of locations."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from preo.catalog.api.location_views import LocationViewSet
from preo.catalog.models import Product
from preo.dashboard.body_fields import Check, Text
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.counts import counted
from preo.dashboard.catalog.products import STATES
from preo.dashboard.catalog.row_pages import Noun, change_row, delete_row, new_row
from preo.dashboard.catalog.ways import ways_in_editions
from preo.dashboard.listing_page import Filter, Heading, Listing, list_rows
from preo.dashboard.places import Place


def _with_counts(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:  # noqa: ARG001
    found: QuerySet[Any] = rows.select_related("edition").annotate(
        products=counted(Product, "location")
    )
    return found


LOCATIONS = Listing(
    viewset=LocationViewSet,
    address="/v1/locations",
    area="locations",
    title="Locations",
    one="location",
    many="locations",
    headings=(
        Heading("name", "Location", "fill"),
        Heading("edition", "Edition", "max-md:hidden", across=True),
        Heading("products", "Products", "end"),
        Heading("is_draft", "State", "max-sm:hidden"),
        Heading("modified", "Changed", "max-lg:hidden"),
    ),
    row="dashboard/catalog/location_row.html",
    hint="Name",
    none_yet="Locations are the places of an edition where purchases are picked up or used.",
    icon="map-pin",
    shown=_with_counts,
)
_FILTERS = (Filter("is_draft", "State", "All states", STATES),)


@require_safe
def list_locations(request: HttpRequest, place: Place) -> HttpResponse:
    """The places of an edition, or of all editions that the visitor has access to."""
    ways = ways_in_editions(place, "edition_new_location", "New location")
    return list_rows(request, place, LOCATIONS, filters=_FILTERS, ways=ways)


def _groups(place: Place) -> list[Group]:  # noqa: ARG001 - the same wherever it stands
    return [
        Group(
            "Location",
            (
                Text("name", "Name", wide=True),
                Check("is_draft", "Draft", help="Not yet to be shown to buyers.", wide=True),
            ),
            note="A place where purchases are picked up or used.",
        )
    ]


LOCATION = Noun(
    listing=LOCATIONS,
    page="location",
    groups=_groups,
    name=str,
    instead="Make it a draft instead; what was ordered stays as it is.",
    products_by="location_id",
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_location(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a new one."""
    return new_row(request, place, LOCATION)


@require_http_methods(["GET", "HEAD", "POST"])
def show_location(request: HttpRequest, place: Place, location_id: str) -> HttpResponse:
    """One of them in its form."""
    return change_row(request, place, LOCATION, location_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_location(request: HttpRequest, place: Place, location_id: str) -> HttpResponse:
    """The question whether to delete it."""
    return delete_row(request, place, LOCATION, location_id)
