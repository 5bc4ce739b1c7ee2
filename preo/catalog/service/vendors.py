"""Writing vendors."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from preo.catalog.models import Vendor
from preo.catalog.service.rows import change_row, create_row, delete_row, lock_row
from preo.core.access import Principal
from preo.editions.service import require_manager


@transaction.atomic
def create_vendor(
    *,
    organization_id: uuid.UUID,
    name: str,
    code: str | None = None,
    by: Principal,
    now: dt.datetime,
) -> Vendor:
    """Raises InvalidError and RoleError as `require_manager` does, and CodeTakenError."""
    require_manager(organization_id=organization_id, by=by)
    vendor = Vendor(
        organization_id=organization_id, name=name, code=code, created=now, modified=now
    )
    return create_row(vendor, by=by)


@transaction.atomic
def update_vendor(
    *, vendor_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Vendor:
    """Raises NotFoundError, CodeTakenError."""
    return change_row(lock_row(Vendor, vendor_id), changes, by=by, now=now)


@transaction.atomic
def delete_vendor(*, vendor_id: uuid.UUID, by: Principal) -> None:
    """Raises NotFoundError, StillReferredToError."""
    delete_row(Vendor, vendor_id, by=by)
