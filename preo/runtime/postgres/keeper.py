"""The keeper: a small process that starts the server and stops it when nobody uses it any more.

Whoever needs the database shares the users' lock; the kernel lets go of it even after kill -9. So
the keeper needs no counting and no clean-up by others: when it gets that lock alone, it stops the
server and ends. While there are users it starts a server that died again.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from preo.runtime.errors import LauncherError
from preo.runtime.locks import FileLock
from preo.runtime.postgres.address import choose_socket_folder
from preo.runtime.postgres.binaries import find_binaries
from preo.runtime.postgres.cluster import Maker
from preo.runtime.postgres.identity import choose_way
from preo.runtime.postgres.place import Place, make_place
from preo.runtime.postgres.server import Server, start_server, stop_server
from preo.runtime.postgres.tuning import Flavour

REPLY_READY = "ready"
REPLY_TAKEN = "taken"
REPLY_ERROR = "error"
STEP_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
GRACE_SECONDS = 20.0
QUIET_SECONDS = 30.0
LOG_BYTES_KEPT = 10_000_000

logger = logging.getLogger("preo.keeper")


@dataclass
class Wishes:
    """What the signals asked for."""

    stop_after: float = float("inf")

    def on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - Python's
        """Note that the database shall go down; its users get a moment to leave before it."""
        self.stop_after = time.monotonic() + GRACE_SECONDS

    @property
    def stop(self) -> bool:
        """Whether that moment is over."""
        return time.monotonic() > self.stop_after


def main() -> None:
    """Start the server, say so on standard output, and keep it while it is used."""
    arguments = _arguments()
    _leave_parent()
    place = make_place(arguments.home)
    lock = FileLock(place.keeper_lock)
    if not lock.try_to_take(seconds=1):
        _reply(REPLY_TAKEN)
        return
    wishes = Wishes()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, wishes.on_signal)
    _open_log(place)
    try:
        maker = Maker(find_binaries(), choose_way(), arguments.flavour)
        server = start_server(place, maker)
    except (LauncherError, OSError) as error:
        logger.exception("start failed")
        _reply(f"{REPLY_ERROR} {error}")
        sys.exit(1)
    logger.info("server %s is ready (%s, as %s)", server.pid, maker.binaries.origin, maker.way)
    _reply(REPLY_READY)
    _keep(place, maker, server, wishes)


def _keep(place: Place, maker: Maker, server: Server, wishes: Wishes) -> None:
    users = FileLock(place.users_lock)
    pause, started = STEP_SECONDS, time.monotonic()
    while not wishes.stop and not users.try_to_take():
        if server.is_running():
            time.sleep(STEP_SECONDS)
            continue
        quiet = time.monotonic() - started > QUIET_SECONDS
        pause = STEP_SECONDS if quiet else min(2 * pause, LONGEST_PAUSE_SECONDS)
        logger.warning("server %s died; starting another in %.1f s", server.pid, pause)
        time.sleep(pause)
        started = time.monotonic()
        with contextlib.suppress(LauncherError):  # its log has the reason; try again
            server = start_server(place, maker)
    logger.info("stopping server %s", server.pid)
    stop_server(server)
    with contextlib.suppress(OSError):
        choose_socket_folder(place.home).rmdir()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--flavour", type=Flavour, default=Flavour.DURABLE)
    return parser.parse_args()


def _leave_parent() -> None:
    """Become nobody's child, so that no user of the database has to wait for us."""
    if os.fork() != 0:
        os._exit(0)


def _open_log(place: Place) -> None:
    """Log into the server's own file, and set a big one aside first."""
    if place.log.exists() and place.log.stat().st_size > LOG_BYTES_KEPT:
        place.log.rename(place.log.with_suffix(".log.1"))
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        filename=place.log, level=logging.INFO, format="%(asctime)s UTC [keeper] %(message)s"
    )


def _reply(text: str) -> None:
    """Tell the process that started us, then let go of its pipes: others may wait for their end."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text)
        sys.stdout.flush()
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(nothing, sys.stderr.fileno())


if __name__ == "__main__":
    main()
