"""The same work at the same moment, from many threads with a connection each."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model

from preo.core.errors import DomainError

Result = TypeVar("Result")

WAITING = 4
"""So many must stand before what is held: fewer than the connections of the pool."""


def run_together(
    times: int, work: Callable[[], Result], *, held: AbstractContextManager[object]
) -> list[Result | DomainError]:
    """What each run returned, or the refusal it met. Other errors are raised.

    `held` keeps the row or table at issue from them until several wait for it, so that they do
    meet there, however fast they are and few the processors.
    """
    together = threading.Barrier(times)

    def run(_: int) -> Result | DomainError:
        together.wait(timeout=30)
        try:
            return work()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        with held:
            runs = [pool.submit(run, number) for number in range(times)]
            _wait_for_the_waiting()
        return [each.result() for each in runs]


@contextmanager
def hold_row(row: Model) -> Iterator[None]:
    """Others can read the row, and have to wait if they would change it."""
    with transaction.atomic():
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        yield


@contextmanager
def hold_writes(model: type[Model]) -> Iterator[None]:
    """Others can read the table, and have to wait if they would write to it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")
        yield


def _wait_for_the_waiting() -> None:
    deadline = time.monotonic() + 30
    while _count_waiting() < WAITING:
        if time.monotonic() > deadline:
            raise AssertionError("The runs did not meet.")
        time.sleep(0.01)


def _count_waiting() -> int:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL else shows the connections of the first look.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE NOT granted AND datname = current_database()"
        )
        (count,) = cursor.fetchone()
    return int(count)
