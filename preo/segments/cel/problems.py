"""What is wrong with a text, or at least odd."""

from dataclasses import dataclass

from preo.segments.cel.spans import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, in words for people who are no programmers.

    `code` is stable, for programs and translations. `hint` says what to write instead, where one
    can know; else it is empty.
    """

    code: str
    message: str
    span: Span
    hint: str = ""
