"""What the writes of all nouns of the catalogue have in common."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from preo.activity.service import record
from preo.catalog.models import Category, Location, Product, Vendor
from preo.catalog.service.conflicts import codes_kept_apart, refuse_if_referred
from preo.core.access import Principal
from preo.core.errors import NotFoundError

Noun = TypeVar("Noun", Product, Category, Vendor, Location)


def lock_row(model: type[Noun], key: uuid.UUID) -> Noun:
    """The row, which nobody else changes or deletes from now on. Raises NotFoundError.

    Orders that refer to it need not wait.
    """
    row = model._default_manager.select_for_update(no_key=True).filter(pk=key).first()
    if row is None:
        raise NotFoundError
    return row


def create_row(row: Noun, *, by: Principal) -> Noun:
    """Save a new row. Raises CodeTakenError."""
    with codes_kept_apart(row):
        row.save(force_insert=True)
    record_change(row, "created", by=by)
    return row


def change_row(row: Noun, changes: Mapping[str, Any], *, by: Principal, now: dt.datetime) -> Noun:
    """Change what `changes` names, by columns. Raises CodeTakenError."""
    changed = set_columns(row, changes)
    if changed:
        save_changed(row, now=now)
        record_change(row, "updated", by=by, changed=changed)
    return row


def set_columns(row: Noun, wanted: Mapping[str, Any]) -> list[str]:
    """Set what differs, without saving; the names of it."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def save_changed(row: Noun, *, now: dt.datetime) -> None:
    """Raises CodeTakenError."""
    row.modified = now
    with codes_kept_apart(row):
        row.save(force_update=True)


def delete_row(model: type[Noun], key: uuid.UUID, *, by: Principal) -> None:
    """Delete a row to which nothing refers. Raises NotFoundError, StillReferredToError."""
    row = model._default_manager.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFoundError
    refuse_if_referred([row])
    record_change(row, "deleted", by=by)
    row.delete()


def record_change(
    row: Product | Category | Vendor | Location,
    happened: str,
    *,
    by: Principal,
    changed: Sequence[str] = (),
) -> None:
    record(
        type=f"{row._meta.model_name}.{happened}",
        organization_id=row.organization_id,
        edition_id=None if isinstance(row, Vendor) else row.edition_id,
        object_id=row.pk,
        changed=changed,
        by=by,
    )
