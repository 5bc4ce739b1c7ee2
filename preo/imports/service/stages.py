"""The stages of an import: what can be done at which, and giving it up."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from preo.activity.service import record
from preo.core.access import Principal
from preo.core.errors import ConflictError, NotFoundError
from preo.imports.models import DataImport, ImportStage

OPEN_STAGES = (
    ImportStage.UPLOADED,
    ImportStage.NEEDS_COLUMN_MAPPING,
    ImportStage.NEEDS_PRODUCT_MAPPING,
)
"""In which nothing is in yet."""


class ImportStageError(ConflictError):
    """The import is at a stage at which this cannot be done; `stage` says at which.

    What is in stays in. A file that is to be imported in another way is brought as a new import.
    """

    code = "import_stage"
    title = "The import's stage does not allow this."


@transaction.atomic
def cancel_import(*, data_import_id: uuid.UUID, by: Principal, now: dt.datetime) -> DataImport:
    """Give an import up; one that runs stops at its next chunk. What is in by then stays.

    Raises NotFoundError, and ImportStageError for one that has come to its end.
    """
    data_import = lock_import(data_import_id)
    if data_import.stage == ImportStage.CANCELLED:
        return data_import
    if data_import.stage not in (*OPEN_STAGES, ImportStage.IMPORTING):
        raise ImportStageError(extra={"stage": data_import.stage})
    data_import.stage = ImportStage.CANCELLED
    data_import.completed_at = now
    data_import.modified = now
    data_import.save(update_fields=["stage", "completed_at", "modified"])
    record_import(data_import, "cancelled", by=by)
    return data_import


def lock_import(data_import_id: uuid.UUID) -> DataImport:
    """The import, its row locked. Raises NotFoundError."""
    found = DataImport.objects.select_for_update(no_key=True).filter(pk=data_import_id).first()
    if found is None:
        raise NotFoundError
    return found


def record_import(
    data_import: DataImport,
    befell: str,
    *,
    by: Principal | None,
    changed: list[str] | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Record what befell an import: `created`, `completed` and so on. `by` is None for a job."""
    record(
        type=f"data_import.{befell}",
        organization_id=data_import.organization_id,
        edition_id=data_import.edition_id,
        object_id=data_import.pk,
        changed=changed or [],
        details=details,
        by=by,
    )
