"""CEL's functions and ours, in Python, each told apart by its name and its values."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, localcontext
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.cel.reference.values import (
    CelError,
    Row,
    arithmetic,
    checked_duration,
    checked_int,
    is_number,
    ordered,
)

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def call(name: str, values: Sequence[Any]) -> Any:
    """The function of these values, the target first; an error where there is none for them."""
    if name in _OF_TEXTS:
        if not all(isinstance(value, str) for value in values):
            raise CelError(f"{name} is for texts")
        return _OF_TEXTS[name](*values)
    if name in _OF_TIMES:
        return _part_of_time(name, *values)
    try:
        return _OTHERS[name](*values)
    except (TypeError, ValueError, OverflowError) as error:
        raise CelError(f"{name} of {values!r}") from error


def _matches(text: str, pattern: str) -> bool:
    """RE2 as far as Python agrees; its `$` is the very end, where Python's forgives a newline."""
    ends = re.sub(r"(?<!\\)\$", r"\\Z", pattern)
    return re.search(ends, text, re.ASCII) is not None


_OF_TEXTS: dict[str, Callable[..., Any]] = {
    "contains": lambda text, part: part in text,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "matches": _matches,
    "lowerAscii": lambda text: text.translate(_LOWER),
    "upperAscii": lambda text: text.translate(_UPPER),
}


def _size(value: Any) -> int:
    if not isinstance(value, str | list | dict) or isinstance(value, Row):
        raise CelError("no size")
    return len(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CelError("no list")
    return value


def _sum(value: Any) -> Any:
    """Nothing sums up to 0. Doubles are summed without rounding between."""
    items = _list(value)
    if items and all(isinstance(item, float) for item in items):
        return math.fsum(items)
    return reduce(lambda left, right: arithmetic("+", left, right), items) if items else 0


def _extreme(sign: str) -> Callable[[Any], Any]:
    def choose(value: Any) -> Any:
        items = _list(value)
        if not items:
            raise CelError("none of nothing")
        return reduce(lambda left, right: right if ordered(sign, right, left) else left, items)

    return choose


def _average(value: Any) -> Any:
    items = _list(value)
    if not items or not all(is_number(item) for item in items):
        raise CelError("no average")
    total = _sum(items)
    if isinstance(total, Decimal):
        with localcontext(prec=80):
            return total / len(items)
    return float(total) / len(items)


def _timestamp(value: Any) -> datetime:
    """RFC 3339, in UTC. Finer parts than microseconds are cut off, which is a deviation."""
    if isinstance(value, datetime):
        return value
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", value, re.ASCII
    )
    if found is None:
        raise CelError("no moment")
    day, clock, fraction, zone = found.groups()
    micro = (fraction or "0").ljust(6, "0")[:6]
    return datetime.fromisoformat(f"{day}T{clock}.{micro}{zone.replace('Z', '+00:00')}").astimezone(
        UTC
    )


_UNITS = {
    "h": Decimal(3600),
    "m": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("1e-3"),
    "us": Decimal("1e-6"),
    "ns": Decimal("1e-9"),
}


def _duration(value: Any) -> timedelta:
    """Go's form: numbers with units, `1h30m`, `-1.5s`."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|ns))+|0)", value, re.ASCII)
    if found is None:
        raise CelError("no duration")
    parts = re.findall(r"(\d+\.?\d*|\.\d+)(h|ms|m|s|us|ns)", found.group(2))
    seconds = sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal(0))
    micro = int(seconds * 1_000_000) * (-1 if found.group(1) == "-" else 1)
    return checked_duration(timedelta(microseconds=micro))


def _days(count: Any) -> timedelta:
    if not isinstance(count, int) or isinstance(count, bool):
        raise CelError("days are whole")
    return checked_duration(timedelta(days=count))


def _int(value: Any) -> int:
    if isinstance(value, datetime):
        return int((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)
    if isinstance(value, bool):
        raise CelError("no int of a bool")
    if isinstance(value, str):
        if re.fullmatch(r"-?\d+", value, re.ASCII) is None:
            raise CelError("no int")
        return checked_int(int(value))
    whole = math.trunc(value)
    if isinstance(value, float) and abs(value) >= 2.0**63:
        raise CelError("range")
    return checked_int(whole)


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise CelError("no double")
    return float(value)


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    raise CelError("no text of it")


_OTHERS: dict[str, Callable[..., Any]] = {
    "size": _size,
    "sum": _sum,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "avg": _average,
    "timestamp": _timestamp,
    "duration": _duration,
    "days": _days,
    "int": _int,
    "double": _double,
    "string": _string,
}


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", name, re.ASCII)
    if offset is not None:
        sign = -1 if offset.group(1) == "-" else 1
        return timezone(sign * timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3))))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CelError("no such time zone") from error


def _part_of_time(name: str, value: Any, zone: str = "UTC") -> int:
    """Months, days of the month and of the year count from 0, `getDate` from 1, Sunday is 0."""
    if isinstance(value, timedelta) and name in _OF_DURATIONS:
        seconds = abs(value) // timedelta(microseconds=1)
        return _OF_DURATIONS[name](seconds) * (-1 if value < timedelta() else 1)
    if not isinstance(value, datetime):
        raise CelError(f"no {name} of {value!r}")
    try:
        return _OF_TIMES[name](value.astimezone(_zone(zone)))
    except OverflowError as error:
        raise CelError("beyond the calendar") from error


_OF_TIMES: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: at.microsecond // 1000,
}
_OF_DURATIONS: dict[str, Callable[[int], int]] = {
    "getHours": lambda micro: micro // 3_600_000_000,
    "getMinutes": lambda micro: micro // 60_000_000,
    "getSeconds": lambda micro: micro // 1_000_000,
    "getMilliseconds": lambda micro: micro // 1000 % 1000,
}
