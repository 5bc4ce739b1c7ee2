"""Where the embedded server listens: a socket folder with a short name, whatever the home's path.

A socket's path may have about 107 characters, and projects live in long paths; so the folder is
named by a hash of the home and lies under the machine's run-time folder.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from preo.runtime.home import home

APPLICATION_ROLE = "preo"
APPLICATION_DATABASE = "preo"
SUPERUSER = "postgres"
LONGEST_BASE = 70
SOCKET_NAME = ".s.PGSQL.5432"


def embedded_database_url() -> str:
    """The application's address of the embedded server; starts nothing and asks nothing."""
    return database_url(socket_folder(home()))


def database_url(
    folder: Path, *, role: str = APPLICATION_ROLE, database: str = APPLICATION_DATABASE
) -> str:
    """The address of a database on the server that listens in this socket folder."""
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='')}"


def socket_folder(home_folder: Path) -> Path:
    """The folder noted at the last start while it is there, else the one a start would choose.

    The note keeps two shells with different run-time folders on one server.
    """
    try:
        noted = Path(socket_note(home_folder).read_text().strip())
    except OSError:
        return choose_socket_folder(home_folder)
    return noted if noted.is_dir() else choose_socket_folder(home_folder)


def socket_note(home_folder: Path) -> Path:
    """The file in which a start notes the socket folder that it chose."""
    return home_folder / "postgres" / "socket-folder"


def choose_socket_folder(home_folder: Path) -> Path:
    """The socket folder that a start uses: `preo-<uid>-<hash of the home>`."""
    digest = hashlib.sha256(str(home_folder.resolve()).encode()).hexdigest()[:12]
    return _base_folder() / f"preo-{os.getuid()}-{digest}"


def _base_folder() -> Path:
    """XDG_RUNTIME_DIR if it is ours and short, else /tmp.

    Root always uses /tmp: its run-time folder is closed to the user that the server may run as.
    """
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.getuid() != 0 and named and len(named) <= LONGEST_BASE:
        folder = Path(named)
        if folder.is_dir() and folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return folder
    short = Path("/tmp")  # noqa: S108 - the folder made in it is 0700 and its owner is checked
    return short if short.is_dir() else Path(tempfile.gettempdir())
