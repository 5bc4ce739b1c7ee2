"""One running Preo for each home: who runs it, at which address, with which processes."""

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from preo.runtime import processes
from preo.runtime.children import kill_group
from preo.runtime.errors import LauncherError
from preo.runtime.locks import FileLock, is_held_alone

LOCK_NAME = "up.lock"
NOTE_NAME = "up.json"
LEFTOVER_SECONDS = 5.0
STEP_SECONDS = 0.05


@dataclass(frozen=True)
class Running:
    """What a running Preo writes down about itself; `children` maps numbers to start marks."""

    pid: int
    url: str
    children: dict[str, str] = field(default_factory=dict)


def running_installation(home: Path) -> Running | None:
    """The Preo that runs on this home, or None."""
    lock = home / LOCK_NAME
    if not lock.exists() or not is_held_alone(lock):
        return None
    return _read(home) or Running(pid=0, url="")


class Claim:
    """The right to run Preo on a home; ends with `close` or with the process."""

    def __init__(self, home: Path) -> None:
        """Take the right. Raises LauncherError with the address of the one that has it."""
        self._home = home
        self._lock = FileLock(home / LOCK_NAME)
        if not self._lock.try_to_take(seconds=0.2):
            other = running_installation(home) or Running(pid=0, url="")
            where = f" at {other.url} (process {other.pid})" if other.url else ""
            raise LauncherError(
                f"Preo already runs on {home}{where}. Use it, stop it with Ctrl-C where it was "
                "started, or set PREO_HOME to another folder for a second one."
            )
        _end_leftovers(_read(home))
        self.write(Running(pid=os.getpid(), url=""))

    def write(self, running: Running) -> None:
        """Write down what runs now, whole or not at all."""
        beside = self._home / f".{NOTE_NAME}"
        beside.write_text(json.dumps(asdict(running)))
        beside.replace(self._home / NOTE_NAME)

    def close(self) -> None:
        """Give the right back."""
        (self._home / NOTE_NAME).unlink(missing_ok=True)
        self._lock.close()


def _read(home: Path) -> Running | None:
    try:
        return Running(**json.loads((home / NOTE_NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _end_leftovers(former: Running | None) -> None:
    """End the processes of a supervisor that was killed; they may still hold its port."""
    if former is None:
        return
    left = [int(pid) for pid, mark in former.children.items() if _is_same(int(pid), mark)]
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while any(processes.is_alive(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS)
    for pid in left:
        kill_group(pid)


def _is_same(pid: int, mark: str) -> bool:
    return bool(mark) and processes.is_alive(pid) and processes.start_mark(pid) == mark
