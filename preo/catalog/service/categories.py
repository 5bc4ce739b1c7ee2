"""Writing categories."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from preo.catalog.models import Category
from preo.catalog.service.rows import change_row, create_row, delete_row, lock_row
from preo.core.access import Principal
from preo.editions.service import edition_to_write_in


@transaction.atomic
def create_category(
    *,
    edition_id: uuid.UUID,
    name: Mapping[str, str],
    position: int | None = None,
    by: Principal,
    now: dt.datetime,
) -> Category:
    """A heading at its position, or after all others. Raises as `edition_to_write_in` does."""
    edition = edition_to_write_in(edition_id=edition_id, by=by)
    if position is None:
        mine = Category.objects.filter(organization=edition.organization_id, edition=edition)
        last = mine.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
    category = Category(
        organization_id=edition.organization_id,
        edition=edition,
        name=name,
        position=position,
        created=now,
        modified=now,
    )
    return create_row(category, by=by)


@transaction.atomic
def update_category(
    *, category_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Category:
    """Change the position, or all texts of the name. Raises NotFoundError."""
    return change_row(lock_row(Category, category_id), changes, by=by, now=now)


@transaction.atomic
def delete_category(*, category_id: uuid.UUID, by: Principal) -> None:
    """Raises NotFoundError, StillReferredToError where products stand under it."""
    delete_row(Category, category_id, by=by)
