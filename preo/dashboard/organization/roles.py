"""What a form of members and keys lets choose from: roles in words, and places."""

from preo.accounts.models import RoleWord
from preo.core.access import Role
from preo.dashboard.body_fields import Cards, Choice, Select
from preo.dashboard.places import Place
from preo.editions.models import Edition

ROLE = Cards(
    "role",
    "Role",
    notes={
        RoleWord.ADMIN: "All of it, and members and API keys too.",
        RoleWord.MANAGER: "Also changes editions and the catalogue, and decides.",
        RoleWord.STAFF: "Reads everything, and does the daily work.",
        RoleWord.GUEST: "Sees which editions there are.",
    },
)


def where(place: Place) -> Select:
    """The choice between the whole organization and the editions in which the visitor is admin."""
    return Select(
        "edition_id",
        "Where",
        wide=True,
        choices=admin_editions(place),
        empty="The whole organization"
        if place.whole_role >= Role.ADMIN
        else "Choose an edition: you are no admin of the whole organization",
    )


def admin_editions(place: Place) -> list[Choice]:
    """The editions in which the visitor may give roles, the newest first."""
    mine = place.visitor.principal.narrow(Role.ADMIN, organization="organization_id", edition="id")
    rows = Edition.objects.filter(mine, organization=place.organization)
    found = rows.order_by("-start_date", "-id").only("id", "full_name")
    return [(row.api_id, row.full_name) for row in found]
