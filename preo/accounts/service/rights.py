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
    """Raises InvalidError for an edition of another organization, RoleError for a role above
    the giver's own there. `by` is None for the system itself."""
    if edition_id is not None:
        mine = Edition.objects.filter(pk=edition_id, organization=organization_id)
        if not mine.exists():
            raise InvalidError(errors=[not_an_id("/edition_id", "edition")])
    if by is not None and role > by.role_in(organization_id, edition_id):
        raise RoleError("Nobody can give a role above their own.")
