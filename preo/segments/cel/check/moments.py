"""Written moments, lengths of time and time zones."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.check.words import nearest
from preo.segments.cel.spans import Span
from preo.segments.cel.typed import Constant, Typed
from preo.segments.cel.types import DURATION, STRING, TIMESTAMP

EXAMPLE_MOMENT = 'timestamp("2026-07-01T00:00:00Z")'
# What CEL calls a duration: some ten thousand years.
LONGEST = timedelta(seconds=315_576_000_000)

_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_PIECE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_DAYS = re.compile(r"(\d+) ?d(?:ays?)?", re.ASCII)
_OFFSET = re.compile(r"[+-]?\d\d:\d\d", re.ASCII)
_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}


def read_moment(text: str) -> datetime | None:
    """RFC 3339 with its zone, in UTC; None for anything else, and for what is finer than 1 µs."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    fraction = (found[7] or "").ljust(9, "0")
    if fraction[6:] != "000":
        return None
    minutes = 0 if found[8] else int(found[10]) * 60 + int(found[11])
    if minutes >= 24 * 60:
        return None
    if found[9] == "-":
        minutes = -minutes
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        clock = time(int(found[4]), int(found[5]), int(found[6]), int(fraction[:6]), tzinfo=UTC)
        return datetime.combine(day, clock) - timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None


def read_duration(text: str) -> timedelta | None:
    """`1h30m`, `-2.5s`; None for anything else, and for what is finer than 1 µs or too long."""
    body = text[1:] if text[:1] in ("-", "+") else text
    pieces = _PIECE.findall(body)
    if not pieces or "".join(number + unit for number, unit in pieces) != body:
        return None
    if len(body) > 100:
        return None
    total = 0
    for number, unit in pieces:
        whole, _, decimals = number.partition(".")
        digits = int((whole + decimals) or "0") * _NANOSECONDS[unit]
        total += digits // 10 ** len(decimals)
    if total % 1000 or total > LONGEST / timedelta(microseconds=1) * 1000:
        return None
    found = timedelta(microseconds=total // 1000)
    return -found if text[:1] == "-" else found


def moment_constant(context: Context, node: tree.Call, written: Constant) -> Typed:
    """`timestamp("...")`."""
    text = str(written.value)
    found = read_moment(text)
    if found is not None:
        return Constant(node.span, TIMESTAMP, found)
    return context.refuse(
        "bad_timestamp",
        f'"{text}" is no date and time with its zone.',
        written.span,
        _moment_hint(text),
    )


def _moment_hint(text: str) -> str:
    for ending in ("T00:00:00Z", "Z", ":00Z"):
        if read_moment(text.strip() + ending):
            return f'Write `timestamp("{text.strip()}{ending}")`; `Z` is UTC, or write `+02:00`.'
    if read_moment(text.strip().upper().replace(" ", "T", 1)):
        return f'Write `timestamp("{text.strip().upper().replace(" ", "T", 1)}")`.'
    return f"Write it as `{EXAMPLE_MOMENT}`; `Z` is UTC, or write `+02:00`."


def duration_constant(context: Context, node: tree.Call, written: Constant) -> Typed:
    """`duration("...")`."""
    text = str(written.value)
    found = read_duration(text)
    if found is not None:
        return Constant(node.span, DURATION, found)
    days = _DAYS.fullmatch(text.strip().casefold())
    hint = (
        f"For days write `days({days[1]})`."
        if days
        else 'Write hours, minutes and seconds, for example `duration("36h")`, `duration("1h30m")`.'
    )
    return context.refuse("bad_duration", f'"{text}" is no length of time.', written.span, hint)


def days_constant(context: Context, span: Span, days: int) -> Typed:
    """`days(30)`."""
    if abs(days) > LONGEST / timedelta(days=1):
        return context.refuse("bad_duration", "So many days are too many.", span)
    return Constant(span, DURATION, timedelta(days=days))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_zone(context: Context, zone: Typed) -> bool:
    """Whether a time zone is a written one that exists; where not, that is reported."""
    if not isinstance(zone, Constant) or zone.type != STRING:
        context.refuse(
            "bad_time_zone",
            "A time zone must be written here, in quotes.",
            zone.span,
            'For example `"Europe/Stockholm"` or `"+02:00"`.',
        )
        return False
    text = str(zone.value)
    if text in _zones() or (_OFFSET.fullmatch(text) and _is_offset(text)):
        return True
    near = nearest(text, _zones())
    context.refuse(
        "bad_time_zone",
        f'There is no time zone "{text}".',
        zone.span,
        f'Did you mean "{near}"?' if near else 'Write for example "Europe/Stockholm" or "+02:00".',
    )
    return False


def _is_offset(text: str) -> bool:
    hours, minutes = text.lstrip("+-").split(":")
    return int(hours) <= 14 and int(minutes) < 60
