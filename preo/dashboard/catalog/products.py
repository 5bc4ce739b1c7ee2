"""The pages of products."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from preo.catalog.api.product_views import ProductViewSet
from preo.catalog.models import ProductType
from preo.dashboard.catalog.choices import category_choices, location_choices, vendor_choices
from preo.dashboard.catalog.product_form import product_groups
from preo.dashboard.catalog.row_pages import Noun, change_row, delete_row, new_row
from preo.dashboard.catalog.ways import ways_in_editions
from preo.dashboard.listing_page import Filter, Heading, Listing, list_rows
from preo.dashboard.places import Place

STATES = (("false", "Published"), ("true", "Draft"))


def _with_places(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:  # noqa: ARG001
    return rows.select_related("vendor")


PRODUCTS = Listing(
    viewset=ProductViewSet,
    address="/v1/products",
    area="products",
    title="Products",
    one="product",
    many="products",
    headings=(
        Heading("name", "Product", "fill"),
        Heading("type", "Type", "max-lg:hidden"),
        Heading("categories", "Categories", "max-xl:hidden"),
        Heading("vendor", "Vendor", "max-lg:hidden"),
        Heading("edition", "Edition", "max-lg:hidden", across=True),
        Heading("parts", "Variants", "max-xl:hidden end"),
        Heading("price", "Price", "end"),
        Heading("is_draft", "State", "max-sm:hidden"),
    ),
    row="dashboard/catalog/product_row.html",
    hint="Name or code",
    none_yet=(
        "Products are what an edition sells: tickets, food, a card of drinks. Products of orders "
        "from elsewhere are made by themselves, as drafts."
    ),
    icon="package",
    shown=_with_places,
)


@require_safe
def list_products(request: HttpRequest, place: Place) -> HttpResponse:
    """The products of an edition, or of all editions that the visitor has access to."""
    return list_rows(
        request,
        place,
        PRODUCTS,
        filters=_filters(place),
        ways=ways_in_editions(place, "edition_new_product", "New product"),
    )


def _filters(place: Place) -> list[Filter]:
    found = [
        Filter("type", "Type", "All types", ProductType.choices),
        Filter("is_draft", "State", "All states", STATES),
        Filter("vendor_id", "Vendor", "All vendors", vendor_choices(place)),
    ]
    if place.edition:
        categories = category_choices(place, place.edition)
        places = location_choices(place, place.edition)
        found.append(Filter("category_id", "Category", "All categories", categories))
        found.append(Filter("location_id", "Location", "All locations", places))
    return [entry for entry in found if entry.choices]


PRODUCT = Noun(
    listing=PRODUCTS,
    page="product",
    groups=product_groups,
    name=str,
    instead="Make it a draft instead: nobody can buy it then, and what was ordered stays as it is.",
)
_BEGINNING = {"type": ProductType.TICKET.value, "uses": 1, "is_draft": True}


@require_http_methods(["GET", "HEAD", "POST"])
def new_product(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a new one."""
    return new_row(request, place, PRODUCT, initial=_BEGINNING)


@require_http_methods(["GET", "HEAD", "POST"])
def show_product(request: HttpRequest, place: Place, product_id: str) -> HttpResponse:
    """One of them in its form."""
    return change_row(request, place, PRODUCT, product_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_product(request: HttpRequest, place: Place, product_id: str) -> HttpResponse:
    """The question whether to delete it."""
    return delete_row(request, place, PRODUCT, product_id)
