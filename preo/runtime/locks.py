"""File locks. The kernel lets go of them when a process ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STEP_SECONDS = 0.02


class FileLock:
    """One open lock file; what it holds ends with `close` or with the process."""

    def __init__(self, path: Path) -> None:
        """Open the file, which stays empty; children of this process do not inherit it."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> None:
        """Hold the lock alone; waits for everybody else."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def try_to_take(self, *, seconds: float = 0) -> bool:
        """Hold the lock alone if that is possible within this time."""
        return self._try_until(fcntl.LOCK_EX, seconds)

    def try_to_share(self, *, seconds: float = 0) -> bool:
        """Hold the lock together with others if that is possible within this time."""
        return self._try_until(fcntl.LOCK_SH, seconds)

    def close(self) -> None:
        """Let go."""
        os.close(self._handle)

    def _try_until(self, kind: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._try(kind):
            if time.monotonic() >= deadline:
                return False
            time.sleep(STEP_SECONDS)
        return True

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held_alone(path: Path) -> bool:
    """Whether some process holds this lock alone at this moment."""
    lock = FileLock(path)
    try:
        return not lock.try_to_share()
    finally:
        lock.close()


@contextmanager
def taken(path: Path) -> Iterator[None]:
    """Hold the lock alone for the length of the block; waits for it."""
    lock = FileLock(path)
    try:
        lock.take()
        yield
    finally:
        lock.close()
