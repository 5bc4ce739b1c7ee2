"""Values of CEL in Python: what equals what, what is greater, and what arithmetic gives.

Written from the CEL specification (doc/langdef.md of cel-spec) and from DESIGN's own rules, never
from the compiler. bool, int, float, str, datetime, timedelta, None and list are CEL's values,
a dict is free data, a `Row` one of our rows, a Decimal money.
"""

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

MIN_INT, MAX_INT = -(2**63), 2**63 - 1
LONGEST = timedelta(seconds=315_576_000_000)
"""The longest duration that can be written: ten thousand years."""
LONGEST_MADE = timedelta(microseconds=(2**63 - 1) // 1000)
"""The longest that arithmetic gives: 64 bits of nanoseconds, as the specification's cases want."""


class CelError(Exception):
    """What CEL calls an error: no value at all."""


class Row(dict[str, Any]):
    """The fields of the customer or of one order; None stands for absent and for null."""


class Written(float):
    """A double as it was written, which beside money is the very decimal that one reads."""

    exact: Decimal

    def __new__(cls, value: float, text: str) -> "Written":
        made = super().__new__(cls, value)
        made.exact = Decimal(text.replace(" ", ""))
        return made


def is_number(value: Any) -> bool:
    """Whether int, double or money; a bool is none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def exact(value: Any, other: Any) -> Fraction:
    """A number without rounding. Beside money a written double is what was written."""
    if isinstance(value, Written) and isinstance(other, Decimal):
        return Fraction(value.exact)
    return Fraction(value)


def equal(left: Any, right: Any) -> bool:
    """CEL's `==`: definite for any two values, numbers of all kinds by their value."""
    if is_number(left) and is_number(right):
        return exact(left, right) == exact(right, left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


_ORDERED = (bool, str, datetime, timedelta)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ordered(sign: str, left: Any, right: Any) -> bool:
    """`<` and its like, for two numbers, or two bools, texts (by code point) or times."""
    if is_number(left) and is_number(right):
        return _ORDER[sign](exact(left, right), exact(right, left))
    if type(left) is not type(right) or not isinstance(left, _ORDERED):
        raise CelError(f"no {sign} of {left!r} and {right!r}")
    return _ORDER[sign](left, right)


def checked_int(value: int) -> int:
    """An int of 64 bits, else an error."""
    if not MIN_INT <= value <= MAX_INT:
        raise CelError("overflow")
    return value


def checked_double(value: float) -> float:
    """A double; ours has no infinity and no NaN, which is a deviation from CEL."""
    if value != value or value in (float("inf"), float("-inf")):
        raise CelError("no finite number")
    return value


def checked_duration(value: timedelta, longest: timedelta = LONGEST) -> timedelta:
    """A duration within its range, else an error."""
    if not -longest <= value <= longest:
        raise CelError("duration out of range")
    return value


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """`+ - * / %` of two values."""
    if is_number(left) and is_number(right):
        return _of_numbers(sign, left, right)
    if sign == "+" and type(left) is type(right) and isinstance(left, str | list):
        return left + right
    times = isinstance(left, datetime | timedelta) and isinstance(right, datetime | timedelta)
    if times and sign in ("+", "-"):
        return _of_times(sign, left, right)
    raise CelError(f"no {sign} of {left!r} and {right!r}")


def _of_numbers(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        return _of_ints(sign, left, right)
    if sign == "%" or (sign == "/" and right == 0):
        raise CelError("no such division")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _of_money(sign, left, right)
    try:
        return checked_double(_SIGNS[sign](float(left), float(right)))
    except OverflowError as error:
        raise CelError("no finite number") from error


def _of_money(sign: str, left: Any, right: Any) -> Decimal:
    with localcontext(prec=80):
        return Decimal(_SIGNS[sign](_decimal(left), _decimal(right)))


def _decimal(value: Any) -> Decimal:
    return value.exact if isinstance(value, Written) else Decimal(value)


def _of_ints(sign: str, left: int, right: int) -> int:
    if sign in ("+", "-", "*"):
        return checked_int(_SIGNS[sign](left, right))
    if right == 0:
        raise CelError("division by zero")
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return checked_int(quotient) if sign == "/" else left - quotient * right


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _of_times(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, datetime) and isinstance(right, datetime) and sign == "+":
        raise CelError("two moments have no sum")
    if isinstance(left, timedelta) and isinstance(right, datetime) and sign == "-":
        raise CelError("no moment to take from")
    try:
        result = _SIGNS[sign](left, right)
    except OverflowError as error:
        raise CelError("out of range") from error
    if isinstance(result, timedelta):
        return checked_duration(result, LONGEST_MADE)
    return result.astimezone(UTC)
