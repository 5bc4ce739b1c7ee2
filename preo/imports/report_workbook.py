"""Rows as a workbook, for who brought one: written row by row, in memory that does not grow."""

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from preo.imports.files.workbook import MAX_CELL, text_of

_PIECE = 64 * 1024
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DATE = re.compile(
    r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:T(?!00:00:00)[0-2][0-9](?::[0-5][0-9]){2})?"
)
_EARLIEST = dt.datetime.fromisoformat("1900-03-01")
"""Before it spreadsheets count a day that there was not."""
_NOT_IN_A_SHEETS_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")


def write_workbook(sheet: str, rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A workbook of one sheet in pieces; it is there as a whole before the first one.

    What stands as a number or a date in the form that they are read in becomes one again, so that it
    can be reckoned with, and is read the same; all else is text. Nothing becomes a formula or a link.
    """
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page = book.add_worksheet(_sheet_name(sheet))
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text:
                    _write(page, number, column, text, day, moment)
        book.close()
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _write(page: Worksheet, row: int, column: int, text: str, day: Format, moment: Format) -> None:
    if _NUMBER.fullmatch(text) and text_of(float(text)) == text:
        page.write_number(row, column, float(text))
    elif (when := _moment(text)) is not None:
        page.write_datetime(row, column, when, moment if "T" in text else day)
    else:
        page.write_string(row, column, text[:MAX_CELL])


def _moment(text: str) -> dt.datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= _EARLIEST else None


def _sheet_name(name: str) -> str:
    """As it was, where it is one that a workbook of this kind may have."""
    return _NOT_IN_A_SHEETS_NAME.sub(" ", name)[:31].strip() or "Rows"
