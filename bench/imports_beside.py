"""What the imports are measured beside: bare COPY, and plain INSERT of the finished rows."""

import time
import uuid
from pathlib import Path

from django.db import connection, transaction

from bench.imports_data import HEADER, OF_ORIGIN, TABLES

FINISHED = (*reversed(TABLES), OF_ORIGIN)
_PIECE = 256 * 1024
_OF_ORIGIN = "data_import_id IN (SELECT id FROM imports_dataimport WHERE organization_id = %s)"


def copy_rows(path: Path) -> float:
    """Seconds in which PostgreSQL takes the file as it is into an unlogged table of texts."""
    columns = ", ".join(f'"{name}" text' for name in HEADER)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copied")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_copied ({columns})")
        started = time.perf_counter()
        with (
            path.open("rb") as file,
            cursor.copy("COPY bench_copied FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while piece := file.read(_PIECE):
                copy.write(piece)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_copied")
    return seconds


def put_aside(organization_id: uuid.UUID) -> None:
    """Keep the finished rows of all tables that an import writes to."""
    for table in FINISHED:
        where = _OF_ORIGIN if table == OF_ORIGIN else "organization_id = %s"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
            cursor.execute(
                f"CREATE UNLOGGED TABLE bench_{table} AS SELECT * FROM {table} WHERE {where}",
                [organization_id],
            )


def insert_finished() -> dict[str, float]:
    """Seconds by table in which the rows that were put aside go into it, as plainly as can be.

    In one transaction with every index, key, trigger and check; what is deferred to its end is told
    as "keys at the end".
    """
    seconds = {}
    with connection.cursor() as cursor, transaction.atomic():
        for table in FINISHED:
            names = ", ".join(_columns(table))
            started = time.perf_counter()
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM bench_{table}")
            seconds[table] = time.perf_counter() - started
        started = time.perf_counter()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds["keys at the end"] = time.perf_counter() - started
    drop_finished()
    return seconds


def drop_finished() -> None:
    with connection.cursor() as cursor:
        for table in FINISHED:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")


def _columns(table: str) -> list[str]:
    """Those that are written, not made by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND is_generated = 'NEVER'",
            [table],
        )
        return [str(name) for [name] in cursor.fetchall()]
