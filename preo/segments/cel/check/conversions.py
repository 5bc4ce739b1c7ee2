"""`int(x)`, `double(x)`, `string(x)`. Of what is written they are worked out at once."""

import re

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.check.literals import (
    LARGEST_DOUBLE,
    LARGEST_INT,
    SMALLEST_DOUBLE,
    SMALLEST_INT,
)
from preo.segments.cel.check.words import describe
from preo.segments.cel.typed import Call, Constant, Taken, Typed
from preo.segments.cel.types import DOUBLE, INT, NUMBERS, STRING, Kind

_WHOLE = re.compile(r"[+-]?\d{1,30}")
_NUMBER = re.compile(r"[+-]?(\d{1,200}(\.\d{0,200})?|\.\d{1,200})([eE][+-]?\d{1,4})?")


def to_int(context: Context, node: tree.Call, part: Typed) -> Typed:
    """Towards zero; an error beyond 64 bits."""
    if part.type.kind is Kind.INT:
        return part
    if isinstance(part, Constant) and isinstance(part.value, str | float):
        return _written_int(context, node, part)
    if part.type.kind in NUMBERS:
        return Call(node.span, INT, "int", (part,))
    if part.type.kind is Kind.DYN:
        return Call(node.span, INT, "int", (Taken(part.span, DOUBLE, part),))
    return _refuse(context, node, part)


def _written_int(context: Context, node: tree.Call, part: Constant) -> Typed:
    value = part.value
    if isinstance(value, str):
        found = int(value) if _WHOLE.fullmatch(value) and value.isascii() else None
    else:
        # Neither bound itself has a double that is surely within.
        found = int(value) if isinstance(value, float) and abs(value) < 2**63 else None
    if found is None or not SMALLEST_INT <= found <= LARGEST_INT:
        return context.refuse(
            "wrong_argument", f"There is no whole number for `{part.value}`.", part.span
        )
    return Constant(node.span, INT, found)


def to_double(context: Context, node: tree.Call, part: Typed) -> Typed:
    """The nearest number of 64 bits with decimals."""
    if part.type.kind is Kind.DOUBLE:
        return part
    if isinstance(part, Constant) and isinstance(part.value, str):
        return _written_double(context, node, part)
    if isinstance(part, Constant) and part.type.kind is Kind.INT and isinstance(part.value, int):
        return Constant(node.span, DOUBLE, float(part.value))
    if part.type.kind in NUMBERS:
        return Call(node.span, DOUBLE, "double", (part,))
    if part.type.kind is Kind.DYN:
        return Taken(node.span, DOUBLE, part)
    return _refuse(context, node, part)


def _written_double(context: Context, node: tree.Call, part: Constant) -> Typed:
    text = str(part.value)
    value = float(text) if _NUMBER.fullmatch(text) and text.isascii() else None
    if value is None or (value and not SMALLEST_DOUBLE <= abs(value) <= LARGEST_DOUBLE):
        return context.refuse("wrong_argument", f'"{text}" is no number.', part.span)
    return Constant(node.span, DOUBLE, value)


def to_string(context: Context, node: tree.Call, part: Typed) -> Typed:
    """Of whole numbers and yes/no."""
    if part.type.kind is Kind.STRING:
        return part
    if isinstance(part, Constant) and isinstance(part.value, bool):
        return Constant(node.span, STRING, "true" if part.value else "false")
    if isinstance(part, Constant) and isinstance(part.value, int):
        return Constant(node.span, STRING, str(part.value))
    if part.type.kind in (Kind.INT, Kind.BOOL):
        return Call(node.span, STRING, "string", (part,))
    return _refuse(context, node, part)


def _refuse(context: Context, node: tree.Call, part: Typed) -> Typed:
    hint = ""
    if part.type.kind is Kind.ID and node.function == "string":
        hint = "An id is compared as it is, with `==`, `!=` and `in`."
    elif part.type.kind is Kind.STRING:
        hint = "Only a written text can become a number."
    elif part.type.kind is Kind.DYN:
        hint = "Compare free data as it is, with `==`."
    return context.refuse(
        "wrong_argument",
        f"`{node.function}(...)` of {describe(part.type)} is not supported here.",
        part.span,
        hint,
    )
