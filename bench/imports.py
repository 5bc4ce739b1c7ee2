"""A file of 1,000,000 rows through a whole import, each step beside what it could cost.

    make bench                          on the database in .preo/bench
    python -m bench.imports [ROWS]      uses the database of DATABASE_URL

The file is one of Shopify's form: orders of two lines, each customer with some orders. The floor
of every step is bare COPY of the same file into an unlogged table of texts; that of bringing orders
in besides it a plain INSERT ... SELECT of the finished rows into the same tables with all their
indexes and keys. django-import-export brings in a part of the file. Jobs are run in this process,
so that its memory tells theirs.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from bench.imports_beside import copy_rows, drop_finished, insert_finished, put_aside
from bench.imports_data import (
    BAD_ORDER,
    LINES_OF_AN_ORDER,
    clean_up,
    free_room,
    make_place,
    write_file,
)
from bench.imports_library import library_rate
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.imports.models import DataImport, ImportStage
from preo.imports.service.columns import process_columns, read_import_lines, validate_columns
from preo.imports.service.reading import read_import_file
from preo.imports.service.runs import preview_import, run_import, start_import
from preo.imports.service.undo import look_at_undo, run_undo, start_undo
from preo.imports.service.uploads import create_import
from preo.orders.models import Order

ROWS = 1_000_000
ROWS_BY_LIBRARY = 4_000
MOST_MEMORY = 500
"""Megabytes that this process may have taken at its highest."""
PAGE = 20


class Bench:
    """Runs each step once and prints what it took."""

    def __init__(self, edition: Edition, path: Path, rows: int) -> None:
        self.edition = edition
        self.path = path
        self.rows = rows
        self.seconds_of_copy = min(copy_rows(path) for _ in range(2))
        self.seconds: dict[str, float] = {}
        self.tell("bare COPY of the file", self.seconds_of_copy)

    def tell(self, name: str, seconds: float) -> None:
        rate, ratio = self.rows / seconds, seconds / self.seconds_of_copy
        print(
            f"  {name:<44} {seconds:8.2f} s {rate:11,.0f} rows/s {ratio:7.2f}x COPY"
            f"   {peak_memory():4.0f} MB",
            flush=True,
        )

    def timed(self, name: str, work: Callable[[], object]) -> float:
        """Seconds that a step took; they are printed."""
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        self.tell(name, seconds)
        return seconds

    def prepare(self) -> tuple[DataImport, float]:
        """An import that can start, and the seconds up to there."""
        made: list[DataImport] = []

        def generation() -> int:
            made[0].refresh_from_db()
            return made[0].generation

        def read_lines() -> None:
            process_columns(data_import_id=made[0].pk, by=self.by, now=timezone.now())
            read_import_lines(data_import_id=made[0].pk, generation=generation())

        seconds = self.timed("kept in storage", lambda: made.append(self.upload()))
        data_import = made[0]
        seconds += self.timed(
            "read into rows",
            lambda: read_import_file(data_import_id=data_import.pk, generation=generation()),
        )
        seconds += self.timed(
            "every row checked", lambda: validate_columns(data_import_id=data_import.pk)
        )
        seconds += self.timed("lines and products made", read_lines)
        data_import.refresh_from_db()
        assert data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING, data_import.error_message
        assert data_import.row_count == self.rows
        return data_import, seconds

    @property
    def by(self) -> Principal:
        grant = Grant(self.edition.organization_id, None, Role.STAFF)
        return Principal("api_key", uuid7(), (grant,))

    def upload(self) -> DataImport:
        with self.path.open("rb") as content:
            return create_import(
                edition_id=self.edition.pk,
                content=content,
                data_file_name="orders_export.csv",
                by=self.by,
                now=timezone.now(),
            )

    def start(self, name: str, data_import: DataImport) -> float:
        """Let it run; the seconds of that."""
        started = start_import(data_import_id=data_import.pk, by=self.by, now=timezone.now())
        seconds = self.timed(
            name,
            lambda: run_import(
                data_import_id=data_import.pk, generation=started.generation, now=timezone.now()
            ),
        )
        data_import.refresh_from_db()
        assert data_import.stage == ImportStage.COMPLETED, data_import.error_message
        return seconds

    def undo(self, data_import: DataImport) -> None:
        """Look ahead, then take all of it back."""
        self.timed(
            "looked at what it would take back",
            lambda: look_at_undo(data_import=data_import, now=timezone.now()),
        )
        started = start_undo(data_import_id=data_import.pk, by=self.by, now=timezone.now())
        self.timed(
            "orders taken back",
            lambda: run_undo(
                data_import_id=data_import.pk, generation=started.generation, now=timezone.now()
            ),
        )
        data_import.refresh_from_db()
        assert data_import.undone_at is not None
        place = {"organization_id": self.edition.organization_id}
        assert not Order.objects.filter(**place).exists()
        assert not Customer.objects.filter(**place).exists()

    def preview(self, data_import: DataImport) -> None:
        """Print how long the first page takes, and one in the middle."""
        for name, offset in (("first", 0), ("middle", self.rows // LINES_OF_AN_ORDER // 2)):
            started = time.perf_counter()
            preview_import(data_import=data_import, offset=offset, limit=PAGE, now=timezone.now())
            seconds = time.perf_counter() - started
            print(
                f"  preview, {name} page of {PAGE} orders{seconds * 1000:>{30 - len(name)}.0f} ms"
            )


def peak_memory() -> float:
    """Megabytes that this process took at its highest."""
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measure(bench: Bench) -> float:
    """The whole import, the same file again, and undone; seconds in which new orders came in."""
    print("a new file")
    data_import, seconds = bench.prepare()
    bench.preview(data_import)
    seconds_of_start = bench.start("orders brought in", data_import)
    bench.tell("all of it", seconds + seconds_of_start)
    orders = bench.rows // LINES_OF_AN_ORDER
    assert data_import.orders_failed == orders // BAD_ORDER
    assert data_import.orders_created == orders - data_import.orders_failed
    print("the same file again")
    again, seconds = bench.prepare()
    bench.tell("all of it", seconds + bench.start("orders compared, none changed", again))
    found = (again.orders_unchanged, again.orders_created, again.orders_updated)
    assert found == (data_import.orders_created, 0, 0)
    put_aside(bench.edition.organization_id)
    print("undone")
    bench.undo(data_import)
    return seconds_of_start


def compare(bench: Bench, seconds: float) -> None:
    """What others need for bringing the orders in, which took us so long."""
    free_room()
    print("the finished rows by plain INSERT ... SELECT")
    by_table = insert_finished()
    for table, took in by_table.items():
        print(f"  {table:<44} {took:8.2f} s")
    bench.tell("all of it", sum(by_table.values()))
    print(f"  orders brought in took {seconds / sum(by_table.values()):.2f} times as long")
    rows = min(bench.rows, ROWS_BY_LIBRARY)
    rate = library_rate(bench.edition, bench.path, rows)
    times = bench.rows / seconds / rate
    print(f"django-import-export, {rows:,} rows: {rate:,.0f} rows/s; ", end="")
    print(f"orders brought in is {times:,.0f} times as fast")


def main(rows: int) -> None:
    edition = make_place()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "orders_export.csv"
            write_file(path, rows)
            size = path.stat().st_size / 1024**2
            print(f"{rows:,} rows, {rows // LINES_OF_AN_ORDER:,} orders, {size:.0f} MB")
            bench = Bench(edition, path, rows)
            seconds = measure(bench)
            memory = peak_memory()
            compare(bench, seconds)
            print(f"memory at its highest: {memory:.0f} MB (at most {MOST_MEMORY})")
            assert memory < MOST_MEMORY
    finally:
        drop_finished()
        clean_up()


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS)
