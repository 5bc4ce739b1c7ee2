"""What is said of a token that cannot stand where it stands, and what takes its place."""

from preo.segments.cel import tree
from preo.segments.cel.lexer import Kind
from preo.segments.cel.parse.cursor import Cursor, shown
from preo.segments.cel.parse.operators import PRECEDENCE, Read
from preo.segments.cel.spans import Span


def nothing_here(cursor: Cursor) -> Read:
    span = Span(cursor.previous.end, cursor.previous.end)
    return tree.Missing(span), span


def refuse_backquotes(cursor: Cursor) -> Read:
    token = cursor.take()
    message = "Backquotes are for a field's name after a point."
    hint = f'Write "{token.text[1:-1]}" if it is a text.'
    cursor.report("backquotes", message, token.span, hint)
    return tree.Missing(token.span), token.span


def report_missing(cursor: Cursor) -> Read:
    """Where an operand should stand and something else does, or nothing."""
    before, after = cursor.previous, cursor.token
    if before.kind is Kind.END and after.text in (")", "]", "}"):
        # The bracket itself is reported, as one that closes nothing.
        return nothing_here(cursor)
    if before.kind is Kind.END or (after.kind is Kind.SYMBOL and after.text in PRECEDENCE):
        message, span = f"Before {shown(after)} something is missing.", after.span
    else:
        message, span = f"After {shown(before)} something is missing.", before.span
    hint = 'A list stands in brackets: in ["a", "b"].' if before.text == "in" else ""
    cursor.report_here("missing_part", message, span, hint)
    return nothing_here(cursor)


def report_stray(cursor: Cursor) -> None:
    if cursor.token.text in (")", "]", "}"):
        message = f"No bracket is open that {cursor.token.text} could close."
        cursor.report_here("stray_bracket", message, cursor.token.span, "Take it away.")
    else:
        message = f"{shown(cursor.token)} does not belong here."
        cursor.report_here("unexpected_text", message, cursor.token.span)


def refuse_optional(cursor: Cursor, start: int, written: str) -> None:
    """Past the question mark of an optional part, if one stands here."""
    question = cursor.accept("?")
    if question:
        message = f"Optional values (`{written}`) are not supported."
        hint = "Ask with has(user.last_order) whether a field is there."
        cursor.report("unsupported_feature", message, Span(start, question.end), hint)
