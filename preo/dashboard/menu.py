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
    the role that the API asks for the same, so that nobody is shown a way to a refusal.
    """

    name: str
    group: str
    title: str
    icon: str
    least: Role

    def url(self, organization: str, edition: str | None = None) -> str:
        if edition is None:
            return reverse(f"dashboard:{self.name}", args=[organization])
        return reverse(f"dashboard:edition_{self.name}", args=[organization, edition])


AREAS = (
    Area("orders", "Sell", "Orders", "shopping-bag", OrderViewSet.minimum["list"] or Role.GUEST),
)


def areas_at(place: Place) -> list[Area]:
    """The areas that the visitor may open here."""
    role = place.role
    return [area for area in AREAS if role >= area.least]


def inbox_url(staff: StaffUser) -> str:
    """Where the operator reads mails that stayed here; empty for others, and where mails leave."""
    is_there = settings.EMAIL_SERVER is None and staff.is_superuser
    return reverse("dashboard:inbox") if is_there else ""
