"""exists and all. An error in one row is absorbed by another that decides, as `||` and `&&` do."""

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.compile.scope import Scope
from preo.segments.cel.compile.sources import Source, is_joined, may_join, open_source
from preo.segments.cel.compile.unknowns import are_known, dropped_or, is_certain, pass_all
from preo.segments.cel.sql import Sql, build


def quantifier_holds(node: typed.Quantifier, scope: Scope) -> Sql:
    """Where some row (exists), or every row (all), makes the predicate true."""
    if node.kind == "exists":
        return _some(node, scope, holds=True)
    return _every(node, scope, holds=True)


def quantifier_fails(node: typed.Quantifier, scope: Scope) -> Sql:
    """Where no row can make it true (exists), or some row makes it false (all)."""
    if node.kind == "exists":
        return _every(node, scope, holds=False)
    return _some(node, scope, holds=False)


def _some(node: typed.Quantifier, scope: Scope, *, holds: bool) -> Sql:
    """A row of the list for which the predicate is true (false), and the list is no error."""
    source = _open(node, scope)
    wanted = _predicate(node, source, holds=holds)
    if is_certain(source):
        return _exists(source, scope, wanted)
    found = _exists(source, scope, pass_all(source), wanted)
    suspect = _open(node, scope)
    return build(
        "({} AND NOT {})", found, _exists(suspect, scope, build("NOT {}", are_known(suspect)))
    )


def _every(node: typed.Quantifier, scope: Scope, *, holds: bool) -> Sql:
    """No row for which the predicate is anything but true (false).

    NOT EXISTS passes by NULL, so a row that may be an error is asked for explicitly.
    """
    source = _open(node, scope)
    if is_certain(source) and not can_fail(node.predicate):
        against = _exists(source, scope, _predicate(node, source, holds=not holds))
    else:
        inside = _predicate(node, source, holds=holds)
        against = _exists(source, scope, build("{} IS NOT TRUE", dropped_or(source, inside)))
    if source.broken is None:
        return build("NOT {}", against)
    return build("(NOT {} AND NOT {})", source.broken, against)


def _open(node: typed.Quantifier, scope: Scope) -> Source:
    source = open_source(node.source, scope)
    source.bind_variable(node.variable)
    return source


def _predicate(node: typed.Quantifier, source: Source, *, holds: bool) -> Sql:
    rules = source.scope.query.rules
    return (rules.holds if holds else rules.fails)(node.predicate, source.scope)


def _exists(source: Source, scope: Scope, *conditions: Sql) -> Sql:
    table = source.scope.joined(source.table)
    if may_join(source, scope):
        where = source.where_of_all(*conditions)
        return is_joined(source.join_keys(scope, "SELECT DISTINCT {} FROM {} {}", table, where))
    return build("EXISTS (SELECT 1 FROM {} {})", table, source.where(*conditions))
