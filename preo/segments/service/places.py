"""The organization and edition that a request names: whether the caller may read or write there."""

import uuid

from preo.core.access import Principal, Role
from preo.core.errors import InvalidError, RoleError, not_an_id
from preo.editions.models import Edition
from preo.organizations.models import Organization

Place = tuple[Organization, Edition | None]


def place_for(
    *,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID | None,
    least: Role,
    by: Principal,
    pointer: str = "/",
) -> Place:
    """The organization, and the edition if one is named. `pointer` stands before the fields' names.

    Raises InvalidError for what the caller may not know of, RoleError where the caller may know of it
    but the role is too low: without an edition that is the role in the whole organization.
    """
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None or organization_id not in by.known_organization_ids():
        raise InvalidError(errors=[not_an_id(f"{pointer}organization_id", "organization")])
    if edition_id is None:
        if by.role_in(organization_id) < least:
            raise RoleError(f"This needs the role {least.word} in the whole organization.")
        return organization, None
    return organization, edition_for(
        organization=organization, edition_id=edition_id, least=least, by=by, pointer=pointer
    )


def edition_for(
    *,
    organization: Organization,
    edition_id: uuid.UUID,
    least: Role,
    by: Principal,
    pointer: str = "/",
) -> Edition:
    """An edition of the organization. Raises as `place_for` does."""
    edition = Edition.objects.filter(organization=organization, pk=edition_id).first()
    role = by.role_in(organization.pk, edition.pk) if edition else Role.NONE
    if edition is None or role < Role.GUEST:
        raise InvalidError(errors=[not_an_id(f"{pointer}edition_id", "edition")])
    if role < least:
        raise RoleError(f"This needs the role {least.word} in the edition.")
    return edition
