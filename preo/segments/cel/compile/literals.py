"""Constants as bound parameters."""

from datetime import timedelta
from decimal import Decimal

from preo.segments.cel import typed
from preo.segments.cel.sql import NULL, Sql, bind
from preo.segments.cel.types import Kind

TYPE_NAMES = {
    Kind.BOOL: "boolean",
    Kind.INT: "bigint",
    Kind.DOUBLE: "double precision",
    Kind.DECIMAL: "numeric",
    Kind.STRING: "text",
    Kind.ID: "text",
    Kind.TIMESTAMP: "timestamptz",
    Kind.DURATION: "interval",
}
_BIGGEST = 2**63 - 1


def bind_constant(node: typed.Constant) -> Sql:
    """The constant itself; a decimal at scale 0."""
    if node.value is None:
        return NULL
    if isinstance(node.value, timedelta):
        return bind_length(node.value)
    return bind(node.value, TYPE_NAMES[node.type.kind])


def bind_length(length: timedelta) -> Sql:
    """A length of time without days in it, which would follow the clocks' changes."""
    return bind(f"{length // timedelta(microseconds=1)} microseconds", "interval")


def bind_number(value: int | float | Decimal, scale: int) -> Sql:
    """A number times 10 to the power of `scale`, exactly, as bigint where it is one.

    A double is taken as what it is in binary, so that CEL's comparison by mathematical value
    holds; decimals come as written.
    """
    sign, digits, exponent = Decimal(value).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - there is no infinity and no NaN
    scaled = Decimal((sign, digits, exponent + scale))
    if scaled == scaled.to_integral_value() and abs(scaled) <= _BIGGEST:
        return bind(int(scaled), "bigint")
    return bind(scaled, "numeric")
