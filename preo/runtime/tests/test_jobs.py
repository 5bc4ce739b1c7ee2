"""Stalled jobs come back, finished ones go, and the purge calls what the settings name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from preo.core import jobs
from preo.runtime.purge import delete_finished_jobs, purge
from preo.runtime.stalled import MOST_ATTEMPTS, retry_stalled

pytestmark = pytest.mark.django_db

JOB = "runtime.nightly_purge"
NOW = datetime(2026, 11, 21, 3, 15, tzinfo=UTC)


@pytest.fixture
def stalled() -> Callable[..., int]:
    """Makes a job that a worker took and never ended, because the worker was killed."""

    def make(*, attempts: int = 0) -> int:
        jobs.defer(JOB, timestamp=0)
        worker = async_to_sync(app.job_manager.register_worker)()
        job = async_to_sync(app.job_manager.fetch_job)(queues=None, worker_id=worker)
        assert job is not None
        assert job.id is not None
        run("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        run("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", attempts, job.id)
        return job.id

    return make


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return str(row[0]) if row else "deleted"


@pytest.mark.safety
def test_a_job_that_took_its_worker_down_too_often_is_failed(stalled: Callable[..., int]) -> None:
    job = stalled(attempts=MOST_ATTEMPTS)
    assert retry_stalled() == 0
    assert status_of(job) == Status.FAILED.value


@pytest.mark.safety
def test_a_job_of_a_living_worker_is_left_alone(stalled: Callable[..., int]) -> None:
    job = stalled()
    run("UPDATE procrastinate_workers SET last_heartbeat = now()")
    assert retry_stalled() == 0
    assert status_of(job) == Status.DOING.value


@pytest.mark.safety
def test_a_killed_workers_job_is_put_back(stalled: Callable[..., int]) -> None:
    job = stalled()
    assert retry_stalled() == 1
    assert status_of(job) == Status.TODO.value


@pytest.mark.safety
def test_a_stalled_job_whose_twin_waits_is_ended_and_the_others_go_on(
    stalled: Callable[..., int],
) -> None:
    # Jobs by the clock carry a queueing lock: two of a kind may not wait at once.
    first, second, other = stalled(), stalled(), make_stalled_of_another_kind()
    jobs.defer(JOB, timestamp=2)
    assert retry_stalled() == 1
    assert status_of(first) == status_of(second) == Status.ABORTED.value
    assert status_of(other) == Status.TODO.value


def make_stalled_of_another_kind() -> int:
    """A stalled job that has no twin."""
    run(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
        "VALUES ('default', 'runtime.retry_stalled_jobs', '{\"timestamp\": 0}', 'doing')"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM procrastinate_jobs")
        row = cursor.fetchone()
    return int(row[0])


def test_finished_jobs_go_after_their_time_and_others_stay(stalled: Callable[..., int]) -> None:
    old, young, waiting = stalled(), stalled(), stalled()
    for job in (old, young):
        async_to_sync(app.job_manager.finish_job_by_id_async)(
            job_id=job, status=Status.FAILED, delete_job=False
        )
    run("UPDATE procrastinate_events SET at = at - interval '8 days' WHERE job_id = %s", old)
    run("UPDATE procrastinate_events SET at = at - interval '8 days' WHERE job_id = %s", waiting)
    delete_finished_jobs(older_than=timedelta(days=7))
    assert status_of(old) == "deleted"
    assert status_of(young) == Status.FAILED.value
    assert status_of(waiting) == Status.DOING.value


def test_the_purge_calls_what_the_settings_name_with_the_moment(settings: Any) -> None:
    settings.PURGES = [f"{__name__}.remove_three"]
    assert purge(now=NOW) == {f"{__name__}.remove_three": 3}


def test_a_failing_purge_keeps_no_other_from_running_and_is_told(settings: Any) -> None:
    settings.PURGES = [f"{__name__}.remove_nothing", f"{__name__}.remove_three"]
    CALLED.clear()
    with pytest.raises(ExceptionGroup) as caught:
        purge(now=NOW)
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]
    assert CALLED == [NOW]


CALLED: list[datetime] = []


def remove_three(*, now: datetime) -> int:
    CALLED.append(now)
    return 3


def remove_nothing(*, now: datetime) -> int:
    return 1 // 0
