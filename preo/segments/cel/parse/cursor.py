"""The place in the row of tokens, what brackets are open there, and how one gets on after mistakes."""

from typing import NamedTuple

from preo.segments.cel.lexer import Kind, Lexer, Token
from preo.segments.cel.problems import Problem
from preo.segments.cel.spans import Span

CLOSERS = {"(": ")", "[": "]", "{": "}"}
PARTINGS = frozenset({")", "]", "}", ",", ":", "?"})
"""Symbols that end an operand with all its operators."""
FRESH_STARTS = PARTINGS | {"&&", "||"}
"""Where reading goes on after a mistake."""
OPERAND_STARTS = frozenset({"(", "[", "{", "true", "false", "null"})
MAX_SHOWN = 24
"""Characters of a token in a message."""


class Opened(NamedTuple):
    """A bracket that is open; in those with items a comma is no mistake."""

    token: Token
    has_items: bool


def shown(token: Token) -> str:
    """A token for a message."""
    text = token.text if len(token.text) <= MAX_SHOWN else token.text[:MAX_SHOWN] + "…"
    return f"`{text}`"


class Cursor:
    """Where we are. `token` is the next one, `previous` the last one taken."""

    def __init__(self, lexer: Lexer) -> None:
        self.tokens = lexer.tokens
        self.unclosed_text = lexer.unclosed_text
        self.problems = lexer.problems
        self.index = 0
        self.token = self.tokens[0]
        self.previous = Token(Kind.END, "", 0, 0)
        self.opened: list[Opened] = []
        self.reported = -1
        self.inner_quote = 0
        """After the first `'O'Brien'`, if there is one: texts that seem unclosed there are not."""

    def take(self) -> Token:
        """The next token, and on to the one after it; the END stays."""
        taken = self.token
        self.previous = taken
        if taken.kind is not Kind.END:
            self.index += 1
            self.token = self.tokens[self.index]
        return taken

    def following(self) -> Token:
        """The token after the next."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def is_at_end(self) -> bool:
        return self.token.kind is Kind.END

    def at(self, symbol: str) -> bool:
        return self.token.text == symbol and self.token.kind is Kind.SYMBOL

    def accept(self, symbol: str) -> Token | None:
        return self.take() if self.at(symbol) else None

    def report(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self.problems.append(Problem(code, message, span, hint))

    def report_here(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """A problem with the next token, unless one was already told of this place."""
        if self.reported != self.index and not self.token.follows_mistake:
            self.report(code, message, span, hint)
        self.reported = self.index

    def open_bracket(self, *, has_items: bool) -> Token:
        opener = self.take()
        self.opened.append(Opened(opener, has_items))
        return opener

    def close_bracket(self) -> int:
        """Take the bracket that closes the innermost open one; where the whole ends."""
        opener = self.opened.pop().token
        closer = CLOSERS[opener.text]
        if not self.at(closer) and self.token.text not in CLOSERS.values():
            self.skip_to_closer()
        if self.accept(closer):
            return self.previous.end
        if self.is_at_end() or self.closes_outer():
            # A text without an end has swallowed what may have closed it.
            if not opener.start < self.unclosed_text < self.token.start:
                message = f"This {opener.text} is never closed."
                self.report("unclosed_bracket", message, opener.span, f"Put {closer} at its end.")
            return self.previous.end
        message = f"{self.token.text} does not close {opener.text}."
        self.report_here("wrong_bracket", message, self.token.span, f"Write {closer} instead.")
        return self.take().end

    def closes_outer(self) -> bool:
        return any(CLOSERS[one.token.text] == self.token.text for one in self.opened)

    def skip_to_closer(self) -> None:
        """Past what does not belong into the brackets, up to a closing one or the end."""
        if self.is_at_end():
            return
        message = f"{shown(self.token)} does not belong here."
        self.report_here("unexpected_text", message, self.token.span)
        while not self.is_at_end() and self.token.text not in CLOSERS.values():
            self.skip_one()

    def skip_one(self) -> None:
        """Past one token, or past a bracket with all that is in it."""
        depth = 0
        while not self.is_at_end():
            skipped = self.take()
            if skipped.kind is Kind.SYMBOL:
                depth += (skipped.text in CLOSERS) - (skipped.text in CLOSERS.values())
            if depth <= 0:
                return

    def skip_junk(self) -> None:
        """Past what cannot follow an operand, up to where one can go on."""
        token = self.token
        if self.is_thousands(token):
            joined = self.previous.text + token.text
            message = "Thousands are not separated."
            span = self.previous.span.to(token.span)
            self.report_here("thousands_separator", message, span, f"Write {joined}.")
        elif self.is_currency(token):
            message = "Amounts are written without a currency."
            hint = 'Write the number alone; a currency is compared by its code, "EUR".'
            self.report_here("currency_sign", message, token.span, hint)
        elif self.is_after_inner_quote(token):
            self.report_inner_quote(token)
        elif token.kind is not Kind.SYMBOL or token.text in OPERAND_STARTS:
            message = f"Before {shown(token)} something is missing that joins it."
            hint = "Join two conditions by && (both) or || (one of them)."
            self.report_here("missing_operator", message, token.span, hint)
        else:
            message = f"{shown(token)} does not belong here."
            self.report_here("unexpected_text", message, token.span)
        self.skip_one()
        while not self.is_at_end() and not self.is_fresh_start():
            self.skip_one()

    def is_fresh_start(self) -> bool:
        if self.token.kind is Kind.SYMBOL:
            return self.token.text in FRESH_STARTS
        return self.token.kind is Kind.NAME and self.token.text.lower() in ("and", "or")

    def is_thousands(self, token: Token) -> bool:
        """`1 000`."""
        both = token.kind is Kind.INT and self.previous.kind is Kind.INT
        return both and len(token.text) == 3 and len(self.previous.text) <= 3

    def is_currency(self, token: Token) -> bool:
        """`19 EUR`, `19 kr`."""
        follows_number = self.previous.kind in (Kind.INT, Kind.FLOAT)
        is_code = len(token.text) == 3 and token.text.isupper()
        return follows_number and token.kind is Kind.NAME and (is_code or token.text == "kr")

    def is_after_inner_quote(self, token: Token) -> bool:
        """`Brien` in `'O'Brien'`."""
        touches = self.previous.kind is Kind.STRING and self.previous.end == token.start
        return touches and token.kind is Kind.NAME

    def report_inner_quote(self, token: Token) -> None:
        quote = self.previous.text[-1]
        other = '"' if quote == "'" else "'"
        hint = f"Put the whole text between {other}, or write \\{quote} for the quote in it."
        span = Span(self.previous.end - 1, self.previous.end)
        self.report_here("inner_quote", "The text ends at this quote.", span, hint)
        self.inner_quote = self.inner_quote or token.start

    def skip_number_comma(self) -> bool:
        """Past the rest of `19,99`, if that stands here and cannot be two items."""
        if (self.opened and self.opened[-1].has_items) or not self.is_number_comma():
            return False
        report_number_comma(self, self.previous, self.following())
        self.take()
        self.take()
        return True

    def is_number_comma(self) -> bool:
        """Whether the next tokens are the `,99` of `19,99`, written without a blank."""
        whole, comma, decimals = self.previous, self.token, self.following()
        return (
            whole.kind is Kind.INT
            and decimals.kind is Kind.INT
            and whole.end == comma.start
            and comma.end == decimals.start
            and self.at(",")
        )


def report_number_comma(cursor: Cursor, whole: Token, decimals: Token) -> None:
    """Of `19,99` and `1,000`."""
    span = whole.span.to(decimals.span)
    pointed = f"{whole.text}.{decimals.text}"
    if len(decimals.text) == 3:
        hint = f"Write {whole.text}{decimals.text}, or {pointed} if it is a fraction."
        cursor.report("thousands_separator", "Thousands are not separated.", span, hint)
    else:
        cursor.report("decimal_comma", "Decimals stand after a point.", span, f"Write {pointed}.")
