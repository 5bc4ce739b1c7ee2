"""Starting an import, and the job that brings its orders in."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from preo.core import jobs
from preo.core.access import Principal
from preo.core.errors import NotFoundError
from preo.imports.files.staging import VoidError
from preo.imports.models import DataImport, ImportStage
from preo.imports.preview import PreviewOrder, count_orders, preview_orders
from preo.imports.products.matching import settle_products
from preo.imports.products.saved import save_products
from preo.imports.report import Report, write_report
from preo.imports.running import bring_in, lock_wanted
from preo.imports.service.stages import ImportStageError, lock_import, record_import
from preo.orders.outside.chunks import LINES


@dataclass(frozen=True, slots=True)
class Preview:
    count: int
    """Of all orders of the file."""
    orders: list[PreviewOrder]


def preview_import(
    *, data_import: DataImport, offset: int, limit: int, now: dt.datetime
) -> Preview:
    """A page of what the import would do. Raises ImportStageError."""
    if data_import.stage != ImportStage.NEEDS_PRODUCT_MAPPING:
        raise ImportStageError(extra={"stage": data_import.stage})
    orders = preview_orders(data_import, offset=offset, limit=limit, now=now)
    return Preview(count_orders(data_import), orders)


def has_report(data_import: DataImport) -> bool:
    """Whether there are failed rows to give back."""
    return bool(data_import.rows_failed and data_import.data_file)


def report_failed_rows(*, data_import: DataImport) -> Report:
    """The file of failed rows. Raises NotFoundError where none failed, or none is kept."""
    if not has_report(data_import):
        raise NotFoundError("No row of this import has failed, or its rows are not kept any more.")
    return write_report(data_import)


@transaction.atomic
def start_import(*, data_import_id: uuid.UUID, by: Principal, now: dt.datetime) -> DataImport:
    """Let the orders be brought in by a job that is queued in this transaction.

    A product that nobody decided on is the one of the same code or name, if there is one; from
    now on it stays so. Raises NotFoundError and ImportStageError.
    """
    data_import = lock_import(data_import_id)
    if data_import.stage != ImportStage.NEEDS_PRODUCT_MAPPING:
        raise ImportStageError(extra={"stage": data_import.stage})
    settle_products(data_import)
    save_products(data_import)
    data_import.stage = ImportStage.IMPORTING
    data_import.generation += 1
    data_import.rows_done = data_import.rows_failed = data_import.next_order = 0
    data_import.started_at = data_import.modified = now
    data_import.save(force_update=True)
    record_import(data_import, "started", by=by)
    jobs.defer("imports.run", data_import_id=str(data_import.pk), generation=data_import.generation)
    return data_import


def run_import(
    *, data_import_id: uuid.UUID, generation: int, now: dt.datetime, lines: int = LINES
) -> None:
    """The job: bring the orders in from the checkpoint on, and say so at the end.

    Nothing happens where this generation is no longer wanted.
    """
    data_import = (
        DataImport.objects.select_related("edition")
        .filter(pk=data_import_id, generation=generation, stage=ImportStage.IMPORTING)
        .first()
    )
    if data_import is None:
        return
    try:
        bring_in(data_import, now=now, lines=lines)
        _complete(data_import, now)
    except VoidError:
        return
    except (OperationalError, InterfaceError):
        raise  # the connection is lost: the job is tried again
    except Exception:
        _fail(data_import, now)
        raise


@transaction.atomic
def _complete(data_import: DataImport, now: dt.datetime) -> None:
    lock_wanted(data_import)
    data_import.stage = ImportStage.COMPLETED
    data_import.rows_done = data_import.row_count or data_import.rows_done
    data_import.completed_at = now
    data_import.save(update_fields=["stage", "rows_done", "completed_at"])
    record_import(data_import, "completed", by=None, details=_counts(data_import))


@transaction.atomic
def _fail(data_import: DataImport, now: dt.datetime) -> None:
    """What is in stays in."""
    wanted = DataImport.objects.filter(
        pk=data_import.pk, generation=data_import.generation, stage=ImportStage.IMPORTING
    )
    if wanted.update(
        stage=ImportStage.FAILED,
        error_message="Something went wrong on our side.",
        completed_at=now,
    ):
        record_import(data_import, "failed", by=None, details={"code": "unexpected"})


def _counts(data_import: DataImport) -> dict[str, int]:
    return {
        "created": data_import.orders_created,
        "updated": data_import.orders_updated,
        "unchanged": data_import.orders_unchanged,
        "failed": data_import.orders_failed,
    }
