"""Conditions of an organization: read by its own schema, each mistake told with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from preo.core.errors import FieldError, InvalidError
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.cel.condition import read_condition
from preo.segments.cel.problems import Problem
from preo.segments.cel.schema import Schema
from preo.segments.cel.spans import place_of
from preo.segments.cel.typed import Reference, Typed
from preo.segments.fields import schema_for

POINTER = "/condition"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition without mistakes."""

    text: str
    tree: Typed
    schema: Schema
    references: tuple[Reference, ...]


def read_for(text: str, *, organization: Organization, edition: Edition | None) -> Condition:
    """Read a condition for the customers of an organization or of one of its editions.

    Raises InvalidError with all its mistakes at once.
    """
    schema = schema_for(organization, edition)
    reading = read_condition(text, schema)
    if reading.problems or reading.tree is None:
        raise refused(text, reading.problems)
    return Condition(text, reading.tree, schema, tuple(reading.references))


def refused(text: str, problems: Iterable[Problem]) -> InvalidError:
    """The error of a condition with mistakes: each of `errors` also says line, column and end."""
    described = [describe(text, problem) for problem in problems]
    errors = [FieldError(POINTER, each["code"], in_words(each)) for each in described]
    # The members of a field's error, and beside them what an editor underlines by.
    members: list[dict[str, Any]] = [
        {"pointer": error.pointer, "code": error.code, "detail": error.detail} | each
        for error, each in zip(errors, described, strict=True)
    ]
    return InvalidError(errors=errors, extra={"errors": members})


def describe(text: str, problem: Problem) -> dict[str, Any]:
    """A problem with its place. Offsets and columns count code points; lines and columns from 1."""
    begin = place_of(text, problem.span.start)
    end = place_of(text, problem.span.end)
    return {
        "code": problem.code,
        "message": problem.message,
        "line": begin.line,
        "column": begin.column,
        "end_line": end.line,
        "end_column": end.column,
        "start": problem.span.start,
        "end": problem.span.end,
        "hint": problem.hint,
    }


def in_words(described: dict[str, Any]) -> str:
    """`Line 1, column 6: there is no such field.`, with the hint behind it."""
    place = f"Line {described['line']}, column {described['column']}"
    return f"{place}: {described['message']} {described['hint']}".rstrip()
