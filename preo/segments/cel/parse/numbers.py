"""Numbers as parts of a tree."""

from preo.segments.cel import tree
from preo.segments.cel.lexer import Kind, Token
from preo.segments.cel.literals import (
    MAX_INT,
    MAX_UNSIGNED,
    MIN_INT,
    number_too_large,
    read_whole,
)
from preo.segments.cel.parse.cursor import Cursor
from preo.segments.cel.parse.operators import Read

INFINITY = float("inf")


def read_number(cursor: Cursor, minus: Token | None) -> Read:
    token = cursor.take()
    span = minus.span.to(token.span) if minus else token.span
    written = ("-" if minus else "") + token.text
    value: float | int | tree.Unsigned
    if token.kind is Kind.FLOAT:
        value = float(written)
        if abs(value) == INFINITY:
            cursor.report("number_too_large", "This number is too large.", span)
            value = 0.0
        return tree.Literal(span, value, written), span
    lowest, highest = (0, MAX_UNSIGNED) if token.kind is Kind.UINT else (MIN_INT, MAX_INT)
    whole = read_whole(token.text.rstrip("uU"))
    if whole is not None and minus:
        whole = -whole
    if whole is None or not lowest <= whole <= highest:
        cursor.problems.append(number_too_large(span, lowest, highest))
        whole = 0
    value = tree.Unsigned(whole) if token.kind is Kind.UINT else whole
    return tree.Literal(span, value, written), span
