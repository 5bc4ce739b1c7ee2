"""Moments and lengths of time. Sessions run in UTC, so that a day has 24 hours everywhere."""

import re
from collections.abc import Mapping
from datetime import timedelta

from preo.segments.cel import typed
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.sql import NULL, Sql, bind, build
from preo.segments.cel.types import Kind

_OFFSET = re.compile(r"[+-]?\d{1,2}:\d{2}")
# CEL counts months, days of the month (but for getDate) and days of the year from 0, and days
# of the week from Sunday = 0.
_OF_MOMENT: Mapping[str, str] = {
    "getFullYear": "EXTRACT(YEAR FROM {})::bigint",
    "getMonth": "(EXTRACT(MONTH FROM {})::bigint - 1)",
    "getDate": "EXTRACT(DAY FROM {})::bigint",
    "getDayOfMonth": "(EXTRACT(DAY FROM {})::bigint - 1)",
    "getDayOfWeek": "EXTRACT(DOW FROM {})::bigint",
    "getDayOfYear": "(EXTRACT(DOY FROM {})::bigint - 1)",
    "getHours": "EXTRACT(HOUR FROM {})::bigint",
    "getMinutes": "EXTRACT(MINUTE FROM {})::bigint",
    "getSeconds": "trunc(EXTRACT(SECOND FROM {}))::bigint",
    "getMilliseconds": "(trunc(EXTRACT(MILLISECONDS FROM {}))::bigint % 1000)",
}
_OF_LENGTH: Mapping[str, str] = {
    "getHours": "trunc(EXTRACT(EPOCH FROM {}) / 3600)::bigint",
    "getMinutes": "trunc(EXTRACT(EPOCH FROM {}) / 60)::bigint",
    "getSeconds": "trunc(EXTRACT(EPOCH FROM {}))::bigint",
    "getMilliseconds": "(trunc(EXTRACT(EPOCH FROM {}) * 1000)::bigint % 1000)",
}
_OF_MOMENT = {name: template.replace("%", "%%") for name, template in _OF_MOMENT.items()}
_OF_LENGTH = {name: template.replace("%", "%%") for name, template in _OF_LENGTH.items()}
TIME_FUNCTIONS = frozenset(_OF_MOMENT)


def call_time_function(node: typed.Call, scope: Scope) -> Value:
    """`getHours()` and its like: of a moment in UTC or in the zone named, or of a length."""
    subject = scope.query.rules.value(node.arguments[0], scope)
    if subject.kind is Kind.DURATION:
        return Value(build(_OF_LENGTH[node.function], subject.sql), Kind.INT)
    local = build("({} AT TIME ZONE {})", subject.sql, _zone(node))
    return Value(build(_OF_MOMENT[node.function], local), Kind.INT)


def _zone(node: typed.Call) -> Sql:
    """The zone as PostgreSQL reads it: offsets as intervals, for as text it reverses their sign."""
    if len(node.arguments) == 1:
        return bind("UTC", "text")
    zone = node.arguments[1]
    assert isinstance(zone, typed.Constant) and isinstance(zone.value, str)  # noqa: PT018, S101
    if _OFFSET.fullmatch(zone.value):
        return bind(zone.value, "interval")
    return bind(zone.value, "text")


# Beyond these there is no moment in CEL; LEAST and GREATEST pass by NULL, and NULLIF makes the
# bound itself NULL, so that the moment is named once.
_IN_THE_CALENDAR = (
    "NULLIF(GREATEST(NULLIF(LEAST({}, '10000-01-01Z'::timestamptz), '10000-01-01Z'::timestamptz),"
    " '0001-12-31 23:59:59.999999Z BC'::timestamptz), '0001-12-31 23:59:59.999999Z BC'::timestamptz)"
)
# A length that was reckoned ends, in either direction, at what 64 bits of nanoseconds hold: 292
# years, as the specification's own cases have it.
_LONGEST = "interval '9223372036.854776 seconds'"
_SHORTEST = "interval '-9223372036.854776 seconds'"
_WITHIN_LENGTH = (
    f"NULLIF(GREATEST(NULLIF(LEAST({{}}, {_LONGEST}), {_LONGEST}), {_SHORTEST}), {_SHORTEST})"
)


def reckon_time(node: typed.Arithmetic, scope: Scope) -> Value:
    """Moment ± length, moment - moment, length ± length. Out of the calendar is an error."""
    by = node.right.value if isinstance(node.right, typed.Constant) else None
    if isinstance(node.left, typed.Now) and isinstance(by, timedelta):
        return _moment_from_now(node, by, scope)
    value = scope.query.rules.value
    left, right = value(node.left, scope), value(node.right, scope)
    sql = build(f"({{}} {node.operator} {{}})", left.sql, right.sql)
    if node.type.kind is Kind.TIMESTAMP:
        return Value(build(_IN_THE_CALENDAR, sql), Kind.TIMESTAMP)
    return Value(build(_WITHIN_LENGTH, sql), Kind.DURATION)


def _moment_from_now(node: typed.Arithmetic, by: timedelta, scope: Scope) -> Value:
    """`now - days(365)` as one bound moment, by which the planner can judge an index."""
    now = scope.query.now
    try:
        moment = now - by if node.operator == "-" else now + by
    except OverflowError:
        return Value(NULL, Kind.TIMESTAMP)
    return Value(bind(moment, "timestamptz"), Kind.TIMESTAMP)
