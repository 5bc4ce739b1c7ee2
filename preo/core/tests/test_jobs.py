"""A job is there if and only if the change is that caused it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.core import jobs

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

NAME = "tests.greet"


@pytest.fixture(autouse=True)
def _declared() -> Iterator[None]:
    """A job of the tests' own, gone again after each."""

    @jobs.task(NAME)
    def greet(*, name: str) -> str:
        return f"Hello {name}"

    assert greet(name="Ada") == "Hello Ada"
    yield
    del app.tasks[NAME]


def queued() -> list[tuple[str, Any]]:
    return list(ProcrastinateJob.objects.values_list("task_name", "args"))


@transaction.atomic
def defer_in_vain() -> None:
    jobs.defer(NAME, name="Ada")
    assert len(queued()) == 1
    raise KeyError


def test_a_job_that_nobody_declared_is_refused() -> None:
    with pytest.raises(LookupError, match=r"No job is called tests\.nobody\."):
        jobs.defer("tests.nobody", name="Ada")
    assert queued() == []


def test_a_job_is_undone_with_the_change_that_caused_it() -> None:
    with pytest.raises(KeyError):
        defer_in_vain()
    assert queued() == []


def test_nobody_else_sees_a_job_before_the_change_is_committed() -> None:
    jobs.defer(NAME, name="Ada")
    assert queued() == [(NAME, {"name": "Ada"})]

    parameters = connection.get_connection_params()
    kept = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port")
            if name in parameters}  # fmt: skip
    with psycopg.connect(**kept) as other:
        row = other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    assert row == (0,)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_what_is_not_json_is_no_argument(value: Any) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        jobs.defer(NAME, name=value)
    assert queued() == []


def test_a_periodic_job_waits_once_however_long_no_worker_ran() -> None:
    declared = {name: task for name, task in app.tasks.items() if name.startswith("runtime.")}
    assert declared
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    for name in periodic & set(declared):
        assert declared[name].queueing_lock == name
