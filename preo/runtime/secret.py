"""The secret key: `PREO_SECRET_KEY`, else one generated once in the run-time folder."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from preo.runtime.errors import LauncherError
from preo.runtime.home import home, make_home

FILE_NAME = "secret-key"


def secret_key() -> str:
    """The key that signs tokens and sessions; made on first use, readable by the owner only.

    Raises LauncherError, naming the remedy, when there is none and none can be written.
    """
    given = os.environ.get("PREO_SECRET_KEY")
    if given:
        return given
    path = home() / FILE_NAME
    try:
        return _read(path) or _make(path)
    except OSError as error:
        raise LauncherError(
            f"No secret key: {error}. Set PREO_SECRET_KEY, or make {path.parent} writable."
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _make(path: Path) -> str:
    """Write the key beside and link it into place: of two starts at once one key wins for both."""
    handle, name = tempfile.mkstemp(dir=make_home(), prefix=".secret-")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(64))
        if path.exists():
            path.unlink()  # empty: _read found nothing in it
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(beside)
    finally:
        beside.unlink()
    return _read(path)
