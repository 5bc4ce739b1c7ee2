"""One process under the supervisor: started, watched, restarted with growing pauses, stopped."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from preo.runtime import processes

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
QUIET_SECONDS = 30.0
KILL_SECONDS = 5.0

logger = logging.getLogger("preo.supervisor")


@dataclass
class Child:
    """A command that shall run all the time; it leads a process group of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_seconds: float
    failures: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _started: float = 0.0
    _due: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        """The process's number, None while it waits to be started again."""
        return self._process.pid if self._process is not None else None

    @property
    def mark(self) -> str:
        """What tells this process from a later one with the same number."""
        return processes.start_mark(self.pid) if self.pid is not None else ""

    def tend(self) -> bool:
        """Start it if it is due, take note if it died; True when it was just started."""
        if self._process is not None:
            code = self._process.poll()
            if code is not None:
                self._take_note(code)
            return False
        if time.monotonic() < self._due:
            return False
        self._process = subprocess.Popen(  # noqa: S603 - our own words and paths
            list(self.command),
            stdin=subprocess.DEVNULL,
            env=dict(self.environment),
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops us in order
        )
        self._started = time.monotonic()
        return True

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            kill_group(self._process.pid)

    def wait_until_stopped(self) -> None:
        """Wait for the end that was asked for, then end the whole group by force."""
        if self._process is None:
            return
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not stop in time and is killed", self.name)
        kill_group(self._process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_SECONDS)
        self._process = None

    def _take_note(self, code: int) -> None:
        """Note the death, end what is left of its group, and choose when to start it again."""
        if self._process is None:
            return
        kill_group(self._process.pid)
        long_lived = time.monotonic() - self._started > QUIET_SECONDS
        self.failures = 1 if long_lived else self.failures + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        logger.error(
            "%s (process %s) ended with %s; starting again in %.1f s",
            *(self.name, self._process.pid, code, pause),
        )
        self._process, self._due = None, time.monotonic() + pause


def kill_group(leader: int) -> None:
    """End every process of this group at once; it does not matter if none is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
