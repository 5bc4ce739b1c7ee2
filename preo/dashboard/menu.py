"""The areas of the dashboard: one line each, from which menu and quick search are made."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from preo.accounts.models import StaffUser
from preo.core.access import Role
from preo.dashboard.places import Place
from preo.orders.api.views import OrderViewSet


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the dashboard.

    `name` is the URL's at the organization, `edition_` and it the URL's at an edition. `least` is
    the role that the API asks for the same, so that nobody is shown a way to a refusal. An area
    that is not `of_edition` stands in the menu of editions too, and leads to the organization's
    page.
    """

    name: str
    group: str
    title: str
    icon: str
    least: Role
    of_organization: bool = True
    of_edition: bool = True
    whole: bool = False
    """Whether the role must be held in the whole organization: an edition's does not reach it."""

    def url(self, organization: str, edition: str | None = None) -> str:
        if edition is None or not self.of_edition:
            return reverse(f"dashboard:{self.name}", args=[organization])
        return reverse(f"dashboard:edition_{self.name}", args=[organization, edition])


AREAS = (
    Area("orders", "Sell", "Orders", "shopping-bag", OrderViewSet.minimum["list"] or Role.GUEST),
    Area("imports", "Sell", "Imports", "file-input", Role.STAFF),
    Area("customers", "Reach", "Customers", "users", Role.STAFF),
    Area("segments", "Reach", "Segments", "chart-pie", Role.STAFF),
    Area("consents", "Reach", "Consents", "circle-check", Role.STAFF),
    Area("suppressions", "Reach", "Suppressions", "ban", Role.STAFF, of_edition=False, whole=True),
    Area("products", "Catalog", "Products", "package", Role.STAFF),
    Area("categories", "Catalog", "Categories", "layers", Role.STAFF),
    Area("vendors", "Catalog", "Vendors", "store", Role.STAFF),
    Area("locations", "Catalog", "Locations", "map-pin", Role.STAFF),
    Area("settings", "Edition", "Settings", "settings-2", Role.GUEST, of_organization=False),
    Area("editions", "Organization", "Editions", "calendar", Role.GUEST, of_edition=False),
    Area("events", "Organization", "Events", "calendar-days", Role.GUEST, of_edition=False),
    Area("members", "Organization", "Members", "users", Role.ADMIN, of_edition=False),
    Area("api_keys", "Organization", "API keys", "key-round", Role.ADMIN, of_edition=False),
    Area(
        "organization",
        "Organization",
        "Organization",
        "building-2",
        Role.ADMIN,
        of_edition=False,
        whole=True,
    ),
)


def areas_at(place: Place) -> list[Area]:
    """The areas that the visitor may open here."""
    role, whole = place.role, place.whole_role
    return [
        area
        for area in AREAS
        if (whole if area.whole else role) >= area.least
        and (area.of_organization or place.edition is not None)
    ]


def first_url(role: Role, organization: str, edition: str | None = None) -> str:
    """The first page that a role opens at an organization or an edition; empty if there is none."""
    for area in AREAS:
        is_there = area.of_organization if edition is None else area.of_edition
        if is_there and not area.whole and role >= area.least:
            return area.url(organization, edition)
    return ""


def inbox_url(staff: StaffUser) -> str:
    """Where the operator reads mails that stayed here; empty for others, and where mails leave."""
    is_there = settings.EMAIL_SERVER is None and staff.is_superuser
    return reverse("dashboard:inbox") if is_there else ""
