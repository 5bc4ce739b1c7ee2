"""How a file is to be read, found by looking at many of its rows."""

import codecs
import contextlib
import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain, islice
from typing import Any

from preo.imports.files.dialects import ESCAPE, Split, find_split, finds_escapes
from preo.imports.files.encodings import find_encoding
from preo.imports.files.excel import list_sheets
from preo.imports.files.headers import MAX_COLUMNS, find_header, last_filled, name_columns
from preo.imports.files.kinds import Kind, find_kind
from preo.imports.files.problems import UnreadableFileError
from preo.imports.files.rows import MAX_LINE, open_text, read_records
from preo.imports.files.store import open_file
from preo.imports.files.values import find_date_order, find_separator

CHOICES = ("encoding", "delimiter", "sheet", "header_row", "decimal_separator", "date_order")
"""What can be chosen over what was found."""
_LINES, _ROWS = 500, 1_000
_MOST = 2 * 1024**2
"""Characters of the first lines, and of the first rows, that are looked at."""
_NOTHING = " \t\r\n,;|\"'\ufeff"
_CHUNK = 1024**2
_SPOTS, _SPOT = 40, 32 * 1024
"""Places all over a file that are looked at, and the bytes of each."""


@dataclass(frozen=True, slots=True)
class Detection:
    kind: str
    encoding: str | None
    """None of a workbook, as `delimiter` and `quote`."""
    delimiter: str | None
    quote: str | None
    escape: str | None
    """Before a quotation mark within a cell; None where it is written twice."""
    sheets: list[str]
    """Of a workbook; else none."""
    sheet: str | None
    header_row: int
    """From 1; 0 where the first row is data."""
    decimal_separator: str
    date_order: str
    header: list[str]
    """The columns' names, no two alike."""
    confidence: dict[str, float]
    """0 to 1, for each of the others that was guessed."""
    estimated_rows: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def detect(key: str, file_name: str, chosen: Mapping[str, Any] | None = None) -> Detection:
    """Look at a stored file; what is `chosen` is taken for granted.

    Raises UnreadableFileError that says in plain words why there are no rows in it.
    """
    fixed = {name: value for name, value in (chosen or {}).items() if value is not None}
    sure: dict[str, float] = {}
    with open_file(key) as stored:
        kind = find_kind(stored, file_name)
        size = stored.seek(0, 2)
        if kind == Kind.CSV:
            form = _form_of_text(stored, fixed, sure)
        else:
            form = _form_of_workbook(key, fixed)
    dialect = {"kind": str(kind), **form}
    with contextlib.closing(read_records(key, dialect)) as records:
        rows = list(_first(records, _ROWS))
        names, header_row = _header(rows, fixed, sure)
    data = rows[header_row:]
    cells = list(chain.from_iterable(data))
    estimated = len(data)
    if kind == Kind.CSV and len(rows) == _ROWS:
        cells += chain.from_iterable(_scattered(key, dialect, len(names)))
        estimated = _estimate(size, rows, dialect)
    otherwise = "," if form["delimiter"] == ";" else "."
    separator, sure["decimal_separator"] = find_separator(cells, otherwise=otherwise)
    order, sure["date_order"] = find_date_order(cells)
    return Detection(
        **dialect,
        header_row=header_row,
        decimal_separator=fixed.get("decimal_separator", separator),
        date_order=fixed.get("date_order", order),
        header=names,
        confidence={name: share for name, share in sure.items() if name not in fixed},
        estimated_rows=estimated,
    )


def _first(found: Iterator[Any], most: int) -> Iterator[Any]:
    """Lines, or rows, until so many are there or they have grown large."""
    size = 0
    for one in islice(found, most):
        size += len(one) if isinstance(one, str) else sum(map(len, one))
        yield one
        if size > _MOST:
            return


def _form_of_text(stored: Any, fixed: Mapping[str, Any], sure: dict[str, float]) -> dict[str, Any]:
    encoding = fixed.get("encoding")
    if encoding is None:
        encoding, sure["encoding"] = find_encoding(stored)
    stored.seek(0)
    with open_text(stored, encoding) as text:
        try:
            lines = list(_first(iter(lambda: text.readline(MAX_LINE), ""), _LINES))
        except UnicodeError as error:
            raise UnreadableFileError(
                "wrong_encoding",
                f"The file cannot be read as {encoding}: it is in another encoding, damaged or cut short.",
            ) from error
    if not any(line.strip(_NOTHING) for line in lines):
        raise UnreadableFileError("empty_file", "The file has no row with anything in it.")
    lines[0] = lines[0].removeprefix("\ufeff")
    split, escape = _split(lines, _odd_lines(stored, encoding))
    delimiter = fixed.get("delimiter", split.delimiter)
    sure["delimiter"] = round(split.share, 2)
    # No width at all is a cell without end, or no cell: reading tells which, and where.
    if "delimiter" not in fixed and split.width == 1:
        raise UnreadableFileError(
            "not_a_table",
            "No comma, semicolon, tab or | parts the lines into columns. If another character does,"
            " choose it.",
        )
    return {
        "encoding": encoding,
        "delimiter": delimiter,
        "quote": split.quote,
        "escape": escape,
        "sheets": [],
        "sheet": None,
    }


def _form_of_workbook(key: str, fixed: Mapping[str, Any]) -> dict[str, Any]:
    sheets = list_sheets(key)
    sheet = fixed.get("sheet", sheets[0])
    nothing = dict.fromkeys(("encoding", "delimiter", "quote", "escape"))
    return {**nothing, "sheets": sheets, "sheet": sheet}


def _split(lines: list[str], odd: list[str]) -> tuple[Split, str | None]:
    split = find_split(lines)
    if odd:
        escaped = find_split(lines, ESCAPE)
        if finds_escapes(odd, split, escaped):
            return escaped, ESCAPE
    return split, None


def _odd_lines(stored: Any, encoding: str) -> list[str]:
    r"""Lines with `\"` from anywhere in the file, some of them: what escapes does so seldom."""
    mark, end = (text.encode(encoding) for text in (ESCAPE + '"', "\n"))
    found: list[str] = []
    before = b""
    stored.seek(0)
    while len(found) < _LINES and (chunk := stored.read(_CHUNK)):
        whole, _, rest = (before + chunk).rpartition(end)
        # What is cut off at the edge comes with the next piece; a line without end is of no use.
        before = rest[-MAX_LINE:]
        lines = whole.split(end) if mark in whole else []
        odd = (line for line in lines if mark in line and len(line) < _SPOT)
        found += [line.decode(encoding, "ignore") for line in islice(odd, _LINES - len(found))]
    if mark in before and len(before) < _SPOT:
        found.append(before.decode(encoding, "ignore"))
    return found


def _header(
    rows: list[list[str]], fixed: Mapping[str, Any], sure: dict[str, float]
) -> tuple[list[str], int]:
    header_row = fixed.get("header_row")
    if header_row is None:
        header_row, sure["header_row"] = find_header(rows)
    header = rows[header_row - 1] if 0 < header_row <= len(rows) else []
    data = rows[header_row:]
    if not any(map(any, rows)):
        raise UnreadableFileError("empty_file", "The file has no row with anything in it.")
    if not any(map(any, data)):
        raise UnreadableFileError("header_only", "The file has a header but no rows below it.")
    width = last_filled(header) or max(map(last_filled, data))
    if width > MAX_COLUMNS:
        raise UnreadableFileError(
            "too_many_columns",
            f"The file has {width:,} columns; {MAX_COLUMNS:,} are the most. Is the delimiter right?",
        )
    usual = _usual_width(data)
    # Columns at the end may have no name and be filled all the same.
    return name_columns(header, min(max(width, usual), MAX_COLUMNS)), header_row


def _usual_width(rows: list[list[str]]) -> int:
    widths = sorted(width for width in map(last_filled, rows) if width)
    return widths[len(widths) // 2]


def _scattered(key: str, dialect: Mapping[str, Any], width: int) -> Iterator[list[str]]:
    """Rows from places all over the file; of what was cut only what has the header's width."""
    with open_file(key) as stored:
        size = stored.seek(0, 2)
        decoder = codecs.getdecoder(dialect["encoding"])
        for spot in range(_SPOTS):
            stored.seek(size * spot // _SPOTS // 4 * 4)
            text, _ = decoder(stored.read(_SPOT), "ignore")
            lines = text.splitlines()[1:-1]
            with contextlib.suppress(csv.Error):
                for cells in csv.reader(
                    lines,
                    delimiter=dialect["delimiter"],
                    quotechar=dialect["quote"],
                    escapechar=dialect["escape"],
                ):
                    if len(cells) == width:
                        yield cells


def _estimate(size: int, rows: list[list[str]], dialect: Mapping[str, Any]) -> int:
    """About how many rows there are in so many bytes, where the first ones are like the rest."""
    sample = "\r\n".join(dialect["delimiter"].join(row) for row in rows)
    return round(size * len(rows) / max(1, len(sample.encode(dialect["encoding"], "ignore"))))
