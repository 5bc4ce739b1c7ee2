"""By what the cells of a line are parted, and how texts are quoted."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
"""Of two that part equally well, the one that stands first."""
QUOTES = ('"', "'")
ESCAPE = "\\"
"""Before a quotation mark within a cell, where one is not written twice."""
MOST_ROWS = 500
_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    delimiter: str
    quote: str
    width: int
    """Cells of most rows."""
    share: float
    """Of the rows that have so many."""
    start: int
    """The first of them: commas of decimals part all rows but the header."""


def find_split(lines: Sequence[str], escape: str | None = None) -> Split:
    """The delimiter by which most rows have the same number of cells, more than one."""
    hint = _HINT.fullmatch(lines[0]) if lines else None
    found = []
    for delimiter in (hint[1],) if hint else DELIMITERS:
        quote = _find_quote(lines, delimiter)
        widths = _measure(lines, delimiter, quote, escape)
        times = Counter(widths)
        width = max(times, key=lambda one: (times[one], one), default=0)
        share = times[width] / len(widths) if widths else 0.0
        start = widths.index(width) if widths else 0
        found.append(Split(delimiter, quote, width, share, start))
    return max(
        found,
        key=lambda split: (split.width > 1, round(split.share, 1), -split.start, split.width),
    )


def _find_quote(lines: Sequence[str], delimiter: str) -> str:
    """Single quotes only where whole cells stand in them and none in double ones."""
    part = re.escape(delimiter)
    counts = {
        quote: sum(
            len(re.findall(rf"(?:^|{part}){quote}[^{quote}]*{quote}(?={part}|\s*$)", line))
            for line in lines
        )
        for quote in QUOTES
    }
    if '"' not in "".join(lines) and counts["'"] >= len(lines):
        return "'"
    return '"'


def finds_escapes(odd: Sequence[str], plain: Split, escaped: Split) -> bool:
    r"""Whether `\"` is a quotation mark within a cell, rather than a backslash at its end.

    `odd` are lines in which it stands; the others are the splits by either reading. A path such as
    "C:\orders\" ends a cell, "a 12\" record" does not.
    """
    as_plain, as_escaped = (
        sum(_measure([line], split.delimiter, split.quote, escape) == [split.width] for line in odd)
        for split, escape in ((plain, None), (escaped, ESCAPE))
    )
    within = re.compile(
        rf'(?:^|{re.escape(escaped.delimiter)})"(?:[^"\\]|\\.)*\\"(?![{re.escape(escaped.delimiter)}\r\n"])'
    )
    is_telling = escaped.quote == '"' and any(map(within.search, odd))
    return as_escaped > as_plain or (is_telling and as_escaped == as_plain)


def _measure(
    lines: Sequence[str], delimiter: str, quote: str, escape: str | None = None
) -> list[int]:
    """How many cells each row has that is not empty."""
    rows = csv.reader(lines, delimiter=delimiter, quotechar=quote, escapechar=escape)
    try:
        return [len(cells) for cells in islice(rows, MOST_ROWS) if any(cells)]
    except csv.Error:  # a cell without end: no delimiter parts this
        return []
