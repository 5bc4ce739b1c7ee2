"""Taking an import back: looking ahead, asking for it, and the job that does it."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from preo.core import jobs
from preo.core.access import Principal
from preo.core.errors import ConflictError
from preo.core.foreign_keys import check_foreign_keys
from preo.customers.locks import hold_people, share_people
from preo.imports.models import DataImport, ImportedPart, ImportService, ImportStage
from preo.imports.service.stages import ImportStageError, lock_import, record_import
from preo.imports.undo.counts import add_counts
from preo.imports.undo.looking import Prospect, look_ahead, look_back
from preo.imports.undo.orders import take_back_orders
from preo.imports.undo.parts import take_back_categories, take_back_part

ORDERS = 5_000
"""Orders that one transaction takes back."""
OVER = (ImportStage.COMPLETED, ImportStage.FAILED, ImportStage.CANCELLED)


class ImportUndoneError(ConflictError):
    """An import is taken back once; `undone_at` says when that was.

    The same file can be imported again.
    """

    code = "import_undone"
    title = "The import has been undone."


class ImportUndoExpiredError(ConflictError):
    """An import can be undone for some days after its end; `undo_until` says until when.

    After that what its orders were before is not kept any more.
    """

    code = "import_undo_expired"
    title = "The import is too old to be undone."


class ImportNotKeptError(ConflictError):
    """What another system sent by `external-orders` cannot be undone: the system would send it again.

    Let the other system send the orders as they are to be, such as cancelled.
    """

    code = "import_not_kept"
    title = "This is no import of a file."


def look_at_undo(*, data_import: DataImport, now: dt.datetime) -> Prospect:
    """What an undo would take back and keep. Raises what `start_undo` raises."""
    _check(data_import, now)
    return look_ahead(data_import)


def read_undo(*, data_import: DataImport) -> Prospect:
    """What the import's undo has taken back and kept so far."""
    return look_back(data_import)


@transaction.atomic
def start_undo(*, data_import_id: uuid.UUID, by: Principal, now: dt.datetime) -> DataImport:
    """Let the import be taken back by a job that is queued in this transaction.

    Asked again, one that was cut off goes on where it was. Raises NotFoundError, ImportStageError,
    ImportUndoneError, ImportUndoExpiredError and ImportNotKeptError.
    """
    data_import = lock_import(data_import_id)
    _check(data_import, now)
    data_import.generation += 1
    if data_import.undo_started_at is None:
        data_import.undo_started_at = now
        record_import(data_import, "undo_started", by=by)
    data_import.modified = now
    data_import.save(update_fields=["generation", "undo_started_at", "modified"])
    jobs.defer(
        "imports.undo", data_import_id=str(data_import.pk), generation=data_import.generation
    )
    return data_import


def run_undo(
    *, data_import_id: uuid.UUID, generation: int, now: dt.datetime, orders: int = ORDERS
) -> None:
    """The job: take back from the checkpoint on, a part in each transaction, and say so at the end.

    Nothing happens where this generation is no longer wanted.
    """
    wanted = _Wanted(data_import_id, generation)
    while _take_back(wanted, share_people, lambda row: take_back_orders(row, limit=orders)):
        pass
    # Who is deleted must not have been found by an import that has yet to refer to him.
    while _take_back(wanted, hold_people, lambda row: take_back_part(row, now=now)):
        pass
    _finish(wanted, now)


def can_be_undone(data_import: DataImport, now: dt.datetime) -> bool:
    """Whether `start_undo` would take it."""
    try:
        _check(data_import, now)
    except ConflictError:
        return False
    return True


def undo_until(data_import: DataImport) -> dt.datetime:
    """Until when an import that is over can be undone."""
    ended = data_import.completed_at or data_import.modified
    return ended + dt.timedelta(days=settings.IMPORT_UNDO_DAYS)


def _check(data_import: DataImport, now: dt.datetime) -> None:
    if data_import.service == ImportService.EXTERNAL:
        raise ImportNotKeptError
    if data_import.stage not in OVER:
        raise ImportStageError(extra={"stage": data_import.stage})
    if data_import.undone_at is not None:
        raise ImportUndoneError(extra={"undone_at": data_import.undone_at})
    until = undo_until(data_import)
    if data_import.undo_started_at is None and until < now:
        raise ImportUndoExpiredError(extra={"undo_until": until})


class _Wanted(NamedTuple):
    """What a job was asked for."""

    data_import_id: uuid.UUID
    generation: int


@transaction.atomic
def _take_back(
    wanted: _Wanted,
    lock_people: Callable[[uuid.UUID], None],
    part: Callable[[DataImport], Mapping[str, int] | None],
) -> bool:
    """One part with its checkpoint; whether there may be another of the kind.

    The checkpoint is read under the lock: of two runs of one demand each goes on behind the other.
    """
    data_import = _lock(wanted, lock_people)
    done = part(data_import) if data_import else None
    if data_import is None or done is None:
        return False
    data_import.undo_counts = add_counts(data_import.undo_counts, done)
    data_import.save(update_fields=["undo_after", "undo_counts"])
    check_foreign_keys()
    return True


@transaction.atomic
def _finish(wanted: _Wanted, now: dt.datetime) -> None:
    data_import = _lock(wanted, hold_people)
    if data_import is None:
        return
    done = take_back_categories(data_import)
    ImportedPart.objects.filter(data_import=data_import).delete()
    data_import.undo_counts = add_counts(data_import.undo_counts, done)
    data_import.undone_at = now
    data_import.save(update_fields=["undo_counts", "undone_at"])
    record_import(data_import, "undone", by=None, details=data_import.undo_counts)


def _lock(wanted: _Wanted, lock_people: Callable[[uuid.UUID], None]) -> DataImport | None:
    """The import, its row locked after its people; None where this is not wanted any more."""
    rows = DataImport.objects.filter(
        pk=wanted.data_import_id,
        generation=wanted.generation,
        undo_started_at__isnull=False,
        undone_at__isnull=True,
    )
    for organization_id in rows.values_list("organization_id", flat=True):
        lock_people(organization_id)
    return rows.select_for_update(no_key=True).first()
