"""Runs web server and worker until it is told to stop; what dies is started again."""

import http.client
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from preo.runtime.children import Child
from preo.runtime.errors import LauncherError
from preo.runtime.postgres.lease import Lease

STEP_SECONDS = 0.2
ANSWER_SECONDS = 2.0
FAILURES_BEFORE_GIVING_UP = 3

logger = logging.getLogger("preo.supervisor")


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """The host to call from this machine."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared

    @property
    def url(self) -> str:
        """The address for people on this machine."""
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class Supervisor:
    """The children in the order in which they are stopped, and the embedded database if any."""

    def __init__(self, children: Sequence[Child], address: Address, lease: Lease | None) -> None:
        """Nothing is started yet."""
        self.children = children
        self._address = address
        self._lease = lease
        self._stop = threading.Event()

    def run(self, *, on_ready: Callable[[], None], on_change: Callable[[], None]) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP, then stop the children in order.

        `on_ready` is called once, when the web server answers; `on_change` after each start.
        Raises LauncherError when a child cannot be brought up at all.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        ready = False
        try:
            while not self._stop.is_set():
                started = [child for child in self.children if child.tend()]
                if started:
                    on_change()
                self._tend_database()
                if not ready and self._answers():
                    ready = True
                    on_ready()
                if not ready:
                    self._check_failures()
                self._stop.wait(STEP_SECONDS)
        finally:
            self._stop_children()

    def _tend_database(self) -> None:
        """See that somebody looks after the embedded server."""
        if self._lease is None or self._lease.keeper_lives():
            return
        logger.error("the database's keeper died; starting another")
        try:
            self._lease.ensure_running()
        except LauncherError as error:
            logger.error("the database does not start: %s", error)

    def _check_failures(self) -> None:
        for child in self.children:
            if child.failures >= FAILURES_BEFORE_GIVING_UP:
                raise LauncherError(f"The {child.name} does not start; its reason stands above.")

    def _answers(self) -> bool:
        """Whether the web server answers at all; what it says is its own business."""
        connection = http.client.HTTPConnection(
            self._address.reachable_host, self._address.port, timeout=ANSWER_SECONDS
        )
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        else:
            return True
        finally:
            connection.close()

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
            child.wait_until_stopped()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - Python's
        """The first signal stops in order, a second one at once."""
        if self._stop.is_set():
            for child in self.children:
                child.kill()
        self._stop.set()
