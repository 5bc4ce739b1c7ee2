"""Checks of the machine that need no database."""

import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from preo.core.doctor import Finding
from preo.runtime.errors import LauncherError
from preo.runtime.home import home, make_home
from preo.runtime.postgres.address import SOCKET_NAME, socket_folder
from preo.runtime.postgres.binaries import find_binaries
from preo.runtime.postgres.identity import choose_way
from preo.runtime.secret import FILE_NAME, secret_key

GIGABYTE = 1024**3
LEAST_FREE_BYTES = GIGABYTE
SHORTEST_SECRET = 32
LONGEST_SOCKET_PATH = 103


def check_machine() -> Iterator[Finding]:
    """All of them, in the order in which a start would meet them."""
    yield check_python()
    yield check_home()
    yield check_space()
    yield check_secret()
    if not os.environ.get("DATABASE_URL"):
        yield check_programs()
        yield check_socket()


def check_python() -> Finding:
    """The interpreter and the system it runs on."""
    return Finding(
        "python", ok=True, detail=f"{platform.python_version()} on {platform.platform()}"
    )


def check_home() -> Finding:
    """The run-time folder can be written to and is closed to others."""
    try:
        folder = make_home()
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "home",
            ok=False,
            detail=f"{home()}: {error.strerror}",
            remedy="Make the folder writable for this user, or name another with PREO_HOME.",
        )
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(
            "home",
            ok=False,
            detail=f"{folder} is open to other users of this machine",
            remedy=f"chmod 700 {folder}",
        )
    return Finding("home", ok=True, detail=str(folder))


def check_space() -> Finding:
    """A full disk stops the database."""
    free = shutil.disk_usage(_nearest_existing(home())).free
    detail = f"{free / GIGABYTE:.1f} GB free at {home()}"
    if free < LEAST_FREE_BYTES:
        return Finding(
            "disk space",
            ok=False,
            detail=detail,
            remedy="Free at least 1 GB there, or move PREO_HOME to a bigger disk.",
        )
    return Finding("disk space", ok=True, detail=detail)


def check_secret() -> Finding:
    """There is a secret key, long enough and readable by nobody else."""
    given = bool(os.environ.get("PREO_SECRET_KEY"))
    where = "PREO_SECRET_KEY" if given else str(home() / FILE_NAME)
    try:
        text = secret_key()
    except LauncherError as error:
        return Finding("secret key", ok=False, detail=str(error), remedy="Set PREO_SECRET_KEY.")
    if len(text) < SHORTEST_SECRET:
        return Finding(
            "secret key",
            ok=False,
            detail=f"{where} has only {len(text)} characters",
            remedy=f"Use at least {SHORTEST_SECRET} random characters.",
        )
    if not given and (home() / FILE_NAME).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(
            "secret key",
            ok=False,
            detail=f"{where} can be read by other users",
            remedy=f"chmod 600 {where}",
        )
    return Finding("secret key", ok=True, detail=f"from {where}")


def check_programs() -> Finding:
    """PostgreSQL's programs are there and there is a way to run them as this user."""
    try:
        binaries, way = find_binaries(), choose_way()
    except LauncherError as error:
        return Finding(
            "PostgreSQL programs",
            ok=False,
            detail=str(error),
            remedy=f"Install the requirements again with {sys.executable}, or set DATABASE_URL.",
        )
    detail = f"{binaries.folder} ({binaries.origin}), run as {way}"
    return Finding("PostgreSQL programs", ok=True, detail=detail)


def check_socket() -> Finding:
    """The socket's path fits into what the kernel allows."""
    path = socket_folder(home()) / SOCKET_NAME
    if len(str(path)) > LONGEST_SOCKET_PATH:
        return Finding(
            "socket",
            ok=False,
            detail=f"{path} is too long",
            remedy="Set XDG_RUNTIME_DIR to a folder of your own with a short path.",
        )
    return Finding("socket", ok=True, detail=str(path))


def _nearest_existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
