"""Steps that came to no end: failed with the reason in words, and tried again when staff ask for it."""

import datetime as dt
import uuid

from django.db import transaction

from preo.core import jobs
from preo.core.access import Principal
from preo.imports.models import DataImport, ImportStage
from preo.imports.queries import without_a_job
from preo.imports.service.columns import demand_lines
from preo.imports.service.reading import demand_reading
from preo.imports.service.stages import ImportStageError, lock_import, record_import

WHY = {
    ImportStage.UPLOADED: (
        "Reading the file was begun several times and never came to its end: our server was stopped, "
        "or the database could not be reached. Try again."
    ),
    ImportStage.NEEDS_COLUMN_MAPPING: (
        "Checking the rows was begun several times and never came to its end: our server was "
        "stopped, or the database could not be reached. Try again."
    ),
    ImportStage.IMPORTING: (
        "The import was begun several times and was cut off each time: our server was stopped, or "
        "the database could not be reached. What is in stays in. Try again: it goes on from there."
    ),
}


def fail_lost_steps(*, now: dt.datetime) -> int:
    """Fail imports at which no job works any more; returns how many."""
    return sum(_fail(key, now) for key in list(without_a_job().values_list("pk", flat=True)))


@transaction.atomic
def _fail(data_import_id: uuid.UUID, now: dt.datetime) -> bool:
    lost = without_a_job().select_for_update(no_key=True, of=("self",)).filter(pk=data_import_id)
    data_import = lost.first()
    if data_import is None:
        return False
    data_import.error_message = WHY[ImportStage(data_import.stage)]
    if data_import.stage == ImportStage.IMPORTING:
        data_import.completed_at = now
    data_import.stage = ImportStage.FAILED
    data_import.save(update_fields=["stage", "error_message", "completed_at"])
    record_import(data_import, "failed", by=None, details={"code": "lost"})
    return True


@transaction.atomic
def retry_import(*, data_import_id: uuid.UUID, by: Principal, now: dt.datetime) -> DataImport:
    """Let the step that failed be done again: reading the file, checking its rows, or importing.

    An import goes on behind the last orders that are in; nothing is taken in twice. Raises
    NotFoundError, and ImportStageError for one that has not failed, was undone, or whose file is no
    longer kept.
    """
    data_import = lock_import(data_import_id)
    if data_import.stage != ImportStage.FAILED or not is_retriable(data_import):
        raise ImportStageError(extra={"stage": data_import.stage})
    data_import.error_message = ""
    data_import.completed_at = None
    data_import.modified = now
    if data_import.started_at is not None:
        data_import.stage = ImportStage.IMPORTING
        data_import.generation += 1
        jobs.defer(
            "imports.run", data_import_id=str(data_import.pk), generation=data_import.generation
        )
    elif data_import.mappings:
        data_import.stage = ImportStage.NEEDS_COLUMN_MAPPING
        demand_lines(data_import)
    else:
        demand_reading(data_import)
    data_import.save(force_update=True)
    record_import(data_import, "updated", by=by, changed=["stage"])
    return data_import


def is_retriable(data_import: DataImport) -> bool:
    """Whether a failed import has all that its step needs."""
    return bool(data_import.data_file) and data_import.undo_started_at is None
