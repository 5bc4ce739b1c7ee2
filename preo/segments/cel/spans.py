"""Where in a text something stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`: offsets in code points, from 0."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """From the beginning of this to the end of the other."""
        return Span(self.start, other.end)


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column as people count them, from 1, the column in code points."""

    line: int
    column: int


def place_of(text: str, offset: int) -> Place:
    """The place of an offset. Lines end as the CEL grammar says: LF, CR, or both."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
