"""The patterns that `matches` takes: the part of RE2 that means the same in PostgreSQL.

No back-reference, no look-around, no flags, no Unicode classes, no word boundary (they follow
ASCII in RE2 and the language in PostgreSQL), and nothing that one of the two reads otherwise.
"""

import re
from dataclasses import dataclass

from preo.segments.cel.check.context import Context
from preo.segments.cel.typed import Constant

LONGEST = 200
MOST_REPEATS = 255
MOST_NESTED_REPEATS = 1000

_REPEAT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")
_CLASSES = frozenset("dDwWsS")
_IN_BRACKETS = frozenset("dws")
_CONTROL = frozenset("tnrf")
_REFUSED = {
    "b": "A word boundary (`\\b`)",
    "B": "A word boundary (`\\B`)",
    "p": "A Unicode class (`\\p`)",
    "P": "A Unicode class (`\\P`)",
}


class RefusedError(Exception):
    """What is wrong with a pattern."""


@dataclass
class _Reader:
    text: str
    position: int = 0

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        character = self.peek()
        self.position += 1
        return character

    def alternatives(self, depth: int) -> int:
        """The greatest product of repeats inside."""
        if depth > 20:
            raise RefusedError("Brackets are nested too deeply in this pattern.")
        most = 1
        while self.peek() not in ("", ")"):
            most = max(most, self.piece(depth))
        return most

    def piece(self, depth: int) -> int:
        character = self.take()
        if character in "|^$":
            self.no_repeat("Nothing is there to repeat")
            return 1
        if character in "*+?":
            raise RefusedError(f"Nothing stands before `{character}` that could be repeated.")
        inside = self.atom(character, depth)
        return inside * self.repeat()

    def atom(self, character: str, depth: int) -> int:
        if character == "(":
            return self.group(depth)
        if character == "[":
            self.brackets()
        elif character == "\\":
            self.escape(in_brackets=False)
        elif character == "{":
            raise RefusedError("For a curly bracket itself write `\\{`.")
        return 1

    def group(self, depth: int) -> int:
        if self.peek() == "?":
            if self.text[self.position : self.position + 2] != "?:":
                raise RefusedError("Groups with `(?...` are not supported, but for `(?:...)`.")
            self.position += 2
        most = self.alternatives(depth + 1)
        if self.take() != ")":
            raise RefusedError("A bracket `(` is not closed.")
        return most

    def repeat(self) -> int:
        times = 1
        character = self.peek()
        if character in ("*", "+", "?") and character:
            self.position += 1
        elif character == "{":
            times = self.counted()
        else:
            return 1
        if self.peek() == "?":
            self.position += 1
        self.no_repeat("Repeats cannot be repeated")
        return times

    def no_repeat(self, words: str) -> None:
        if self.peek() and self.peek() in "*+?{":
            raise RefusedError(f"{words}: `{self.peek()}`.")

    def counted(self) -> int:
        found = _REPEAT.match(self.text, self.position)
        if not found:
            raise RefusedError("For a curly bracket itself write `\\{`.")
        self.position = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else least
        if most < least:
            raise RefusedError(f"`{found[0]}` has its numbers the wrong way round.")
        if most > MOST_REPEATS:
            raise RefusedError(f"At most {MOST_REPEATS} repeats are possible.")
        return max(most, 1)

    def escape(self, *, in_brackets: bool) -> None:
        letter = self.take()
        if not letter:
            raise RefusedError("The pattern ends with a lone backslash.")
        if letter in _REFUSED:
            raise RefusedError(f"{_REFUSED[letter]} is not supported.")
        if letter.isdigit():
            raise RefusedError(f"A reference back (`\\{letter}`) is not supported.")
        allowed = _CONTROL | (_IN_BRACKETS if in_brackets else _CLASSES)
        if letter in allowed or (letter.isascii() and not letter.isalnum() and letter > " "):
            return
        where = " within square brackets" if in_brackets else ""
        raise RefusedError(f"`\\{letter}` is not supported{where}.")

    def brackets(self) -> None:
        if self.peek() == "^":
            self.position += 1
        if self.peek() == "]":
            raise RefusedError("In square brackets write `\\]` for the bracket itself.")
        while (character := self.take()) != "]":
            self.member(character)

    def member(self, character: str) -> None:
        if not character:
            raise RefusedError("A bracket `[` is not closed.")
        if character == "[":
            raise RefusedError("In square brackets write `\\[` for the bracket itself.")
        is_class = character == "\\" and self.peek() in _IN_BRACKETS
        if character == "\\":
            self.escape(in_brackets=True)
        if self.peek() != "-" or self.text[self.position + 1 : self.position + 2] in ("]", ""):
            return
        self.position += 1
        last = self.take()
        if is_class or not (character.isalnum() and last.isalnum()) or last < character:
            raise RefusedError("A range in square brackets goes between two letters or digits.")


def check_pattern(context: Context, pattern: Constant) -> bool:
    """Whether the pattern can be used; where not, that is reported."""
    text = str(pattern.value)
    try:
        if len(text) > LONGEST:
            raise RefusedError(f"The pattern is longer than {LONGEST} characters.")
        if "\0" in text:
            raise RefusedError("A pattern cannot hold the character 0.")
        reader = _Reader(text)
        most = reader.alternatives(0)
        if reader.peek():
            raise RefusedError("A bracket `)` has no `(`.")
        if most > MOST_NESTED_REPEATS:
            raise RefusedError("Repeats within repeats are too many.")
    except RefusedError as refused:
        context.refuse(
            "bad_pattern",
            str(refused),
            pattern.span,
            "For a part of a text use `contains`, `startsWith` or `endsWith`.",
        )
        return False
    return True
