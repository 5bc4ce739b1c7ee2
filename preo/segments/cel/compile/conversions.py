"""int(), double(), string() and days()."""

from collections.abc import Callable, Mapping

from preo.segments.cel import typed
from preo.segments.cel.compile.numbers import at_scale
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.sql import build
from preo.segments.cel.types import Kind

# trunc() of a double is exact, so the bounds are those of 64 bits: 2^63 itself is beyond.
_TO_WHOLE = (
    "(SELECT CASE WHEN d.a > -9223372036854775809 AND d.a < 9223372036854775808"
    " THEN trunc(d.a)::bigint END FROM (SELECT {} AS a OFFSET 0) AS d)"
)


def _to_int(node: typed.Call, scope: Scope) -> Value:
    operand = scope.query.rules.value(node.arguments[0], scope)
    if operand.kind is Kind.INT:
        return operand
    if operand.kind is Kind.TIMESTAMP:
        return Value(build("floor(EXTRACT(EPOCH FROM {}))::bigint", operand.sql), Kind.INT)
    return Value(build(_TO_WHOLE, at_scale(operand, 0)), Kind.INT)


def _to_double(node: typed.Call, scope: Scope) -> Value:
    operand = scope.query.rules.value(node.arguments[0], scope)
    if operand.kind is Kind.DOUBLE:
        return operand
    return Value(build("{}::double precision", at_scale(operand, 0)), Kind.DOUBLE)


def _to_string(node: typed.Call, scope: Scope) -> Value:
    operand = scope.query.rules.value(node.arguments[0], scope)
    return Value(build("{}::text", operand.sql), Kind.STRING)


def _days(node: typed.Call, scope: Scope) -> Value:
    operand = scope.query.rules.value(node.arguments[0], scope)
    # Beyond 10,000 years in either direction there is no length of time in CEL.
    template = (
        "(SELECT CASE WHEN abs(d.a) <= 3652500 THEN make_interval(hours => 24 * d.a::integer) END"
        " FROM (SELECT {} AS a OFFSET 0) AS d)"
    )
    return Value(build(template, operand.sql), Kind.DURATION)


CONVERSIONS: Mapping[str, Callable[[typed.Call, Scope], Value]] = {
    "int": _to_int,
    "double": _to_double,
    "string": _to_string,
    "days": _days,
}
