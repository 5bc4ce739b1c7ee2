"""The use of the embedded server by one process: starts it if need be, lets go at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preo.runtime.errors import LauncherError
from preo.runtime.home import PROJECT
from preo.runtime.locks import FileLock, is_held_alone, taken
from preo.runtime.postgres.keeper import REPLY_ERROR, REPLY_READY, REPLY_TAKEN
from preo.runtime.postgres.pidfile import READY, running_server
from preo.runtime.postgres.place import Place, make_place
from preo.runtime.postgres.tuning import Flavour

WAIT_SECONDS = 60.0
STOP_SECONDS = 60.0
OTHERS_SECONDS = 0.5
STEP_SECONDS = 0.02


class Lease:
    """Holds the users' lock of one place while the database is needed."""

    def __init__(self, place: Place, flavour: Flavour) -> None:
        """Take a share: from now on the keeper does not stop the server.

        A keeper that is just stopping it is waited for. Raises LauncherError if that never ends.
        """
        self.place = place
        self.flavour = flavour
        self._users = FileLock(place.users_lock)
        if not self._users.try_to_share(seconds=STOP_SECONDS):
            self._users.close()
            raise LauncherError(
                f"The database server is being stopped and does not end; see {place.log}. "
                "If its processes are gone or hang, kill them and try again."
            )

    def ensure_running(self) -> None:
        """Start a keeper unless one lives; returns when the server answers.

        Called again it mends a killed keeper. Raises LauncherError when the server does not start.
        """
        with taken(self.place.start_lock):
            deadline = time.monotonic() + WAIT_SECONDS
            while not self._keeper_is_ready():
                if not is_held_alone(self.place.keeper_lock):
                    _start_keeper(self.place, self.flavour)
                elif time.monotonic() > deadline:
                    raise LauncherError(
                        f"The database server is there but not ready; see {self.place.log}."
                    )
                time.sleep(STEP_SECONDS)

    def keeper_lives(self) -> bool:
        """Whether somebody looks after the server; after a kill -9 of the keeper nobody does."""
        return is_held_alone(self.place.keeper_lock)

    def release(self) -> None:
        """Let go; the last user waits until the server has stopped."""
        self._users.close()
        started = time.monotonic()
        while self.keeper_lives() and time.monotonic() - started < STOP_SECONDS:
            stopping = is_held_alone(self.place.users_lock)
            if not stopping and time.monotonic() - started > OTHERS_SECONDS:
                return  # others use it
            time.sleep(STEP_SECONDS)

    def _keeper_is_ready(self) -> bool:
        server = running_server(self.place.data) if self.keeper_lives() else None
        return server is not None and server.status == READY


@contextmanager
def embedded_server(home: Path, flavour: Flavour = Flavour.DURABLE) -> Iterator[Lease]:
    """Use the embedded server of this home for the length of the block."""
    lease = Lease(make_place(home), flavour)
    try:
        lease.ensure_running()
        yield lease
    finally:
        lease.release()


def _start_keeper(place: Place, flavour: Flavour) -> None:
    """Start a keeper, which leaves us at once, and wait for its word about the server."""
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(  # noqa: S603 - our own words and paths
        [
            sys.executable,
            "-P",
            "-m",
            "preo.runtime.postgres.keeper",
            "--home",
            str(place.home),
            "--flavour",
            flavour,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )
    if done.stdout not in {REPLY_READY, REPLY_TAKEN}:
        reason = done.stdout.removeprefix(REPLY_ERROR).strip()
        raise LauncherError(reason or f"The database's keeper ended without a word: {place.log}.")
