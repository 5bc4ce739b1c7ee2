"""Rows for which a predicate or a value is an error, and what that does to the list."""

from preo.segments.cel.compile.scope import Value
from preo.segments.cel.compile.sources import Source
from preo.segments.cel.sql import FALSE, TRUE, Sql, build, join


def is_certain(source: Source) -> bool:
    """Whether no row of the list can be an error."""
    return not source.doubts and not source.fails_in_element


def doubts_hold(source: Source) -> Sql:
    """True for rows that are in the list for certain."""
    holds = source.scope.query.rules.holds
    parts = [holds(doubt, source.scope) for doubt in source.doubts]
    return build("({})", join(" AND ", parts)) if parts else TRUE


def doubts_fail(source: Source) -> Sql:
    """True for rows that are out of the list for certain."""
    fails = source.scope.query.rules.fails
    parts = [fails(doubt, source.scope) for doubt in source.doubts]
    return build("({})", join(" OR ", parts)) if parts else FALSE


def are_known(source: Source) -> Sql:
    """True for rows that are no error, false for those that are."""
    inside = doubts_hold(source)
    if source.fails_in_element and isinstance(source.element, Value):
        inside = build("({} AND {} IS NOT NULL)", inside, source.element.sql)
    return build("(({} OR {}) IS TRUE)", doubts_fail(source), inside)
