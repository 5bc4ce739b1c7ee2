"""Writing locations."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from preo.catalog.models import Location
from preo.catalog.service.rows import change_row, create_row, delete_row, lock_row
from preo.core.access import Principal
from preo.editions.service import edition_to_write_in


@transaction.atomic
def create_location(
    *,
    edition_id: uuid.UUID,
    name: str,
    is_draft: bool = False,
    by: Principal,
    now: dt.datetime,
) -> Location:
    """Raises InvalidError and RoleError as `edition_to_write_in` does."""
    edition = edition_to_write_in(edition_id=edition_id, by=by)
    location = Location(
        organization_id=edition.organization_id,
        edition=edition,
        name=name,
        is_draft=is_draft,
        created=now,
        modified=now,
    )
    return create_row(location, by=by)


@transaction.atomic
def update_location(
    *, location_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Location:
    """Raises NotFoundError."""
    return change_row(lock_row(Location, location_id), changes, by=by, now=now)


@transaction.atomic
def delete_location(*, location_id: uuid.UUID, by: Principal) -> None:
    """Raises NotFoundError, StillReferredToError."""
    delete_row(Location, location_id, by=by)
