"""Reading a stored file row by row, in memory that does not grow with it."""

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from preo.imports.files.excel import convert_sheet
from preo.imports.files.kinds import Kind
from preo.imports.files.problems import UnreadableFileError
from preo.imports.files.store import open_file

MAX_CELL = 131_072
"""Characters of one cell: the limit of Python's `csv`. A spreadsheet's own is 32,767."""
MAX_LINE = 2 * 1024**2
"""Characters of a line, and of a whole row."""

Dialect = Mapping[str, Any]
"""How a file is read: what detection found, and what was chosen over it."""


class FileRow(NamedTuple):
    number: int
    """As a spreadsheet counts it, from 1."""
    cells: list[str]
    """As many as the header has; more where the row is longer and something stands there."""


def read_rows(key: str, dialect: Dialect) -> Generator[FileRow, None, None]:
    """The rows below the header. Empty rows are left out, short ones filled up.

    Raises UnreadableFileError, with the number of the row, wherever reading comes to its end early.
    """
    first, width = dialect["header_row"] + 1, len(dialect["header"])
    with contextlib.closing(read_records(key, dialect)) as records:
        for number, cells in enumerate(records, 1):
            if number < first:
                continue
            if len(cells) != width:
                fit(cells, width)
            if any(cells):
                yield FileRow(number, cells)


def fit(cells: list[str], width: int) -> None:
    """Fill a short row up; of a long one take off what is empty beyond the header."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    cells.extend([""] * (width - len(cells)))


def read_records(key: str, dialect: Dialect) -> Generator[list[str], None, None]:
    """Every row from the first one on, empty ones too, as they stand."""
    if dialect["kind"] == Kind.EXCEL:
        with convert_sheet(key, dialect.get("sheet")) as text:
            yield from parse(text, delimiter=",", quote='"')
        return
    with open_file(key) as stored, open_text(stored, dialect["encoding"]) as text:
        yield from parse(
            text,
            delimiter=dialect["delimiter"],
            quote=dialect["quote"],
            escape=dialect.get("escape"),
        )


@contextlib.contextmanager
def open_text(stored: Any, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Decode bytes as they are read. Line breaks are left as they are: cells may hold them."""
    text = io.TextIOWrapper(stored, encoding=codecs.lookup(encoding).name, newline="")
    try:
        yield text
    finally:
        text.detach()


def parse(
    text: io.TextIOBase, *, delimiter: str, quote: str, escape: str | None = None
) -> Iterator[list[str]]:
    """Raises UnreadableFileError for what is no text of this encoding, and for endless cells."""
    number = lines = 0
    try:
        physical = _Lines(text)
        reader = csv.reader(
            _without_nulls(physical, delimiter) if escape else physical,
            delimiter=delimiter,
            quotechar=quote or None,
            escapechar=escape,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )
        for cells in reader:
            number += 1
            before, lines = lines, reader.line_num
            physical.since_row = 0
            physical.row = number + 1
            yield cells
        if quote and number and lines - before > 1 and quote not in physical.last:
            raise UnreadableFileError(
                "quote_not_closed",
                f"A quotation mark that opens in row {number:,} is never closed: the rest of the"
                " file would be one cell.",
            )
    except csv.Error as error:
        raise UnreadableFileError(
            "cell_too_large",
            f"Row {number + 1:,} has a cell of more than {MAX_CELL:,} characters. Perhaps a"
            " quotation mark is not closed.",
        ) from error
    except UnicodeError as error:
        raise UnreadableFileError(
            "wrong_encoding",
            f"After row {number:,} stands something that the chosen encoding does not have.",
        ) from error


def _without_nulls(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    r"""Databases that write `\"` write `\N` for nothing."""
    part = re.escape(delimiter)
    null = re.compile(rf"(?:(?<=^)|(?<={part}))\\N(?={part}|[\r\n]|$)")
    for line in lines:
        yield null.sub("", line) if "\\N" in line else line


class _Lines:
    """The lines of a text, bounded in length; keeps the last one."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text = text
        self.last = ""
        self.since_row = 0
        """Characters since a row came to its end."""
        self.row = 1

    def __iter__(self) -> Iterator[str]:
        readline = self.text.readline
        mark = self._first()
        for line in chain(mark, iter(lambda: readline(MAX_LINE), "")):
            if "\0" in line:
                raise UnreadableFileError(
                    "binary_file", "The file holds NUL characters: it is no text, or damaged."
                )
            self.since_row += len(line)
            if self.since_row >= MAX_LINE:
                raise UnreadableFileError(
                    "row_too_long",
                    f"Row {self.row:,} has more than {MAX_LINE:,} characters. Perhaps a quotation mark is not"
                    " closed, or this is no table.",
                )
            self.last = line
            yield line

    def _first(self) -> Iterable[str]:
        line = self.text.readline(MAX_LINE).removeprefix("\ufeff")
        return (line,) if line else ()
