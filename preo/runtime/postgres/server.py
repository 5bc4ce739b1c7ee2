"""Starts and stops the server's process, whatever the last run left behind."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from preo.runtime import processes
from preo.runtime.errors import LauncherError
from preo.runtime.postgres.cluster import Maker, ensure_cluster
from preo.runtime.postgres.identity import owner_of_files, process_arguments
from preo.runtime.postgres.pidfile import (
    READY,
    read_pid_file,
    remove_stale_pid_file,
    running_server,
)
from preo.runtime.postgres.place import (
    Place,
    make_socket_folder,
    prepare_data,
    reachable_binaries,
)
from preo.runtime.postgres.tuning import write_settings

START_SECONDS = 300.0  # crash recovery of a big database takes its time
STRAGGLER_SECONDS = 10.0
FAST_STOP_SECONDS = 30.0
IMMEDIATE_STOP_SECONDS = 10.0
STEP_SECONDS = 0.02
LOG_LINES_SHOWN = 8


@dataclass(frozen=True)
class Server:
    """A running server; `process` is None when somebody else started it."""

    pid: int
    data: Path
    process: "subprocess.Popen[bytes] | None"

    def is_running(self) -> bool:
        """Whether the server's main process lives (and reap it if it was our child and died)."""
        if self.process is not None:
            return self.process.poll() is None
        return processes.is_alive(self.pid)


def start_server(place: Place, maker: Maker) -> Server:
    """Use the server that runs on this place's data, or make the data ready and start one.

    Raises LauncherError with the end of the server's log when it does not come up.
    """
    running = running_server(place.data)
    if running is not None:
        server = Server(pid=running.pid, data=place.data, process=None)
        _wait_until_ready(server, place)
        return server
    binaries = reachable_binaries(maker.binaries, maker.way)
    maker = Maker(binaries=binaries, way=maker.way, flavour=maker.flavour)
    prepare_data(place, maker.way)
    ensure_cluster(place, maker)
    write_settings(place.data, maker.flavour, owner_of_files(maker.way))
    _wait_for_stragglers(place.data)
    remove_stale_pid_file(place.data)
    server = _launch(place, maker, make_socket_folder(place, maker.way))
    _wait_until_ready(server, place)
    return server


def stop_server(server: Server) -> None:
    """Stop fast (open transactions are rolled back), then at once, then by force."""
    for number, seconds in (
        (signal.SIGINT, FAST_STOP_SECONDS),
        (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS),
        (signal.SIGKILL, IMMEDIATE_STOP_SECONDS),
    ):
        if not server.is_running():
            return
        os.kill(server.pid, number)
        deadline = time.monotonic() + seconds
        while server.is_running() and time.monotonic() < deadline:
            time.sleep(STEP_SECONDS)


def _launch(place: Place, maker: Maker, sockets: Path) -> Server:
    command = [
        maker.binaries.program("postgres"),
        *("-D", str(place.data)),
        *("-c", "listen_addresses="),
        *("-c", f"unix_socket_directories={sockets}"),
        *("-c", "unix_socket_permissions=0700"),
    ]
    with place.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words and paths
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=os.environ | {"LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
            **process_arguments(maker.way, dies_with_parent=True),
        )
    return Server(pid=process.pid, data=place.data, process=process)


def _wait_until_ready(server: Server, place: Place) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        noted = read_pid_file(server.data)
        if noted is not None and noted.pid == server.pid and noted.status == READY:
            return
        if not server.is_running():
            raise LauncherError(f"PostgreSQL did not start. {_end_of_log(place.log)}")
        time.sleep(STEP_SECONDS)
    stop_server(server)
    raise LauncherError(
        f"PostgreSQL did not come up in {START_SECONDS:.0f} s. {_end_of_log(place.log)}"
    )


def _wait_for_stragglers(data: Path) -> None:
    """Let the children of a killed server end first: they still write to the data."""
    deadline = time.monotonic() + STRAGGLER_SECONDS
    while processes.processes_in(data):
        if time.monotonic() > deadline:
            for pid in processes.processes_in(data):
                os.kill(pid, signal.SIGKILL)
        time.sleep(STEP_SECONDS)


def _end_of_log(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return f"Its log {log} cannot be read."
    return f"The end of {log}:\n" + "\n".join(lines[-LOG_LINES_SHOWN:])
