"""Where Preo keeps what belongs to this installation: database files, secret key, demo access."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """The run-time folder: `PREO_HOME`, else `.preo` in the project, else in the present folder.

    The present folder counts only when the package is installed away from its project.
    """
    named = os.environ.get("PREO_HOME")
    if named:
        return Path(named).expanduser().absolute()
    root = PROJECT if (PROJECT / "pyproject.toml").is_file() else Path.cwd()
    return root / ".preo"


def make_home() -> Path:
    """Create the run-time folder, closed to other people, and return it."""
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
