"""A condition's text read: parsed and checked, and held to be a yes/no."""

from dataclasses import dataclass, replace

from preo.segments.cel import tree
from preo.segments.cel.check.checker import check, in_order
from preo.segments.cel.check.logic import hint_for_yes_no
from preo.segments.cel.check.words import describe
from preo.segments.cel.compile.condition import is_too_complex
from preo.segments.cel.limits import MAX_PROBLEMS
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.problems import Problem
from preo.segments.cel.schema import Schema
from preo.segments.cel.typed import Reference, Taken, Typed
from preo.segments.cel.types import BOOL, Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `tree` is there exactly where `problems` is empty."""

    text: str
    tree: Typed | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    references: tuple[Reference, ...] = ()


def read_condition(text: str, schema: Schema) -> Reading:
    """Read a condition: all mistakes of its text at once, in their order.

    The mistakes of the parser and of the checker stand together: what could be read is checked.
    """
    expression, mistakes = parse(text)
    checked = check(expression, schema)
    problems = in_order([*mistakes, *checked.problems])
    found = None if problems else checked.tree
    if found is not None:
        found = _as_yes_or_no(found)
        if found.type.kind is not Kind.BOOL:
            problems = (_not_a_condition(expression, found),)
            found = None
        elif is_too_complex(found, schema):
            problems = (_too_complex(found),)
            found = None
    return Reading(text, found, problems[:MAX_PROBLEMS], checked.warnings, checked.references)


def _as_yes_or_no(found: Typed) -> Typed:
    """Free data by itself is taken as a yes/no."""
    if found.type.kind is Kind.DYN:
        return Taken(found.span, replace(BOOL, nullable=False), found)
    return found


def _too_complex(found: Typed) -> Problem:
    return Problem(
        "too_complex",
        "This condition is nested in a way that would take the database too long.",
        found.span,
        "Make a segment of a part of it, and name that segment here.",
    )


def _not_a_condition(expression: tree.Expression, found: Typed) -> Problem:
    return Problem(
        "not_a_condition",
        f"A condition must be true or false for each customer; this is {describe(found.type)}.",
        found.span,
        hint_for_yes_no(expression, found),
    )
