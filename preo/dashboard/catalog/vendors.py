"""The pages of vendors."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from preo.catalog.api.vendor_views import VendorViewSet
from preo.catalog.models import Product
from preo.core.access import Role
from preo.dashboard.body_fields import Text
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.counts import counted
from preo.dashboard.catalog.row_pages import Noun, change_row, delete_row, new_row
from preo.dashboard.catalog.ways import ways_in_organization
from preo.dashboard.listing_page import Heading, Listing, list_rows
from preo.dashboard.places import Place


def _with_counts(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
    """Products that the visitor may see here: who has one edition alone counts those of it."""
    seen = place.visitor.principal.narrow(
        Role.STAFF, organization="organization_id", edition="edition_id"
    )
    here = Q(edition=place.edition) if place.edition else Q()
    found: QuerySet[Any] = rows.annotate(products=counted(Product, "vendor", seen & here))
    return found


VENDORS = Listing(
    viewset=VendorViewSet,
    address="/v1/vendors",
    area="vendors",
    title="Vendors",
    one="vendor",
    many="vendors",
    headings=(
        Heading("name", "Vendor", "fill"),
        Heading("code", "Code", "max-sm:hidden"),
        Heading("products", "Products", "end"),
        Heading("modified", "Changed", "max-lg:hidden"),
    ),
    row="dashboard/catalog/vendor_row.html",
    hint="Name or code",
    none_yet="Vendors are those who sell at an organization's festivals, year after year.",
    icon="store",
    shown=_with_counts,
)


@require_safe
def list_vendors(request: HttpRequest, place: Place) -> HttpResponse:
    """The organization's vendors; in an edition those who have products there."""
    note = "Vendors belong to the organization; here stand those with products in this edition."
    return list_rows(
        request,
        place,
        VENDORS,
        ways=ways_in_organization(place, "new_vendor", "New vendor"),
        note=note if place.edition else "",
    )


def _groups(place: Place) -> list[Group]:  # noqa: ARG001 - the same wherever it stands
    code = "By which other systems know it; no two vendors have the same."
    return [
        Group(
            "Vendor",
            (Text("name", "Name", wide=True), Text("code", "Code", help=code, wide=True)),
            note="Who sells at your festivals, year after year.",
        )
    ]


VENDOR = Noun(
    listing=VENDORS,
    page="vendor",
    groups=_groups,
    name=str,
    instead="Take the vendor off these products first.",
    products_by="vendor_id",
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_vendor(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a new one."""
    return new_row(request, place, VENDOR)


@require_http_methods(["GET", "HEAD", "POST"])
def show_vendor(request: HttpRequest, place: Place, vendor_id: str) -> HttpResponse:
    """One of them in its form."""
    return change_row(request, place, VENDOR, vendor_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_vendor(request: HttpRequest, place: Place, vendor_id: str) -> HttpResponse:
    """The question whether to delete it."""
    return delete_row(request, place, VENDOR, vendor_id)
