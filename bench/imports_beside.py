"""What the imports are measured beside: bare COPY, and plain INSERT of the finished rows."""

import time
import uuid
from pathlib import Path

from django.db import connection, transaction

from bench.imports_data import HEADER, OF_ORIGIN, TABLES, empty_tables

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


def insert_finished(organization_id: uuid.UUID) -> dict[str, float]:
    """Seconds by table in which the rows that are there go into it again, all else left as it is.

    They are put aside, deleted, and inserted in one transaction with every index, key, trigger and
    check; what is deferred to its end is told as "keys at the end".
    """
    tables = (*reversed(TABLES), OF_ORIGIN)
    for table in tables:
        _put_aside(table, organization_id)
    empty_tables(organization_id)
    seconds = {}
    with connection.cursor() as cursor, transaction.atomic():
        for table in tables:
            names = ", ".join(_columns(table))
            started = time.perf_counter()
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM bench_{table}")
            seconds[table] = time.perf_counter() - started
        started = time.perf_counter()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds["keys at the end"] = time.perf_counter() - started
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE bench_{table}")
    return seconds


def _put_aside(table: str, organization_id: uuid.UUID) -> None:
    where = _OF_ORIGIN if table == OF_ORIGIN else "organization_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
        cursor.execute(
            f"CREATE UNLOGGED TABLE bench_{table} AS SELECT * FROM {table} WHERE {where}",
            [organization_id],
        )


def _columns(table: str) -> list[str]:
    """Those that are written, not made by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND is_generated = 'NEVER'",
            [table],
        )
        return [str(name) for [name] in cursor.fetchall()]
