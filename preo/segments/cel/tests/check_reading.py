"""Short ways to read a text by the small schema, for the checker's tests."""

from preo.segments.cel.check.checker import Checked, check
from preo.segments.cel.condition import Reading, read_condition
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.problems import Problem
from preo.segments.cel.tests.check_schema import SCHEMA
from preo.segments.cel.typed import Typed


def read(text: str) -> Reading:
    """The text as a condition."""
    return read_condition(text, SCHEMA)


def accepted(text: str) -> Typed:
    """The tree of a condition that has no mistake."""
    reading = read(text)
    assert reading.problems == ()
    assert reading.tree is not None
    return reading.tree


def value(text: str) -> Typed:
    """The tree of an expression of any type."""
    checked = checked_value(text)
    assert checked.problems == ()
    assert checked.tree is not None
    return checked.tree


def checked_value(text: str) -> Checked:
    """What the checker says of an expression that can be parsed."""
    expression, problems = parse(text)
    assert problems == []
    return check(expression, SCHEMA)


def refused(text: str) -> Problem:
    """The one mistake of a text."""
    reading = read(text)
    assert reading.tree is None
    assert len(reading.problems) == 1, reading.problems
    return reading.problems[0]


def part(text: str, problem: Problem) -> str:
    """The characters that a problem is about."""
    return text[problem.span.start : problem.span.end]


def mistakes(text: str) -> list[tuple[str, str]]:
    """Code and characters of every mistake."""
    return [(problem.code, part(text, problem)) for problem in read(text).problems]


def warnings(text: str) -> list[tuple[str, str]]:
    """Code and characters of every warning of a condition without mistakes."""
    reading = read(text)
    assert reading.problems == ()
    return [(problem.code, part(text, problem)) for problem in reading.warnings]
