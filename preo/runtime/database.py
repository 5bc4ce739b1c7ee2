"""The database that a command works on: the embedded one, or what DATABASE_URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection

from preo.runtime.errors import LauncherError
from preo.runtime.home import make_home
from preo.runtime.postgres.binaries import MAJOR
from preo.runtime.postgres.lease import Lease, embedded_server

CONNECT_SECONDS = 10
MIGRATION_LOCK = 0x7072656F6D


@contextmanager
def database_in_use() -> Iterator[Lease | None]:
    """The database for the length of the block; the lease is None for one of DATABASE_URL.

    Raises LauncherError when it cannot be had, with the remedy.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        check_named_server(url)
        yield None
        return
    with embedded_server(make_home()) as lease:
        yield lease


def check_named_server(url: str) -> None:
    """Refuse a server of another major version, or one that cannot be reached."""
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as server:
            found = server.info.server_version // 10000
    except psycopg.Error as error:
        raise LauncherError(
            f"The server that DATABASE_URL names cannot be used: {str(error).strip()} "
            "Correct DATABASE_URL, or unset it to use the embedded server."
        ) from error
    if found != MAJOR:
        raise LauncherError(
            f"The server that DATABASE_URL names is PostgreSQL {found}; Preo needs {MAJOR}. "
            f"Name a PostgreSQL {MAJOR} server, or unset DATABASE_URL to use the embedded one."
        )


def migrate() -> None:
    """Apply the migrations that are missing; of two at once the second waits and finds none.

    Leaves no connection open.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        close_connections()


def close_connections() -> None:
    """Close this process's connections, those waiting in the pool too: it only supervises now."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
