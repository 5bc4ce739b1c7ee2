"""Runs `preo` commands as a person would, each test on a home of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preo.runtime import processes
from preo.runtime.home import PROJECT
from preo.runtime.tests.homes import processes_of, wait_until

COMMAND = (sys.executable, "-P", "-m", "preo.runtime")
STOP_SECONDS = 60


@dataclass(frozen=True)
class Up:
    """A running `preo up`."""

    process: "subprocess.Popen[bytes]"
    home: Path
    port: int
    output: Path

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.output.read_text(errors="replace")

    def status(self, path: str = "/healthz") -> int:
        """The status of a GET; 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def pids_of(self, module: str) -> list[int]:
        """The processes that run this module, such as `preo.runtime.web`."""
        found = processes_of(self.home)
        return [pid for pid in found if f"{module} import" in processes.command_line(pid)]

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def up(home: Path, *, port: int = 0, **environment: str) -> Iterator[Up]:
    """Run `preo up` for the length of the block; it answers when the block begins.

    Without a port it is given a free one.
    """
    port = port or free_port()
    output = home / "said"
    with output.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [*COMMAND, "up", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=clean_environment(home) | {"PREO_WEB_WORKERS": "1"} | environment,
        )
    running = Up(process, home, port, output)
    try:
        wait_until(lambda: "Preo runs at" in running.said or process.poll() is not None)
        assert process.poll() is None, running.said
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def run(home: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(  # noqa: S603 - our own words
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(home) | environment,
    )


def clean_environment(home: Path) -> dict[str, str]:
    """The environment of a person at a terminal, without what the test run adds to it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREO_")}
    kept.pop("DATABASE_URL", None)
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"PREO_HOME": str(home), "PYTHONPATH": str(PROJECT)}


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
