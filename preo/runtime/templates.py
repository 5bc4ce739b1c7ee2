"""The migrated database from which test databases are cloned, named by what makes it."""

import datetime
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from preo.runtime import processes
from preo.runtime.errors import LauncherError
from preo.runtime.home import PROJECT

PREFIX = "template_preo_"
LOCK_NUMBER = 0x7072656F
KEEP_UNUSED = datetime.timedelta(days=1)
IMPORTED_MODULE = re.compile(r"^(?:from|import) (preo\.[\w.]+)", re.MULTILINE)
TEST_DATABASE = re.compile(r"^test_preo_(\d+)(?:_gw\d+)?$")


def ensure_template(url: str) -> str:
    """The name of a database to which every migration of this tree is applied; made when missing.

    Raises LauncherError with the output of `migrate` when a migration fails.
    """
    name = PREFIX + migrations_digest()
    with _maintenance(url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        if not _exists(connection, name):
            unfinished = f"{name}_unfinished"
            _execute(connection, "DROP DATABASE IF EXISTS {}", unfinished)
            _execute(connection, "CREATE DATABASE {}", unfinished)
            _migrate(url, unfinished)
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
        _drop_unused(connection, name)
    return name


def drop_leftovers(url: str) -> None:
    """Drop the databases of test runs that were killed: their names carry the process's number."""
    with _maintenance(url) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            found = TEST_DATABASE.match(name)
            if found and not processes.is_alive(int(found.group(1))):
                _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def migrations_digest() -> str:
    """A hash of all migrations, of our modules that they import, and of the pinned libraries."""
    digest = hashlib.sha256()
    files = sorted((PROJECT / "preo").glob("*/migrations/*.py"))
    imported: set[str] = set()
    for path in files:
        imported.update(IMPORTED_MODULE.findall(path.read_text()))
    modules = [_source_of(name) for name in sorted(imported)]
    for path in (*files, *modules, PROJECT / "requirements-dev.lock"):
        if path.is_file():
            digest.update(f"{path.relative_to(PROJECT)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _source_of(module: str) -> Path:
    path = PROJECT.joinpath(*module.split("."))
    return path.with_suffix(".py") if not path.is_dir() else path / "__init__.py"


def _maintenance(url: str) -> psycopg.Connection[tuple[str, ...]]:
    return psycopg.connect(with_database(url, "postgres"), autocommit=True)


def with_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _exists(connection: psycopg.Connection[tuple[str, ...]], name: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _execute(
    connection: psycopg.Connection[tuple[str, ...]], statement: LiteralString, *names: str
) -> None:
    connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _migrate(url: str, name: str) -> None:
    changes = {
        "DATABASE_URL": with_database(url, name),
        "DJANGO_SETTINGS_MODULE": "preo.config.settings",
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | changes,
    )
    if done.returncode != 0:
        raise LauncherError(f"The test database could not be migrated:\n{done.stdout}")


def _mark_used(connection: psycopg.Connection[tuple[str, ...]], name: str) -> None:
    moment = datetime.datetime.now(datetime.UTC).isoformat()
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Literal(moment)))


def _drop_unused(connection: psycopg.Connection[tuple[str, ...]], kept: str) -> None:
    """Drop the templates of older migrations, but none that another run may just be cloning."""
    _mark_used(connection, kept)
    oldest = datetime.datetime.now(datetime.UTC) - KEEP_UNUSED
    rows = connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE starts_with(datname, %s) AND datname <> %s",
        [PREFIX, kept],
    )
    for name, used in rows.fetchall():
        if not used or datetime.datetime.fromisoformat(used) < oldest:
            _execute(connection, "DROP DATABASE IF EXISTS {}", name)
