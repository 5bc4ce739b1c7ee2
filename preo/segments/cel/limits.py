"""How large a condition may be: far beyond what people write, far below what could do harm.

A text past a limit has no tree, only the problem that names the limit.
"""

from preo.segments.cel.problems import Problem
from preo.segments.cel.spans import Span

MAX_LENGTH = 10_000
"""Code points of a text."""

MAX_NODES = 2_000
"""Parts of a tree."""

MAX_DEPTH = 64
"""How far brackets, calls and the like may nest. A chain such as `a + b + c` is no nesting."""

MAX_HEIGHT = 100
"""Parts on the longest way down a tree, chains of arithmetic and comparison counted too: all that
work on trees may use recursion. A chain of `&&` or `||` is built balanced and adds its logarithm."""

MAX_LOOPS = 4
"""How many macros with a loop variable may stand one in the other."""

MAX_PROBLEMS = 50
"""More mistakes than that help nobody: the first ones are told."""


def too_long(text: str) -> Problem:
    """More than MAX_LENGTH."""
    return Problem(
        "too_long",
        f"The condition has {len(text)} characters; at most {MAX_LENGTH} are possible.",
        Span(MAX_LENGTH, len(text)),
        "Split it into several segments; a condition can name other segments.",
    )


def too_many_parts(span: Span) -> Problem:
    """More than MAX_NODES."""
    return Problem(
        "too_many_parts",
        f"The condition has more than {MAX_NODES} parts.",
        span,
        "Split it into several segments; a condition can name other segments.",
    )


def too_deep(span: Span) -> Problem:
    """More than MAX_DEPTH."""
    return Problem(
        "too_deep",
        f"The condition is nested more than {MAX_DEPTH} levels deep.",
        span,
        "Take brackets away, or split the condition into several segments.",
    )


def too_long_chain(span: Span) -> Problem:
    """More than MAX_HEIGHT."""
    return Problem(
        "too_long_chain",
        f"More than {MAX_HEIGHT} operations follow one another.",
        span,
        "Split the condition into several segments.",
    )


def too_many_loops(span: Span) -> Problem:
    """More than MAX_LOOPS."""
    return Problem(
        "too_many_loops",
        f"More than {MAX_LOOPS} of exists, all, exists_one, filter and map stand in each other.",
        span,
        "Ask one question after the other, joined by &&.",
    )
