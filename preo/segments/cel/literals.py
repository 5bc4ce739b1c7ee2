"""What literals mean: numbers within their range, and texts with their escapes."""

import re
from dataclasses import dataclass, field

from preo.segments.cel.problems import Problem
from preo.segments.cel.spans import Span

MAX_INT = 2**63 - 1
MIN_INT = -(2**63)
MAX_UNSIGNED = 2**64 - 1
MAX_DIGITS = 20
"""Of a number of 64 bits, zeros in front not counted."""

SIMPLE_ESCAPES = {
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
ESCAPE = re.compile(
    r"\\(?:[xX](?P<hex>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<simple>[\\?\"'`abfnrtv]))"
)
NUMERIC = re.compile(r"\\(?:[xX][0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|[0-9]{1,3})")
"""An escape by number, even one that lacks digits."""
LOW_SURROGATE = re.compile(r"\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})")


def read_whole(text: str) -> int | None:
    """The value of an integer literal without its sign or `u`; None beyond 64 bits."""
    base, digits = (16, text[2:]) if text.startswith("0x") else (10, text)
    digits = digits.lstrip("0") or "0"
    return int(digits, base) if len(digits) <= MAX_DIGITS else None


def number_too_large(span: Span, lowest: int, highest: int) -> Problem:
    """Of a whole number that does not fit."""
    return Problem(
        "number_too_large",
        "This number is too large.",
        span,
        f"Whole numbers go from {lowest} to {highest}.",
    )


BACKSLASH_HINT = r"Write \\ for a backslash, or put r before the opening quote."


@dataclass(slots=True)
class Unescaped:
    """The inside of a text literal with its escapes resolved, character by character or byte."""

    body: str
    offset: int
    """Where the body begins in the whole text."""
    is_bytes: bool
    text: list[str] = field(default_factory=list)
    octets: bytearray = field(default_factory=bytearray)
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> "Unescaped":
        position = 0
        while (backslash := self.body.find("\\", position)) >= 0:
            self.add(self.body[position:backslash])
            position = self.read_escape(backslash)
        self.add(self.body[position:])
        return self

    @property
    def value(self) -> str | bytes:
        return bytes(self.octets) if self.is_bytes else "".join(self.text)

    def add(self, characters: str) -> None:
        if self.is_bytes:
            # A half of a surrogate pair is reported by the lexer.
            self.octets += characters.encode("utf-8", "surrogatepass")
        else:
            self.text.append(characters)

    def read_escape(self, position: int) -> int:
        """Resolve the escape that stands here; where the text goes on after it."""
        match = ESCAPE.match(self.body, position)
        if match is None:
            return self.refuse_unknown(position)
        if match["simple"]:
            self.add(SIMPLE_ESCAPES[match["simple"]])
        elif match["hex"] or match["octal"]:
            self.add_octet(int(match["hex"], 16) if match["hex"] else int(match["octal"], 8))
        elif self.is_bytes:
            self.refuse(position, match.end(), "is not possible in bytes")
        else:
            return self.read_code_point(match)
        return match.end()

    def add_octet(self, value: int) -> None:
        if self.is_bytes:
            self.octets.append(value)
        else:
            self.text.append(chr(value))

    def read_code_point(self, match: re.Match[str]) -> int:
        r"""Resolve `\uXXXX`, a pair of them, or `\UXXXXXXXX`."""
        value, end = int(match["short"] or match["long"], 16), match.end()
        if match["short"] and 0xD800 <= value < 0xDC00:
            low = LOW_SURROGATE.match(self.body, end)
            if low:
                value = 0x10000 + ((value - 0xD800) << 10) + int(low["low"], 16) - 0xDC00
                end = low.end()
        if value > 0x10FFFF or 0xD800 <= value < 0xE000:
            self.refuse(match.start(), end, "is no character")
        else:
            self.text.append(chr(value))
        return end

    def refuse_unknown(self, position: int) -> int:
        numeric = NUMERIC.match(self.body, position)
        end = numeric.end() if numeric else min(position + 2, len(self.body))
        if numeric:
            hint = r"Write \xFF, \u00FF, \U000000FF or \377: all the digits."
            self.refuse(position, end, "is no character's number", hint)
        else:
            self.refuse(position, end, "is not known")
        return end

    def refuse(self, start: int, end: int, why: str, hint: str = BACKSLASH_HINT) -> None:
        written = self.body[start:end]
        self.problems.append(
            Problem(
                "bad_escape",
                f"`{written}` {why}.",
                Span(self.offset + start, self.offset + end),
                hint,
            )
        )
