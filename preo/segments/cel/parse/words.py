"""Operators written as words, as in SQL and in speech: each is reported, and read as what it means."""

from preo.segments.cel.lexer import Kind, Token
from preo.segments.cel.parse.cursor import Cursor, shown
from preo.segments.cel.spans import Span

JOINING = {"and": "&&", "or": "||", "equals": "==", "mod": "%"}
METHODS = {
    "contains": "contains", "startswith": "startsWith", "endswith": "endsWith",
    "matches": "matches", "like": "contains", "ilike": "contains",
}  # fmt: skip
OPERAND_KINDS = frozenset(
    {Kind.NAME, Kind.BROKEN, Kind.INT, Kind.UINT, Kind.FLOAT, Kind.STRING, Kind.BYTES}
)
OPERANDS_AFTER_NOT = frozenset({"(", "!", "true", "false", "null"})


def lower_name(token: Token) -> str:
    """A name in small letters; empty for all that is no name."""
    return token.text.lower() if token.kind is Kind.NAME else ""


def is_in(token: Token) -> bool:
    return token.text.lower() == "in" and token.kind in (Kind.NAME, Kind.SYMBOL)


def read_not(cursor: Cursor) -> Token | None:
    """`not` before an operand, taken for `!`; None if something else stands here."""
    token, following = cursor.token, cursor.following()
    if lower_name(token) != "not":
        return None
    if following.kind not in OPERAND_KINDS and not (
        following.kind is Kind.SYMBOL and following.text in OPERANDS_AFTER_NOT
    ):
        return None
    report_word(cursor, token, "Write ! instead.")
    cursor.take()
    return Token(Kind.SYMBOL, "!", token.start, token.end)


def read_operator(cursor: Cursor) -> Token | None:
    """A word between two operands, taken for an operator; None if it is none."""
    word = lower_name(cursor.token)
    if is_in(cursor.token):
        return read_in(cursor)
    if cursor.at("!") or word == "not":
        return read_not_in(cursor) if is_in(cursor.following()) else None
    if word == "is":
        return read_is(cursor)
    if word == "between":
        return read_between(cursor)
    if word in METHODS:
        hint = f'Write it as a call: user.email.{METHODS[word]}("…").'
        return read_as(cursor, "==", hint)
    if word in JOINING:
        return read_as(cursor, JOINING[word], f"Write {JOINING[word]} instead.")
    return None


def read_as(cursor: Cursor, symbol: str, hint: str) -> Token:
    token = cursor.token
    report_word(cursor, token, hint)
    cursor.take()
    return Token(Kind.SYMBOL, symbol, token.start, token.end)


def report_word(cursor: Cursor, token: Token, hint: str, end: int | None = None) -> None:
    span = Span(token.start, token.end if end is None else end)
    cursor.report_here("word_operator", f"{shown(token)} is no operator here.", span, hint)


def read_in(cursor: Cursor) -> Token:
    """`IN`."""
    return read_as(
        cursor, "in", 'Write in, in small letters, and a list in brackets: in ["a", "b"].'
    )


def read_not_in(cursor: Cursor) -> Token:
    """`not in`, `!in`."""
    token, word = cursor.token, cursor.following()
    report_word(cursor, token, 'Put ! before the whole: !(x in ["a", "b"]).', word.end)
    cursor.take()
    cursor.take()
    return Token(Kind.SYMBOL, "in", token.start, word.end)


def read_is(cursor: Cursor) -> Token:
    """`is null`, `is not null`, `is`."""
    token = cursor.token
    negated = lower_name(cursor.following()) == "not"
    symbol = "!=" if negated else "=="
    end = cursor.following().end if negated else token.end
    hint = f"Write {symbol} instead, as in user.last_order {symbol} null."
    report_word(cursor, token, hint, end)
    cursor.take()
    if negated:
        cursor.take()
    if lower_name(cursor.token) in ("null", "none", "nil"):
        null = cursor.token
        cursor.token = Token(Kind.SYMBOL, "null", null.start, null.end)
        cursor.tokens[cursor.index] = cursor.token
    return Token(Kind.SYMBOL, symbol, token.start, end)


def read_between(cursor: Cursor) -> Token:
    """`between 1 and 5`: the `and` that belongs to it is no second mistake."""
    operator = read_as(cursor, ">=", "Write both ends: x >= 1 && x <= 5.")
    for index in range(cursor.index, min(cursor.index + 8, len(cursor.tokens))):
        token = cursor.tokens[index]
        if lower_name(token) == "and":
            cursor.tokens[index] = Token(Kind.SYMBOL, "&&", token.start, token.end)
            cursor.token = cursor.tokens[cursor.index]
            break
    return operator
