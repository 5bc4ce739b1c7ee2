"""Which row names the columns, and what they are called."""

import re
from collections import Counter
from collections.abc import Sequence

MAX_COLUMNS = 1_000
LONGEST_NAME = 200
MOST_ROWS = 50
"""So far down a header is looked for."""
_VALUE = re.compile(r"[-+(]?[^\w\s]?\s?\d[\d.,:/ \u00a0-]*%?\)?|\S+@\S+\.\S+")


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, float]:
    """The number of the header's row, from 1, and how sure that is (0 to 1).

    Titles and blank rows may stand above it: it is the first that fills most of the columns.
    """
    widths = Counter(filled for filled in map(_filled, rows) if filled)
    if not widths:
        return 1, 0.0
    usual = max(widths, key=lambda width: (widths[width], width))
    above = 0
    for number, row in enumerate(rows[:MOST_ROWS], 1):
        values = _values(row)
        if not _is_hint(row) and _filled(row) >= max(1, min(usual, 2), usual * 0.6):
            if values and above == number - 1 > 0:
                # Values below words: those are the names, of which some are missing.
                return above, 0.5
            return number, round(1 - values / max(1, _filled(row)), 2)
        above = number if _filled(row) > 1 and not values and not _is_hint(row) else above
    return 1, 0.1


def name_columns(header: Sequence[str], width: int) -> list[str]:
    """A name for each column, no two alike: a repeated one gets a number, an empty one its place."""
    names: list[str] = []
    taken: set[str] = set()
    for place in range(width):
        given = header[place] if place < len(header) else ""
        plain = " ".join(given.split())[:LONGEST_NAME] or f"Column {place + 1}"
        name, times = plain, 1
        while name.casefold() in taken:
            times += 1
            name = f"{plain} ({times})"
        taken.add(name.casefold())
        names.append(name)
    return names


def last_filled(row: Sequence[str]) -> int:
    """How many cells there are up to the last one in which something stands."""
    width = len(row)
    while width and not row[width - 1].strip():
        width -= 1
    return width


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _values(row: Sequence[str]) -> int:
    """How many cells hold a number, a date or an address rather than a name."""
    return sum(bool(_VALUE.fullmatch(cell.strip())) for cell in row)


def _is_hint(row: Sequence[str]) -> bool:
    return bool(row) and row[0].casefold().startswith("sep=")
