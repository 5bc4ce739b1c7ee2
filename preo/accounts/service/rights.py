"""What holds for everything that hands out a role."""

import uuid

from preo.core.access import Principal, Role
from preo.core.errors import InvalidError, RoleError, not_an_id
from preo.editions.models import Edition


def check_grant(
    *,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID | None,
    role: Role,
    by: Principal | None,
) -> None:
    """Refuse who may not give this role there: only admins give any, and none above their own.

    `by` is None for the system itself. Raises InvalidError for an organization or edition that
    the giver may not know of and for an edition of another organization, else RoleError.
    """
    if by is not None and organization_id not in by.known_organization_ids():
        raise InvalidError(errors=[not_an_id("/organization_id", "organization")])
    if edition_id is not None:
        mine = Edition.objects.filter(pk=edition_id, organization=organization_id)
        hidden = by is not None and by.role_in(organization_id, edition_id) < Role.GUEST
        if hidden or not mine.exists():
            raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    if by is None:
        return
    own = by.role_in(organization_id, edition_id)
    if own < Role.ADMIN:
        raise RoleError("This needs the role admin there.")
    if role > own:
        raise RoleError("Nobody can give a role above their own.")
