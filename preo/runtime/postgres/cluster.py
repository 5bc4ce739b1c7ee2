"""Makes the database files once: `initdb`, the application's role and its database.

All of it happens in a folder beside the final one, which is then renamed: a cluster is whole or absent.
"""

import locale
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from preo.runtime.errors import LauncherError
from preo.runtime.postgres.address import APPLICATION_DATABASE, APPLICATION_ROLE, SUPERUSER
from preo.runtime.postgres.binaries import MAJOR, Binaries
from preo.runtime.postgres.identity import Way, owner_of_files, process_arguments
from preo.runtime.postgres.place import Place, new_shared_folder
from preo.runtime.postgres.tuning import FILE_NAME, Flavour

CHARACTER_TYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")


@dataclass(frozen=True)
class Maker:
    """With which programs, as whom and for what purpose a cluster is made."""

    binaries: Binaries
    way: Way
    flavour: Flavour


def ensure_cluster(place: Place, maker: Maker) -> None:
    """Make the cluster unless there is one of the right major version.

    Raises LauncherError for another major version and for a failing initdb.
    """
    if place.link.exists():
        check_major_version(place.data)
        return
    _remove_unfinished(place)
    parent = new_shared_folder() if maker.way is Way.USER else place.root
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=parent))
    if os.getuid() == 0:
        os.chown(unfinished, *owner_of_files(maker.way))
    _initialize(unfinished, maker)
    _create_application(unfinished, maker)
    with (unfinished / "postgresql.conf").open("a") as stream:
        stream.write(f"\ninclude_if_exists = '{FILE_NAME}'\n")
    finished = unfinished.rename(parent / "data")
    if finished != place.link:
        place.link.symlink_to(finished)


def check_major_version(data: Path) -> None:
    """Refuse data of another major version: the programs cannot read it."""
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise LauncherError(
            f"{data} holds no readable PostgreSQL data ({error}). Move the folder away to start "
            "with an empty database."
        ) from error
    if found != str(MAJOR):
        raise LauncherError(
            f"The database in {data} was made by PostgreSQL {found}, and Preo runs {MAJOR}. "
            f"To keep the data: dump it with pg_dump of PostgreSQL {found}, move the folder away, "
            f"start Preo (it makes a new database), and load the dump with psql. "
            "To begin anew: only move the folder away."
        )


def _remove_unfinished(place: Place) -> None:
    for leftover in place.root.glob("unfinished-*"):
        shutil.rmtree(leftover)
    if place.link.is_symlink():
        place.link.unlink()  # its target is gone: exists() said so


def _initialize(folder: Path, maker: Maker) -> None:
    """Run initdb. The character type matters beside the builtin locale: pg_trgm looks at it."""
    command = [
        maker.binaries.program("initdb"),
        *("--pgdata", str(folder), "--username", SUPERUSER, "--auth", "trust"),
        *("--encoding", "UTF8", "--data-checksums"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--locale", "C", "--lc-ctype", _character_type()),
    ]
    if maker.flavour is Flavour.FAST:
        command.append("--no-sync")
    _run(command, maker)


def _create_application(folder: Path, maker: Maker) -> None:
    """Create the role, which is no superuser, and the database that it owns, in single-user mode.

    Only the test flavour may create databases: it clones one for each test process.
    """
    rights = "CREATEDB" if maker.flavour is Flavour.FAST else "NOCREATEDB"
    statements = (
        f"CREATE ROLE {APPLICATION_ROLE} LOGIN NOSUPERUSER NOCREATEROLE {rights};\n"
        f"CREATE DATABASE {APPLICATION_DATABASE} OWNER {APPLICATION_ROLE};\n"
        f"REVOKE ALL ON DATABASE {APPLICATION_DATABASE} FROM PUBLIC;\n"
    )
    command = [maker.binaries.program("postgres"), "--single", "-D", str(folder)]
    output = _run([*command, "-c", "exit_on_error=true", SUPERUSER], maker, statements)
    if "ERROR" in output or "FATAL" in output:
        raise LauncherError(f"The database could not be prepared:\n{output}")


def _run(command: list[str], maker: Maker, text: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - our own words and paths
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=os.environ | {"LC_ALL": "C", "TZ": "UTC"},
        **process_arguments(maker.way),
    )
    if done.returncode != 0:
        raise LauncherError(
            f"{Path(command[0]).name} failed ({done.returncode}):\n{done.stdout.strip()}"
        )
    return done.stdout


def _character_type() -> str:
    """A UTF-8 character type that this machine has; plain C as the last resort."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in CHARACTER_TYPES:
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
