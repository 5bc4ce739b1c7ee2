"""Old files and rows go after their time; what became of the orders stays."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import Cast
from preo.activity.models import Activity
from preo.core.errors import NotFoundError
from preo.imports.files import store
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportLine,
    ImportProblem,
    ImportRow,
    ImportStage,
)
from preo.imports.service import retention
from preo.imports.service.runs import report_failed_rows
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.runs import make_ready, run_all
from preo.orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Unit price"
NOW = dt.datetime(2026, 11, 21, 3, 15, tzinfo=dt.UTC)
DAYS = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.IMPORT_UNDO_DAYS, settings.KEEP_IMPORT_FILES = 30, 90 * DAYS


def left(data_import: DataImport) -> list[int]:
    """How many rows, lines and problems of it there are."""
    tables: list[Any] = [ImportRow, ImportLine, ImportProblem]
    return [model.objects.filter(data_import=data_import).count() for model in tables]


def make_ended(cast: Cast, ended: dt.datetime, **fields: Any) -> DataImport:
    """An import of one good order and a bad one that came to its end at this moment."""
    rows = ["A-1;zoe@example.com;Day ticket;45", "A-2;ann@example.com;Day ticket;x"]
    data_import = make_ready(cast, HEADER, *rows)
    DataImport.objects.filter(pk=data_import.pk).update(completed_at=ended, **fields)
    return data_import


def test_nothing_goes_before_its_time_and_nothing_that_runs(
    cast: Cast, storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    young = make_ended(cast, NOW - 119 * DAYS, stage=ImportStage.COMPLETED)
    running = make_ended(cast, NOW - 900 * DAYS, stage=ImportStage.IMPORTING)
    kept = make_file_import(b"order,name\n1,Ann\n", edition=cast.edition)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.delete_old_files(now=NOW) == 0
    assert left(young) == left(running) == [2, 2, 1]
    assert (storage / kept.data_file).exists()


def test_past_its_time_an_import_keeps_what_became_of_its_orders_alone(
    cast: Cast,
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    stored = make_file_import(b"order,name\n1,Ann\n", edition=cast.edition)
    data_import = make_ready(
        cast, HEADER, "A-1;zoe@example.com;Day ticket;45", "A-2;x;Day ticket;4"
    )
    data_import.data_file = stored.data_file
    data_import.save()
    stored.delete()
    run_all(data_import)
    other = make_ended(cast, NOW, stage=ImportStage.COMPLETED)
    raw = list(ImportedOrder.objects.values_list("raw", flat=True))
    DataImport.objects.filter(pk=data_import.pk).update(
        completed_at=NOW - 121 * DAYS, rows_failed=1
    )
    ImportedOrder.objects.update(before={"orders_order": []})
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.delete_old_files(now=NOW) == 1
    assert left(data_import) == [0, 0, 0]
    assert left(other) == [2, 2, 1]
    assert not (storage / stored.data_file).exists()
    data_import.refresh_from_db()
    assert (data_import.data_file, data_import.stage) == ("", ImportStage.COMPLETED)
    assert [column["samples"] for column in data_import.columns] == [[]] * 4
    assert Order.objects.count() == ImportedOrder.objects.count() == len(raw)
    assert list(ImportedOrder.objects.values_list("raw", "before")) == [(one, None) for one in raw]
    assert retention.delete_old_files(now=NOW) == 0


def test_what_the_last_night_left_behind_goes_in_the_next(cast: Cast) -> None:
    data_import = make_ended(cast, NOW - 121 * DAYS, stage=ImportStage.COMPLETED, data_file="")
    assert retention.delete_old_files(now=NOW) == 1
    assert left(data_import) == [0, 0, 0]


def test_an_import_that_nobody_went_on_with_is_cancelled(cast: Cast) -> None:
    data_import = make_ready(cast, HEADER, "A-1;zoe@example.com;Day ticket;45")
    DataImport.objects.filter(pk=data_import.pk).update(modified=NOW - 121 * DAYS)
    assert retention.delete_old_files(now=NOW) == 1
    data_import.refresh_from_db()
    assert (data_import.stage, data_import.completed_at) == (
        ImportStage.CANCELLED,
        NOW - 121 * DAYS,
    )
    [activity] = Activity.objects.filter(object_id=data_import.pk, type="data_import.cancelled")
    assert activity.details == {"code": "abandoned"}


def test_of_rows_that_are_not_kept_there_is_no_report(cast: Cast) -> None:
    data_import = make_ended(cast, NOW, stage=ImportStage.COMPLETED, rows_failed=1, data_file="")
    data_import.refresh_from_db()
    with pytest.raises(NotFoundError):
        report_failed_rows(data_import=data_import)


def test_a_file_that_no_import_names_goes_after_a_day(cast: Cast, storage: Path) -> None:
    now = timezone.now()
    named = make_file_import(b"order,name\n1,Ann\n", edition=cast.edition).data_file
    cut_off, fresh = f"{Path(named).parent}/cut-off", f"{Path(named).parent}/fresh"
    for name in (cut_off, fresh):
        (storage / name).write_bytes(b"order,name\n")
    for name, hours in ((named, 25), (cut_off, 25), (fresh, 23)):
        written = (now - dt.timedelta(hours=hours)).timestamp()
        os.utime(storage / name, (written, written))
    assert sorted(store.list_files()) == sorted([named, cut_off, fresh])
    retention.delete_old_files(now=now)
    assert sorted(store.list_files()) == sorted([named, fresh])


def test_the_nightly_purge_lets_a_job_do_it(cast: Cast) -> None:
    make_ended(cast, NOW - 121 * DAYS, stage=ImportStage.COMPLETED)
    assert retention.purge_imports(now=NOW) == 1
    assert list(DataImport.objects.values_list("data_file", flat=True)) == ["imports/staged"]
    [job] = ProcrastinateJob.objects.filter(task_name="imports.purge")
    assert job.args == {"now": NOW.isoformat()}
