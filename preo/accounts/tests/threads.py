"""The same work at the same moment, from many threads with a connection each."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from preo.core.errors import DomainError

Result = TypeVar("Result")


def run_together(times: int, work: Callable[[], Result]) -> list[Result | DomainError]:
    """What each run returned, or the refusal it met. Other errors are raised."""
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
        return list(pool.map(run, range(times)))
