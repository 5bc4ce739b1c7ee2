"""The rows that a product can name, as choices of filters and forms."""

from preo.catalog.api.category_views import CategoryViewSet
from preo.catalog.api.location_views import LocationViewSet
from preo.catalog.api.vendor_views import VendorViewSet
from preo.catalog.models import Category
from preo.core.languages import translated
from preo.dashboard.asked_views import asked_view
from preo.dashboard.places import Place
from preo.editions.models import Edition


def category_choices(place: Place, edition: Edition) -> list[tuple[str, str]]:
    """The edition's headings in their order."""
    view = asked_view(place, CategoryViewSet, "list")
    rows = view.get_queryset().filter(edition=edition).order_by("position", "id")
    return [(row.api_id, category_name(row, edition)) for row in rows]


def category_name(category: Category, edition: Edition) -> str:
    """In the edition's default language, else in any."""
    return translated(category.name, edition.default_language) or "Without a name"


def vendor_choices(place: Place) -> list[tuple[str, str]]:
    """The organization's vendors by name, as far as the visitor may know them."""
    view = asked_view(place, VendorViewSet, "list")
    rows = view.get_queryset().filter(organization=place.organization).order_by("name", "id")
    return [(row.api_id, row.name) for row in rows]


def location_choices(place: Place, edition: Edition) -> list[tuple[str, str]]:
    """The edition's places by name."""
    view = asked_view(place, LocationViewSet, "list")
    rows = view.get_queryset().filter(edition=edition).order_by("name", "id")
    return [(row.api_id, row.name) for row in rows]
