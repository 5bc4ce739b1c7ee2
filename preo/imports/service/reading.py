"""The job that reads a file into rows."""

import uuid

from django.db import InterfaceError, OperationalError, transaction

from preo.core import jobs
from preo.imports.columns.suggesting import suggest
from preo.imports.files import staging
from preo.imports.files.detection import detect
from preo.imports.files.problems import UnreadableFileError
from preo.imports.models import DataImport, ImportStage
from preo.imports.service.stages import record_import


def demand_reading(data_import: DataImport) -> None:
    """Let the file be read from its beginning; a reading that is under way is void."""
    data_import.stage = ImportStage.UPLOADED
    data_import.generation += 1
    data_import.detected = {}
    data_import.columns = []
    data_import.mappings = []
    data_import.problem_counts = {}
    data_import.error_message = ""
    data_import.row_count = data_import.order_count = None
    data_import.rows_done = data_import.rows_failed = data_import.next_order = 0
    jobs.defer(
        "imports.read_file",
        data_import_id=str(data_import.pk),
        generation=data_import.generation,
    )


def read_import_file(*, data_import_id: uuid.UUID, generation: int) -> None:
    """The job: find out how the file is to be read, put its rows into the database, suggest a mapping.

    Nothing happens where this generation is no longer wanted. A job that comes back because its
    worker died goes on behind the last chunk that is in.
    """
    wanted = DataImport.objects.filter(
        pk=data_import_id, generation=generation, stage=ImportStage.UPLOADED
    )
    data_import = wanted.first()
    if data_import is None:
        return
    try:
        _read(data_import)
    except staging.VoidError:
        return
    except UnreadableFileError as error:
        _fail(data_import, error.code, error.message)
    except FileNotFoundError:
        _fail(data_import, "file_missing", "The file is no longer in storage. Bring it again.")
    except (OperationalError, InterfaceError):
        raise  # the connection is lost: the job is tried again
    except Exception:
        _fail(data_import, "unexpected", "Something went wrong on our side.")
        raise


def _read(data_import: DataImport) -> None:
    if not data_import.rows_done:
        found = detect(data_import.data_file, data_import.data_file_name or "", data_import.chosen)
        data_import.detected = found.as_json()
        _keep(data_import, "detected")
    if data_import.row_count is None:
        staging.stage(data_import)
    suggestion = suggest(data_import.columns, data_import.organization_id)
    data_import.mappings = suggestion.mappings
    data_import.detected["grouping"] = suggestion.grouping
    data_import.source = data_import.source or suggestion.source or ""
    data_import.stage = ImportStage.NEEDS_COLUMN_MAPPING
    _keep(data_import, "mappings", "detected", "source", "stage")


@transaction.atomic
def _keep(data_import: DataImport, *fields: str) -> None:
    """Raises VoidError where this reading is no longer wanted."""
    wanted = DataImport.objects.filter(
        pk=data_import.pk, generation=data_import.generation, stage=ImportStage.UPLOADED
    )
    if not wanted.update(**{field: getattr(data_import, field) for field in fields}):
        raise staging.VoidError


@transaction.atomic
def _fail(data_import: DataImport, code: str, message: str) -> None:
    wanted = DataImport.objects.filter(
        pk=data_import.pk, generation=data_import.generation, stage=ImportStage.UPLOADED
    )
    if wanted.update(stage=ImportStage.FAILED, error_message=message, rows_done=0, columns=[]):
        staging.clear(data_import)
        record_import(data_import, "failed", by=None, details={"code": code})
