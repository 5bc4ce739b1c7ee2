"""Rows for which a step of a list is an error, and what that does to the list."""

from preo.segments.cel.compile.sources import Source
from preo.segments.cel.sql import TRUE, Sql, build, join


def is_certain(source: Source) -> bool:
    """Whether no row of the list can be an error."""
    return not source.steps


def pass_all(source: Source) -> Sql:
    """True for rows that are in the list for certain."""
    parts = [step.passes for step in source.steps]
    return build("({})", join(" AND ", parts)) if parts else TRUE


def dropped_or(source: Source, inside: Sql) -> Sql:
    """True for rows that a step drops, and for those that pass all and of which `inside` is true.

    A row is dropped by the first step that it does not pass, so that an error before that shows.
    """
    for step in reversed(source.steps):
        inside = build("({} OR ({} AND {}))", step.drops, step.passes, inside)
    return inside


def are_known(source: Source) -> Sql:
    """True for rows that are no error, false for those that are."""
    return build("({} IS TRUE)", dropped_or(source, TRUE))
