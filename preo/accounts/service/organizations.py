"""An organization's settings, which its admins keep.

Here and not beside the table, because what changes is recorded: activities stand above
organizations.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from preo.activity.service import record
from preo.core.access import Principal, Role
from preo.core.errors import NotFoundError, RoleError
from preo.organizations.models import Organization


@transaction.atomic
def update_organization(
    *, organization_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Organization:
    """Change name, default language or currency; the last two count for what is made later.

    Raises NotFoundError, and RoleError for who is no admin of the whole organization.
    """
    rows = Organization.objects.select_for_update(no_key=True)
    organization = rows.filter(pk=organization_id).first()
    if organization is None:
        raise NotFoundError
    if by.role_in(organization_id) < Role.ADMIN:
        raise RoleError("This needs the role admin in the whole organization.")
    changed = [name for name, value in changes.items() if getattr(organization, name) != value]
    if not changed:
        return organization
    for name in changed:
        setattr(organization, name, changes[name])
    organization.modified = now
    organization.save(update_fields=[*changed, "modified"])
    record(
        type="organization.updated",
        organization_id=organization_id,
        object_id=organization_id,
        changed=changed,
        by=by,
    )
    return organization
