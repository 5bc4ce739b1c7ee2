"""The pages of categories."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from preo.catalog.api.category_views import CategoryViewSet
from preo.catalog.models import Category, Product
from preo.dashboard.body_fields import Number, Translated
from preo.dashboard.body_form import Group
from preo.dashboard.catalog.choices import category_name
from preo.dashboard.catalog.counts import counted
from preo.dashboard.catalog.row_pages import Noun, change_row, delete_row, new_row
from preo.dashboard.catalog.ways import ways_in_editions
from preo.dashboard.listing_page import Heading, Listing, list_rows
from preo.dashboard.places import Place


def _with_counts(rows: QuerySet[Any], place: Place) -> QuerySet[Any]:  # noqa: ARG001
    found: QuerySet[Any] = rows.select_related("edition").annotate(
        products=counted(Product, "categories")
    )
    return found


CATEGORIES = Listing(
    viewset=CategoryViewSet,
    address="/v1/categories",
    area="categories",
    title="Categories",
    one="category",
    many="categories",
    headings=(
        Heading("position", "Position", "max-sm:hidden"),
        Heading("name", "Category", "fill"),
        Heading("languages", "Languages", "max-lg:hidden"),
        Heading("edition", "Edition", "max-md:hidden", across=True),
        Heading("products", "Products", "end"),
        Heading("modified", "Changed", "max-lg:hidden"),
    ),
    row="dashboard/catalog/category_row.html",
    hint="Name in any language",
    none_yet="Categories are the headings under which an edition's products stand in its shop.",
    icon="layers",
    shown=_with_counts,
)


@require_safe
def list_categories(request: HttpRequest, place: Place) -> HttpResponse:
    """The headings of an edition, or of all editions that the visitor has access to."""
    ways = ways_in_editions(place, "edition_new_category", "New category")
    return list_rows(request, place, CATEGORIES, ways=ways)


def _groups(place: Place) -> list[Group]:  # noqa: ARG001 - the same wherever it stands
    return [
        Group(
            "Category",
            (
                Translated("name", "Name"),
                Number("position", "Position", help="The lowest stands first; a new one last."),
            ),
            note="A heading under which products stand.",
        )
    ]


def _name(row: Category) -> str:
    return category_name(row, row.edition)


CATEGORY = Noun(
    listing=CATEGORIES,
    page="category",
    groups=_groups,
    name=_name,
    instead="Take it off these products first, or give it another name.",
    products_by="category_id",
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_category(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of a new one."""
    return new_row(request, place, CATEGORY)


@require_http_methods(["GET", "HEAD", "POST"])
def show_category(request: HttpRequest, place: Place, category_id: str) -> HttpResponse:
    """One of them in its form."""
    return change_row(request, place, CATEGORY, category_id)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_category(request: HttpRequest, place: Place, category_id: str) -> HttpResponse:
    """The question whether to delete it."""
    return delete_row(request, place, CATEGORY, category_id)
