"""Reads postmaster.pid and tells a running server of ours from what a crash left behind."""

import time
from dataclasses import dataclass
from pathlib import Path

from preo.runtime import processes
from preo.runtime.errors import LauncherError

NAME = "postmaster.pid"
READY = "ready"


@dataclass(frozen=True)
class PidFile:
    """The lines of postmaster.pid that matter here."""

    pid: int
    socket_folder: str
    status: str


def read_pid_file(data: Path) -> PidFile | None:
    """What the file says, or None when it is absent or not (yet) whole enough to name a process."""
    try:
        lines = (data / NAME).read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    lines += [""] * 8
    return PidFile(pid=pid, socket_folder=lines[4].strip(), status=lines[7].strip())


def running_server(data: Path) -> PidFile | None:
    """The server that runs on this data, or None.

    Raises LauncherError when a PostgreSQL of another user runs on it.
    """
    noted = read_pid_file(data)
    if noted is None or not is_server_of(noted.pid, data):
        return None
    return noted


def is_server_of(pid: int, data: Path) -> bool:
    """Whether this living process is the PostgreSQL that serves this data."""
    if not processes.is_alive(pid) or not processes.program_of(pid).startswith("postgres"):
        return False
    folder = processes.working_folder(pid)
    if folder is not None:
        return folder == data
    command = processes.command_line(pid)
    if str(data) in command:
        return True
    if not command and not _is_dying(pid):
        raise LauncherError(
            f"Process {pid} is named in {data / NAME} and looks like a PostgreSQL of another "
            "user. Stop it as that user, or run this command as that user."
        )
    return False


def _is_dying(pid: int) -> bool:
    """Whether the process ends within a second: on its way out it shows nothing of itself."""
    for _ in range(50):
        if not processes.is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def remove_stale_pid_file(data: Path) -> None:
    """Remove a file with which PostgreSQL would refuse to start although no server runs here.

    That is one whose number was given to a stranger or is a zombie's, or one that a crash left
    empty. A free number is left alone: PostgreSQL then checks that no old child is at work.
    """
    noted = read_pid_file(data)
    if noted is None or (processes.exists(noted.pid) and not is_server_of(noted.pid, data)):
        (data / NAME).unlink(missing_ok=True)
