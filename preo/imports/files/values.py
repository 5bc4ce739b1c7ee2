"""How numbers and dates are written in a file."""

import enum
import re
from collections import Counter
from collections.abc import Iterable

_SIGNS = r"[-+(]?\s?(?:[^\W\d]{1,3}\.?|[^\w\s])?\s?-?"
_AFTER = r"\s?(?:[^\W\d]{1,3}\.?|[^\w\s.,])?\)?"
_COMMA = re.compile(rf"{_SIGNS}\d+(?:[. '\u00a0\u202f]\d{{3}})*,(?:\d\d?|\d{{4,}}){_AFTER}")
_POINT = re.compile(rf"{_SIGNS}\d+(?:[, '\u00a0\u202f]\d{{3}})*\.(?:\d\d?|\d{{4,}}){_AFTER}")
_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})(?:[T ,].*)?")
_LONGEST = 40


class DateOrder(enum.StrEnum):
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


def find_separator(cells: Iterable[str], *, otherwise: str) -> tuple[str, float]:
    """The decimal separator, and how sure that is (0 to 1): what most amounts say.

    `1,234` says nothing: it may be either.
    """
    votes: Counter[str] = Counter()
    for cell in cells:
        if len(cell) <= _LONGEST:
            plain = cell.strip()
            if "," in plain and _COMMA.fullmatch(plain):
                votes[","] += 1
            elif "." in plain and _POINT.fullmatch(plain):
                votes["."] += 1
    if not votes:
        return otherwise, 0.3
    [(best, times)] = votes.most_common(1)
    return best, round(times / votes.total(), 2)


def find_date_order(cells: Iterable[str]) -> tuple[str, float]:
    """The order of day, month and year, and how sure that is (0 to 1).

    A number over 12 is no month. Where every date could be read both ways, the day is first.
    """
    votes: Counter[str] = Counter()
    seen = 0
    for cell in cells:
        found = _DATE.fullmatch(cell.strip()) if len(cell) <= _LONGEST else None
        if found:
            seen += 1
            order = _order(found[1], found[3])
            votes.update([order] if order else [])
    if not votes:
        return str(DateOrder.DAY_FIRST), 0.3 if seen else 0.1
    [(best, times)] = votes.most_common(1)
    return str(best), round(times / votes.total(), 2)


def _order(first: str, second: str) -> DateOrder | None:
    if len(first) == 4:
        return DateOrder.YEAR_FIRST
    if int(first) > 12 >= int(second):
        return DateOrder.DAY_FIRST
    if int(second) > 12 >= int(first):
        return DateOrder.MONTH_FIRST
    return None
