"""Putting a file's rows into the database: by COPY, in chunks that are resumed where they ended."""

import contextlib
import gc
from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction

from preo.imports.files.problems import UnreadableFileError
from preo.imports.files.profiles import Profile
from preo.imports.files.rows import FileRow, read_rows
from preo.imports.models import (
    DataImport,
    ImportLine,
    ImportProblem,
    ImportRow,
    ImportStage,
    ProductMapping,
)

CHUNK_ROWS = 20_000
CHUNK_CHARACTERS = 4 * 1024**2
MAX_ROWS = 5_000_000
_CELL, _ROW = "\x1f", "\x1e"
"""Stand between cells and rows while a whole chunk is escaped at once."""
_OF_AN_IMPORT = (ImportRow, ImportLine, ImportProblem, ProductMapping)


class VoidError(Exception):
    """Somebody else reads this file now, or nobody wants it read any more."""


def stage(data_import: DataImport) -> None:
    """Copy every row of the import's file to the table of rows, from its checkpoint on.

    Each chunk is a transaction of its own with its progress: `rows_done` counts the rows that are
    in, and whoever writes on must have seen all of them. At the end `row_count` and `columns` are
    there. Raises VoidError, or UnreadableFileError with what is in left as it is.
    """
    if not data_import.rows_done:
        _begin(data_import)
    with _without_garbage_collection():
        _stage(data_import)


def _stage(data_import: DataImport) -> None:
    profile = Profile(data_import.detected["header"], data_import.columns)
    rows = read_rows(data_import.data_file, data_import.detected)
    with contextlib.closing(rows):
        for chunk in _chunks(islice(rows, data_import.rows_done, None)):
            profile.add(chunk)
            _write(data_import, chunk, encode_rows(str(data_import.pk), chunk), profile)
    _end(data_import, profile)


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Rows hold no cycles, and Python searches all that it holds for some after each few hundred
    new lists: that takes longer than to read, to profile and to encode the rows.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def clear(data_import: DataImport) -> None:
    """Delete all that was made of the file's rows."""
    for model in _OF_AN_IMPORT:
        model._default_manager.filter(data_import=data_import).delete()


@transaction.atomic
def _begin(data_import: DataImport) -> None:
    _lock(data_import)
    clear(data_import)


@transaction.atomic
def _write(data_import: DataImport, rows: list[FileRow], encoded: str, profile: Profile) -> None:
    _lock(data_import)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY imports_importrow (data_import_id, number, cells) FROM STDIN") as copy,
    ):
        copy.write(encoded)
    data_import.rows_done += len(rows)
    data_import.columns = profile.columns(data_import.rows_done)
    if data_import.rows_done > MAX_ROWS:
        raise UnreadableFileError(
            "too_many_rows", f"The file has more than {MAX_ROWS:,} rows. Bring it in parts."
        )
    data_import.save(update_fields=["rows_done", "columns"])


@transaction.atomic
def _end(data_import: DataImport, profile: Profile) -> None:
    _lock(data_import)
    if not data_import.rows_done:
        raise UnreadableFileError("header_only", "The file has a header but no rows below it.")
    data_import.row_count = data_import.rows_done
    data_import.detected |= profile.ragged()
    data_import.save(update_fields=["row_count", "detected"])


def _lock(data_import: DataImport) -> None:
    """Hold the import's row. Raises VoidError unless it stands as this reading left it."""
    found = DataImport.objects.select_for_update(no_key=True).filter(
        pk=data_import.pk,
        generation=data_import.generation,
        stage=ImportStage.UPLOADED,
        rows_done=data_import.rows_done,
        row_count__isnull=True,
    )
    if not found.exists():
        raise VoidError


def _chunks(rows: Iterator[FileRow]) -> Iterator[list[FileRow]]:
    chunk: list[FileRow] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += sum(map(len, row.cells))
        if len(chunk) >= CHUNK_ROWS or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def encode_rows(prefix: str, rows: list[FileRow]) -> str:
    """Rows in COPY's text format, the cells as an array.

    A chunk is escaped as one long text: to let the driver make an array of each row takes six
    times as long.
    """
    joined = _ROW.join([_CELL.join(row.cells) for row in rows])
    cells = sum(len(row.cells) for row in rows)
    if joined.count(_ROW) != len(rows) - 1 or joined.count(_CELL) != cells - len(rows):
        return _encode_each(prefix, rows)  # a cell holds one of the two
    lines = _escape(joined).split(_ROW)
    return "".join(
        [f'{prefix}\t{row.number}\t{{"{line}"}}\n' for row, line in zip(rows, lines, strict=True)]
    ).replace(_CELL, '","')


def _encode_each(prefix: str, rows: list[FileRow]) -> str:
    lines = []
    for row in rows:
        cells = '","'.join(map(_escape, row.cells))
        lines.append(f'{prefix}\t{row.number}\t{{"{cells}"}}\n')
    return "".join(lines)


def _escape(text: str) -> str:
    """Escape twice: for a text within an array, and that for COPY."""
    quoted = text.replace("\\", r"\\\\").replace('"', r"\\" + '"')
    return quoted.replace("\n", r"\n").replace("\r", r"\r").replace("\t", r"\t")
