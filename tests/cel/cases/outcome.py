"""What a case expects where it is no plain value."""

from enum import Enum


class Outcome(Enum):
    """`ERROR` is CEL's error: NULL in SQL, or a refusal when it can be seen beforehand."""

    ERROR = "error"


ERROR = Outcome.ERROR

Case = tuple[str, object]
"""A text, and its value in Python."""
