"""What is not kept for ever: files and rows of old imports, and files that no import names."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from preo.core import jobs
from preo.imports.files import store
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportedPart,
    ImportLine,
    ImportProblem,
    ImportRow,
    ImportStage,
)
from preo.imports.service.stages import OPEN_STAGES, record_import

AT_ONCE = 50_000
"""Rows that one transaction deletes."""
_NAMES_AT_ONCE = 1_000
_OF_ROWS = (ImportLine, ImportProblem, ImportRow)

logger = logging.getLogger("preo.purge")


def purge_imports(*, now: dt.datetime) -> int:
    """Let a job delete what is past its time; returns how many imports that is.

    A million rows take longer than the nightly purge should hold its transaction.
    """
    jobs.defer("imports.purge", now=now.isoformat())
    return _due(now).count()


def delete_old_files(*, now: dt.datetime) -> int:
    """Delete files and rows of imports past their time, and nameless files. Returns how many imports.

    An import that nobody went on with for as long is cancelled: it has no rows to go on with. What
    became of its orders stays, with the rows they were made of.
    """
    due = list(_due(now).values_list("pk", flat=True))
    for key in due:
        purge_import(data_import_id=key, now=now)
    nameless = sum(_delete_nameless(now))
    logger.info("imports purged", extra={"imports": len(due), "nameless_files": nameless})
    return len(due)


def purge_import(*, data_import_id: uuid.UUID, now: dt.datetime) -> None:
    """Delete the import's file and rows, a part in each transaction; twice is no mistake."""
    _delete_file(data_import_id, now)
    for model in _OF_ROWS:
        table = model._meta.db_table
        while _delete_some(table, data_import_id):
            pass
    # What an order was before, and what came besides orders, is there for undo alone.
    ImportedPart.objects.filter(data_import=data_import_id).delete()
    ImportedOrder.objects.filter(data_import=data_import_id, before__isnull=False).update(
        before=None
    )


def _due(now: dt.datetime) -> QuerySet[DataImport]:
    """Imports past their time of which a file or rows are there."""
    before = now - dt.timedelta(days=settings.IMPORT_UNDO_DAYS) - settings.KEEP_IMPORT_FILES
    left = [Exists(model._default_manager.filter(data_import=OuterRef("pk"))) for model in _OF_ROWS]
    return (
        DataImport.objects.alias(ended=Coalesce("completed_at", "modified"))
        .exclude(stage=ImportStage.IMPORTING)
        .filter(~Q(data_file="") | left[0] | left[1] | left[2], ended__lt=before)
        .order_by("id")
    )


@transaction.atomic
def _delete_file(data_import_id: uuid.UUID, now: dt.datetime) -> None:
    """The row says first that the file is gone: a file that is left behind is found as nameless."""
    data_import = _due(now).select_for_update(no_key=True, of=("self",)).filter(pk=data_import_id)
    found = data_import.first()
    if found is None:
        return
    key, found.data_file = found.data_file, ""
    # Written down, or this very change would count as the last that befell it.
    found.completed_at = found.completed_at or found.modified
    found.columns = [{**column, "samples": []} for column in found.columns]
    if found.stage in OPEN_STAGES:
        found.stage = ImportStage.CANCELLED
        record_import(found, "cancelled", by=None, details={"code": "abandoned"})
    found.save(update_fields=["data_file", "columns", "stage", "completed_at"])
    if key:
        transaction.on_commit(lambda: store.delete_file(key), robust=True)


@transaction.atomic
def _delete_some(table: str, data_import_id: uuid.UUID) -> bool:
    """Whether there may be more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM {table}
            WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {table} WHERE data_import_id = %s LIMIT {AT_ONCE}
            ))
            """,  # noqa: S608 - a table of ours
            [data_import_id],
        )
        return bool(cursor.rowcount >= AT_ONCE)


def _delete_nameless(now: dt.datetime) -> Iterator[int]:
    """Delete files that no import names: their upload, or their deletion, was cut off. How many."""
    files = store.list_files()
    while names := list(islice(files, _NAMES_AT_ONCE)):
        rows = DataImport.objects.filter(data_file__in=names)
        nameless = set(names) - set(rows.values_list("data_file", flat=True))
        old = [
            name for name in nameless if store.kept_since(name) < now - settings.KEEP_NAMELESS_FILES
        ]
        for name in old:
            store.delete_file(name)
        yield len(old)
