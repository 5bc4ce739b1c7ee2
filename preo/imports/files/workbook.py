"""The program that reads a workbook: writes its sheets as JSON, or one sheet as CSV.

    python -m preo.imports.files.workbook MEMORY SECONDS PATH [SHEET]

It knows neither Django nor the database: whatever a hostile file does to it stays within it.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    WorksheetNotFound,
)

REFUSED = 3
TOO_LARGE = 4
"""Exit codes; what the limits end by a signal is too large as well."""
MAX_CELL = 32_767
"""Characters: what spreadsheets hold in a cell."""
_OUTPUT_LIMIT = 2 * 1024**3
_CHUNK = 1024**2
_OVERLAP = 1_000
_UNREADY = re.compile(
    rb'<c [^>]*?r="([A-Z]+[0-9]+)"[^>]*><f(?: ?/>|[^>]*>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")


class RefusedError(Exception):
    """A code of ours and, where there is one, the place."""


def main(memory: str, seconds: str, path: str, sheet: str | None = None) -> None:
    """Raises RefusedError."""
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_FSIZE, _OUTPUT_LIMIT)
    output = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        with CalamineWorkbook.from_path(path) as book:
            if sheet is None:
                json.dump(_visible(book), output)
            else:
                _check_formulas(Path(path))
                _write_sheet(book.get_sheet_by_name(sheet), output)
    except PasswordError as error:
        raise RefusedError("password") from error
    except WorksheetNotFound as error:
        raise RefusedError("sheet_not_found") from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise RefusedError("broken_file") from error
    output.flush()


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, hard))


def _visible(book: CalamineWorkbook) -> list[str]:
    return [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]


def _write_sheet(sheet: CalamineSheet, output: IO[str]) -> None:
    writer = csv.writer(output)
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [text_of(value) for value in row]
        if max(map(len, cells), default=0) > MAX_CELL:
            raise RefusedError(f"cell_too_large in row {number}")
        writer.writerow(cells)


def text_of(value: object) -> str:
    """A cell in the form that a plain file would have it: a point for decimals, times as ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # A spreadsheet reckons with 15 digits and shows no more.
        return format(Decimal(f"{value:.15g}") + 0, "f")
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _check_formulas(path: Path) -> None:
    """Raises RefusedError for a formula whose result is not in the file: it would read as empty."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for name in filter(_SHEET_PART.fullmatch, archive.namelist()):
            with archive.open(name) as part:
                for text in _pieces(part):
                    found = _UNREADY.search(text)
                    if found:
                        raise RefusedError(f"formulas_without_values {found[1].decode()}")


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Pieces that overlap, so that nothing is missed at an edge."""
    before = b""
    while piece := part.read(_CHUNK):
        yield before + piece
        before = piece[-_OVERLAP:]


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except RefusedError as refused:
        print(refused, file=sys.stderr)  # noqa: T201 - a program of its own
        sys.exit(REFUSED)
    except MemoryError:
        sys.exit(TOO_LARGE)
