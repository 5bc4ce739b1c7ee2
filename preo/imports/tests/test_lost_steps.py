"""A step that no job works at any more fails with its reason, and goes on when staff ask for it."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from conftest import Cast
from preo.activity.models import Activity
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.outcomes import write_problems
from preo.imports.service.columns import process_columns, read_import_lines
from preo.imports.service.lost import fail_lost_steps, retry_import
from preo.imports.service.reading import read_import_file
from preo.imports.service.runs import run_import, start_import
from preo.imports.service.stages import ImportStageError
from preo.imports.service.uploads import update_import
from preo.imports.tests.factories import make_file_import, make_import
from preo.imports.tests.runs import BY, make_ready
from preo.imports.tests.staged import make_mapped
from preo.orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Unit price"
ROWS = [f"A-{place};u{place}@example.com;Day ticket;45" for place in range(6)]


def end_jobs(status: str) -> None:
    """Let every job have come to this end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status", [status]
        )


def demand_reading_of(cast: Cast) -> DataImport:
    """An import whose file is to be read, with the job for it."""
    data_import = make_file_import(
        b"Order ID,E-mail,Product,Price\n1,a@example.com,Tent,5\n", edition=cast.edition
    )
    return update_import(
        data_import_id=data_import.pk, changes={"date_order": "dmy"}, by=BY, now=timezone.now()
    )


def demand_lines_of(cast: Cast) -> DataImport:
    data_import = make_mapped(edition=cast.edition)
    return process_columns(data_import_id=data_import.pk, by=BY, now=timezone.now())


def demand_run_of(cast: Cast) -> DataImport:
    data_import = make_ready(cast, HEADER, *ROWS)
    ProductMapping.objects.update(create_product=True)
    return start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())


def cut_off_at_the_third_chunk(patch: pytest.MonkeyPatch) -> None:
    """Let the database be gone when two chunks are in."""
    write, written = write_problems, 0

    def dying(*args: Any) -> None:
        nonlocal written
        written += 1
        if written == 3:
            raise OperationalError("the connection is closed")
        write(*args)

    patch.setattr("preo.imports.running.write_problems", dying)


DEMANDS = (demand_reading_of, demand_lines_of, demand_run_of)


@pytest.mark.parametrize("status", ["todo", "doing"])
def test_a_step_whose_job_waits_or_works_is_left_alone(cast: Cast, status: str) -> None:
    imports = [demand(cast) for demand in DEMANDS]
    end_jobs(status)
    assert fail_lost_steps(now=timezone.now()) == 0
    for data_import in imports:
        stage = data_import.stage
        data_import.refresh_from_db()
        assert data_import.stage == stage


def test_columns_at_which_staff_are_at_work_are_left_alone(cast: Cast) -> None:
    make_mapped(edition=cast.edition)
    demand_lines_of(cast)
    end_jobs("succeeded")
    assert fail_lost_steps(now=timezone.now()) == 0


@pytest.mark.parametrize("demand", DEMANDS)
def test_a_step_whose_job_gave_up_fails_and_says_what_to_do(cast: Cast, demand: Any) -> None:
    data_import = demand(cast)
    end_jobs("failed")
    assert fail_lost_steps(now=timezone.now()) == 1
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.FAILED
    assert "several times" in data_import.error_message
    assert "Try again" in data_import.error_message
    [activity] = Activity.objects.filter(object_id=data_import.pk, type="data_import.failed")
    assert activity.details == {"code": "lost"}
    assert fail_lost_steps(now=timezone.now()) == 0


def test_what_did_not_fail_was_undone_or_is_not_kept_is_not_tried_again(cast: Cast) -> None:
    states: list[dict[str, Any]] = [{"stage": stage} for stage in set(ImportStage) - {"failed"}]
    states += [{"data_file": ""}, {"undo_started_at": timezone.now()}]
    for fields in states:
        data_import = make_import(edition=cast.edition, **({"stage": ImportStage.FAILED} | fields))
        with pytest.raises(ImportStageError):
            retry_import(data_import_id=data_import.pk, by=BY, now=timezone.now())


def test_an_import_that_was_cut_off_goes_on_behind_what_is_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_import = demand_run_of(cast)
    run: dict[str, Any] = {
        "data_import_id": data_import.pk,
        "generation": data_import.generation,
        "now": timezone.now(),
    }
    with monkeypatch.context() as patch:
        cut_off_at_the_third_chunk(patch)
        with pytest.raises(OperationalError):
            run_import(**run, lines=2)
    now = timezone.now()
    end_jobs("failed")
    fail_lost_steps(now=now)
    in_by_then = dict(Order.objects.values_list("external_id", "pk"))
    assert len(in_by_then) == 4

    tried = retry_import(data_import_id=data_import.pk, by=BY, now=now)
    assert (tried.stage, tried.error_message, tried.completed_at) == ("importing", "", None)
    run_import(**run)
    assert Order.objects.count() == len(in_by_then)
    run_import(**(run | {"generation": tried.generation}), lines=2)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.COMPLETED
    assert (data_import.orders_created, data_import.rows_done) == (6, 6)
    assert in_by_then.items() <= dict(Order.objects.values_list("external_id", "pk")).items()


def test_reading_and_checking_are_done_once_more(cast: Cast) -> None:
    for demand, job, stage in (
        (demand_reading_of, read_import_file, ImportStage.NEEDS_COLUMN_MAPPING),
        (demand_lines_of, read_import_lines, ImportStage.NEEDS_PRODUCT_MAPPING),
    ):
        data_import = demand(cast)
        end_jobs("failed")
        fail_lost_steps(now=timezone.now())
        tried = retry_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
        job(data_import_id=tried.pk, generation=tried.generation)
        data_import.refresh_from_db()
        assert (data_import.stage, data_import.error_message) == (stage, "")
