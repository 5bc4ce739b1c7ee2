"""The buttons that lead to new rows, shown to those alone whom the API lets make them."""

from django.urls import reverse

from preo.core.access import Role
from preo.dashboard.listing_page import Way
from preo.dashboard.places import Place
from preo.editions.models import Edition

SHOWN = 50
"""So many editions are offered, the newest."""


def ways_in_editions(place: Place, page: str, label: str) -> list[Way]:
    """To a new row of this edition; over all editions, of each in which the visitor may write.

    `page` is the name of the address, `label` what the button says.
    """
    if place.edition:
        if place.role < Role.MANAGER:
            return []
        return [Way(label, _url(page, place, place.edition.slug))]
    mine = place.visitor.principal.narrow(
        Role.MANAGER, organization="organization_id", edition="id"
    )
    editions = Edition.objects.filter(mine, organization=place.organization)
    newest = list(editions.order_by("-start_date", "-id")[:SHOWN].only("full_name", "slug"))
    if len(newest) == 1:
        return [Way(label, _url(page, place, newest[0].slug))]
    return [Way(edition.full_name, _url(page, place, edition.slug)) for edition in newest]


def ways_in_organization(place: Place, page: str, label: str) -> list[Way]:
    """To a new row of the whole organization."""
    if place.whole_role < Role.MANAGER:
        return []
    return [Way(label, reverse(f"dashboard:{page}", args=[place.organization.slug]))]


def _url(page: str, place: Place, edition: str) -> str:
    return reverse(f"dashboard:{page}", args=[place.organization.slug, edition])
