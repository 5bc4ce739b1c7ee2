"""From a text to its tokens. What is no CEL at all becomes a problem here, and the nearest token."""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from preo.segments.cel.literals import Unescaped
from preo.segments.cel.problems import Problem
from preo.segments.cel.spans import Span


class Kind(StrEnum):
    """What sort of token. `in`, `true`, `false` and `null` are symbols."""

    NAME = "name"
    QUOTED_NAME = "quoted name"
    BROKEN = "broken"
    """Something that cannot be read, where an operand stands: already reported."""
    INT = "int"
    UINT = "uint"
    FLOAT = "float"
    STRING = "string"
    BYTES = "bytes"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """A word of the text. `value` is the name, the text or the bytes that is meant."""

    kind: Kind
    text: str
    start: int
    end: int
    value: str | bytes = ""
    follows_mistake: bool = False
    """Something was left out right before it, or it is itself a correction: already reported."""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


WORD_SYMBOLS = frozenset({"in", "true", "false", "null"})
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
TOKEN = re.compile(
    rf"""
    (?P<blank>\s+)
    | (?P<comment>//[^\r\n]*)
    | (?P<remark>\#[^\r\n]*|/\*(?s:.*?)(?:\*/|\Z))
    | (?P<text>(?:[bB]?[rR]?)(?:\"\"\"|'''|"|'))
    | (?P<number>0x[0-9a-fA-F]+[uU]?
        | (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[uU]?)
    | (?P<name>[^\W\d](?:[{INVISIBLE}]*\w)*)
    | (?P<quoted>`[^`\r\n]*`)
    | (?P<wrong>===|!==|<>|=>|=<|&(?!&)|\|(?!\|)|=(?!=)|[≤≥≠−–—×÷¬∧∨])
    | (?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:,.()\[\]{{}}])
    | (?P<curly>[“”„‟«»‘’‚‛´])
    | (?P<invisible>[{INVISIBLE}\x00]+)
    | (?P<semicolon>;+)
    """,  # noqa: RUF001 - the look-alikes are what we look for
    re.VERBOSE,
)
NUMBER_TAIL = re.compile(r"(?:\.[0-9]|[^\W])\w*(?:\.[0-9]+)*")
QUOTED_NAME = re.compile(r"`[a-zA-Z0-9_./ -]+`")
BARE_POINT = re.compile(r"\.(?!\s*[^\W\d]|\s*[`?])")
STRANGE = re.compile(rf"[^\w\s\"'`(){{}}\[\],;:.?!=<>&|+\-*/%{INVISIBLE}\x00“”„‟«»‘’‚‛´]+")  # noqa: RUF001
MEANT = {
    "===": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "&": "&&", "|": "||", "=": "==",
    "≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "–": "-", "—": "-", "×": "*", "÷": "/",  # noqa: RUF001 - the look-alikes are meant
    "¬": "!", "∧": "&&", "∨": "||",  # noqa: RUF001
}  # fmt: skip
DOUBLE_CURLY, SINGLE_CURLY = "“”„‟«»", "‘’‚‛´"  # noqa: RUF001
ANY_CURLY = re.compile(f"[{DOUBLE_CURLY + SINGLE_CURLY}]")
CLOSING_CURLY = {
    '"': re.compile(f'[{DOUBLE_CURLY}"\r\n]'),
    "'": re.compile(f"[{SINGLE_CURLY}'\r\n]"),
}
LINE_END = re.compile("[\r\n]")
STOPS = {
    '"': re.compile(r'["\\\r\n]'),
    "'": re.compile(r"['\\\r\n]"),
    '"""': re.compile(r'"""|\\'),
    "'''": re.compile(r"'''|\\"),
}
"""Where the inside of a text may end, by its quotes."""


class Lexer:
    """Reads one text; `tokens` ends with one of the kind END."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.follows_mistake = False
        self.unclosed_text = len(text)
        """Where the first text begins that has no end: what it swallowed is not missing."""

    def read(self) -> "Lexer":
        self.refuse_half_characters()
        text, end = self.text, len(self.text)
        while self.position < end:
            match = TOKEN.match(text, self.position)
            kind = match.lastgroup if match else None
            if match is None or kind is None:
                self.read_strange()
            elif kind == "symbol":
                self.position = match.end()
                self.add(Kind.SYMBOL, match.start())
            elif kind in ("blank", "comment"):
                self.position = match.end()
            else:
                getattr(self, f"read_{kind}")(match)
        self.add(Kind.END, end)
        return self

    def add(self, kind: Kind, start: int, value: str | bytes = "", text: str = "") -> None:
        """A token from `start` up to the position, unless `text` says what it should have been."""
        written = text or self.text[start : self.position]
        self.tokens.append(
            Token(kind, written, start, self.position, value, self.follows_mistake or bool(text))
        )
        self.follows_mistake = False

    def report(self, code: str, message: str, start: int, end: int, hint: str = "") -> None:
        self.problems.append(Problem(code, message, Span(start, end), hint))

    def skip(self, code: str, message: str, end: int, hint: str = "") -> None:
        """Leave out what stands up to `end`."""
        self.report(code, message, self.position, end, hint)
        self.position = end
        self.follows_mistake = True

    def refuse_half_characters(self) -> None:
        for half in re.finditer("[\ud800-\udfff]+", self.text):
            self.report("bad_character", "This is no character.", *half.span(), "Delete it.")

    def read_name(self, match: re.Match[str]) -> None:
        start, self.position = match.span()
        written = match.group()
        name = "".join(letter for letter in written if letter.isalnum() or letter == "_")
        if name != written:
            self.report_invisible(start, self.position)
        if not name.isascii():
            self.report(
                "bad_name",
                f"`{name}` is no name: names have only the letters a to z, digits and _.",
                start,
                self.position,
                'If it is a text, put it in quotes: "…".',
            )
            self.add(Kind.BROKEN, start)
        elif name in WORD_SYMBOLS:
            self.add(Kind.SYMBOL, start)
        else:
            self.add(Kind.NAME, start, name)

    def read_quoted(self, match: re.Match[str]) -> None:
        start, self.position = match.span()
        if QUOTED_NAME.fullmatch(match.group()):
            self.add(Kind.QUOTED_NAME, start, match.group()[1:-1])
            return
        self.report(
            "bad_name",
            "Between backquotes stands a field's name: letters, digits, blanks and _ . - / only.",
            start,
            self.position,
            'A text stands between straight quotes: "…".',
        )
        self.add(Kind.BROKEN, start)

    def read_number(self, match: re.Match[str]) -> None:
        start, self.position = match.span()
        tail = NUMBER_TAIL.match(self.text, self.position)
        if tail and tail.group() != "in":
            self.position = tail.end()
            self.report_number(start, match.end())
            self.add(Kind.BROKEN, start)
            return
        written = match.group()
        kind = Kind.INT
        if written[-1] in "uU":
            kind = Kind.UINT
        elif "." in written or (not written.startswith("0x") and "e" in written.lower()):
            kind = Kind.FLOAT
        elif BARE_POINT.match(self.text, self.position):
            self.position += 1
            hint = f"Write {written} or {written}.0."
            self.report(
                "bad_number", "A digit is missing after the point.", start, self.position, hint
            )
            kind = Kind.FLOAT
        if kind is Kind.UINT and ("." in written or self.has_exponent(written)):
            self.report_number(start, match.end() - 1)
            self.add(Kind.BROKEN, start)
            return
        self.add(kind, start)

    def has_exponent(self, written: str) -> bool:
        return not written.startswith("0x") and "e" in written.lower()

    def report_number(self, start: int, digits_end: int) -> None:
        """Of a number with something grown to its end: 1_000, 1.000.000, 20EUR, 5kr."""
        written, digits = self.text[start : self.position], self.text[start:digits_end]
        groups = re.split("[._]", written)
        if len(groups) > 1 and all(re.fullmatch("[0-9]{3}", group) for group in groups[1:]):
            hint = f"Write {''.join(groups)}."
            message = "Thousands are not separated."
            self.report("thousands_separator", message, start, self.position, hint)
        else:
            hint = f"Write {digits} alone; a text stands in quotes."
            message = f"`{written}` is no number."
            self.report("bad_number", message, start, self.position, hint)

    def read_text(self, match: re.Match[str]) -> None:
        """A text between straight quotes."""
        start, inside = match.span()
        opening = match.group().lower()
        is_raw, is_bytes = "r" in opening, "b" in opening
        quotes = opening.lstrip("br")
        closing = self.find_closing(quotes, inside, is_raw=is_raw)
        if closing < 0:
            closing, self.position = self.report_unclosed(start, inside, quotes)
        else:
            self.position = closing + len(quotes)
        body = self.text[inside:closing]
        value: str | bytes = body.encode("utf-8", "surrogatepass") if is_bytes else body
        if not is_raw:
            unescaped = Unescaped(body, inside, is_bytes).read()
            self.problems += unescaped.problems
            value = unescaped.value
        if not is_bytes:
            self.refuse_nul(inside, closing)
        self.add(Kind.BYTES if is_bytes else Kind.STRING, start, value)

    def find_closing(self, quotes: str, position: int, *, is_raw: bool) -> int:
        """Where the closing quotes are; -1 without."""
        while stop := STOPS[quotes].search(self.text, position):
            if stop.group() == quotes:
                return stop.start()
            if stop.group() != "\\":
                break
            follows_line_end = self.text[stop.end() : stop.end() + 1] in ("\r", "\n")
            if is_raw or (follows_line_end and len(quotes) == 1):
                position = stop.end()
            else:
                position = stop.end() + 1
        return -1

    def report_unclosed(self, start: int, inside: int, quotes: str) -> tuple[int, int]:
        """Where the body ends, and where reading goes on."""
        end = len(self.text)
        if len(quotes) == 1:
            line_end = LINE_END.search(self.text, inside)
            end = line_end.start() if line_end else end
            curly = ANY_CURLY.search(self.text, inside, end)
            if curly:
                self.report_curly(*curly.span(), quotes)
                return curly.span()
        self.report(
            "unclosed_text",
            "This text has no closing quote.",
            start,
            inside,
            f"Put {quotes} where the text ends.",
        )
        self.unclosed_text = min(self.unclosed_text, start)
        self.follows_mistake = True
        return end, end

    def report_curly(self, start: int, end: int, quote: str = '"') -> None:
        self.report(
            "curly_quotes",
            "Texts stand between straight quotes.",
            start,
            end,
            f"Write {quote} instead of the curly quote.",
        )

    def read_curly(self, match: re.Match[str]) -> None:
        """A text between quotes as a word processor makes them."""
        start, inside = match.span()
        quote = '"' if match.group() in DOUBLE_CURLY else "'"
        closing = CLOSING_CURLY[quote].search(self.text, inside)
        if closing and closing.group() not in "\r\n":
            self.position = closing.end()
            self.report_curly(start, self.position, quote)
            self.add(Kind.STRING, start, self.text[inside : closing.start()])
        else:
            self.report_curly(start, inside, quote)
            self.position = closing.start() if closing else len(self.text)
            self.unclosed_text = min(self.unclosed_text, start)
            self.follows_mistake = True
            self.add(Kind.STRING, start, self.text[inside : self.position])

    def refuse_nul(self, start: int, end: int) -> None:
        nul = self.text.find("\x00", start, end)
        if nul >= 0:
            self.report_invisible(nul, nul + 1)

    def report_invisible(self, start: int, end: int) -> None:
        self.report(
            "invisible_character",
            "An invisible character stands here.",
            start,
            end,
            "Delete this part and type it anew.",
        )

    def read_invisible(self, match: re.Match[str]) -> None:
        self.report_invisible(*match.span())
        self.position = match.end()

    def read_wrong(self, match: re.Match[str]) -> None:
        """An operator of another language."""
        start, self.position = match.span()
        written = match.group()
        meant = MEANT[written]
        if written == "=":
            self.report(
                "single_equals",
                "A single = compares nothing.",
                start,
                start + 1,
                "Use == to compare.",
            )
        else:
            message = f"`{written}` is no operator here."
            self.report("wrong_operator", message, start, self.position, f"Write {meant} instead.")
        self.add(Kind.SYMBOL, start, text=meant)

    def read_semicolon(self, match: re.Match[str]) -> None:
        self.skip("semicolon", "There is no ; in a condition.", match.end(), "Take it away.")

    def read_remark(self, match: re.Match[str]) -> None:
        self.skip(
            "wrong_comment",
            "A remark begins with //.",
            match.end(),
            "Begin each of its lines with //.",
        )

    def read_strange(self) -> None:
        """Characters that no condition has."""
        if unicodedata.category(self.text[self.position]) == "Sc":
            hint = 'Write the number alone; a currency is compared by its code, "EUR".'
            message = "Amounts are written without a currency sign."
            self.skip("currency_sign", message, self.position + 1, hint)
            return
        match = STRANGE.match(self.text, self.position)
        end = match.end() if match else self.position + 1
        hint = 'If it belongs to a text, put the whole text in quotes: "…".'
        self.skip("bad_character", "This does not belong in a condition.", end, hint)
