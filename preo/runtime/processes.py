"""What is known of other processes: alive, which program, where it works, when it started."""

import os
import platform
import subprocess
from pathlib import Path

PROC = Path("/proc")
LINUX = platform.system() == "Linux"


def exists(pid: int) -> bool:
    """Whether this number is taken, be it by a zombie."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_alive(pid: int) -> bool:
    """Whether a process with this number runs; a zombie does not."""
    return exists(pid) and not _is_zombie(pid)


def program_of(pid: int) -> str:
    """The short name of the program that the process runs; empty when unknown."""
    if LINUX:
        return _read(PROC / str(pid) / "comm")
    return Path(_ask_ps(pid, "comm=")).name


def start_mark(pid: int) -> str:
    """A text that differs between two processes that had the same number; empty when gone."""
    if LINUX:
        stat = _read(PROC / str(pid) / "stat")
        fields = stat.rpartition(")")[2].split()
        return fields[19] if len(fields) > 19 else ""
    return _ask_ps(pid, "lstart=")


def working_folder(pid: int) -> Path | None:
    """The folder that the process works in; None when it is gone, not ours, or not known here."""
    if not LINUX:
        return None
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def command_line(pid: int) -> str:
    """The arguments that the process was started with, joined by blanks; empty when unknown."""
    if LINUX:
        return _read(PROC / str(pid) / "cmdline").replace("\0", " ").strip()
    return _ask_ps(pid, "args=")


def processes_in(folder: Path) -> list[int]:
    """The living processes that work in this folder (Linux; elsewhere an empty list)."""
    if not LINUX:
        return []
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())
    return [pid for pid in numbers if working_folder(pid) == folder and is_alive(pid)]


def _is_zombie(pid: int) -> bool:
    if LINUX:
        stat = _read(PROC / str(pid) / "stat")
        return stat.rpartition(")")[2].split()[:1] == ["Z"]
    return _ask_ps(pid, "state=").startswith("Z")


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _ask_ps(pid: int, column: str) -> str:
    done = subprocess.run(  # noqa: S603 - fixed words and a number
        ["/bin/ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
