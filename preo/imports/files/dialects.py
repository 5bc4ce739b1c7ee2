"""By what the cells of a line are parted, and how texts are quoted."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
"""Of two that part equally well, the one that stands first."""
QUOTES = ('"', "'")
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


def find_split(lines: Sequence[str]) -> Split:
    """The delimiter by which most rows have the same number of cells, more than one."""
    hint = _HINT.fullmatch(lines[0]) if lines else None
    found = []
    for delimiter in (hint[1],) if hint else DELIMITERS:
        quote = _find_quote(lines, delimiter)
        width, share = _measure(lines, delimiter, quote)
        found.append(Split(delimiter, quote, width, share))
    return max(found, key=lambda split: (split.width > 1, round(split.share, 1), split.width))


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


def _measure(lines: Sequence[str], delimiter: str, quote: str) -> tuple[int, float]:
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(lines, delimiter=delimiter, quotechar=quote):
            if any(cells):
                widths[len(cells)] += 1
            if widths.total() == MOST_ROWS:
                break
    except csv.Error:  # a cell without end: no delimiter parts this
        return 0, 0.0
    if not widths:
        return 0, 0.0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width, times / widths.total()
