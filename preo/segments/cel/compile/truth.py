"""Conditions: where they are true, and where they are false.

CEL knows a third outcome, the error. Instead of carrying it through the SQL, every condition is
compiled for the outcome that is asked: `!(a && b)` holds where `a` fails or `b` fails. So NOT is
never applied to anything that may be an error, EXISTS and IN stay what the planner turns into
joins, and NULL can be read as "no" everywhere.
"""

from collections.abc import Callable

from preo.segments.cel import typed
from preo.segments.cel.compile.aggregates import compare_total
from preo.segments.cel.compile.comparisons import OPPOSITE, compare, is_one_of
from preo.segments.cel.compile.free_data import is_in_free_data
from preo.segments.cel.compile.quantifiers import quantifier_fails, quantifier_holds
from preo.segments.cel.compile.scope import Scope
from preo.segments.cel.sql import FALSE, TRUE, Sql, build, join
from preo.segments.cel.types import Kind

Ask = Callable[[typed.Typed, Scope], Sql]


def holds(node: typed.Typed, scope: Scope) -> Sql:
    """True where the condition is true; elsewhere false or NULL."""
    scope.query.count_part()
    match node:
        case typed.Constant():
            return TRUE if node.value else FALSE
        case typed.And():
            return _all_of([holds(item, scope) for item in node.items])
        case typed.Or():
            with scope.query.choosing():
                return _one_of([holds(item, scope) for item in node.items])
        case typed.Not():
            return fails(node.operand, scope)
        case typed.Ternary():
            return _branches(node, holds, scope)
    return _atom(node, scope, wanted=True)


def fails(node: typed.Typed, scope: Scope) -> Sql:
    """True where the condition is false; elsewhere false or NULL."""
    scope.query.count_part()
    match node:
        case typed.Constant():
            return FALSE if node.value else TRUE
        case typed.And():
            with scope.query.choosing():
                return _one_of([fails(item, scope) for item in node.items])
        case typed.Or():
            return _all_of([fails(item, scope) for item in node.items])
        case typed.Not():
            return holds(node.operand, scope)
        case typed.Ternary():
            return _branches(node, fails, scope)
    return _atom(node, scope, wanted=False)


def truth(node: typed.Typed, scope: Scope) -> Sql:
    """The condition as a value: true, false, or NULL for an error."""
    with scope.query.choosing():
        return _truth(node, scope)


def _truth(node: typed.Typed, scope: Scope) -> Sql:
    match node:
        case typed.And():
            return _all_of([_truth(item, scope) for item in node.items])
        case typed.Or():
            return _one_of([_truth(item, scope) for item in node.items])
        case typed.Not():
            return build("(NOT {})", _truth(node.operand, scope))
        case typed.Constant():
            return TRUE if node.value else FALSE
        case typed.Compare() if _knows_errors(node):
            return compare(node, node.operator, scope)
    return build(
        "CASE WHEN {} THEN TRUE WHEN {} THEN FALSE END", holds(node, scope), fails(node, scope)
    )


def _knows_errors(node: typed.Compare) -> bool:
    """Whether the comparison in SQL is NULL just where it is an error in CEL."""
    sides = (node.left, node.right)
    return not any(side.type.nullable or isinstance(side, typed.Aggregate) for side in sides)


def _atom(node: typed.Typed, scope: Scope, *, wanted: bool) -> Sql:
    """What is no combination of other conditions: true (false) where this is."""
    match node:
        case typed.Compare():
            return _compare(node, node.operator if wanted else OPPOSITE[node.operator], scope)
        case typed.In():
            return _in(node, scope, wanted=wanted)
        case typed.Quantifier():
            return quantifier_holds(node, scope) if wanted else quantifier_fails(node, scope)
    value = scope.query.rules.value(node, scope).sql
    return value if wanted else build("(NOT {})", value)


def _compare(node: typed.Compare, operator: str, scope: Scope) -> Sql:
    if _are_conditions(node):
        return _compare_conditions(node, operator, scope)
    total = compare_total(node, operator, scope)
    return total if total is not None else compare(node, operator, scope)


def _are_conditions(node: typed.Compare) -> bool:
    return {node.left.type.kind, node.right.type.kind} == {Kind.BOOL}


def _compare_conditions(node: typed.Compare, operator: str, scope: Scope) -> Sql:
    """Both as values, unless one is a constant: `accepted == true` is `accepted`."""
    for written, other in ((node.left, node.right), (node.right, node.left)):
        if (
            isinstance(written, typed.Constant)
            and operator in {"==", "!="}
            and not other.type.nullable
        ):
            wanted = bool(written.value) == (operator == "==")
            return holds(other, scope) if wanted else fails(other, scope)
    return compare(node, operator, scope)


def _in(node: typed.In, scope: Scope, *, wanted: bool) -> Sql:
    if node.haystack.type.kind is Kind.DYN:
        found = is_in_free_data(node, scope)
        return found if wanted else build("(NOT {})", found)
    array = is_one_of(node, wanted, scope)
    if array is not None:
        return array
    assert isinstance(node.haystack, typed.ListDisplay)  # noqa: S101 - others are normalised
    equals = [
        typed.Compare(node.span, node.type, "==", node.needle, item) for item in node.haystack.items
    ]
    if wanted:
        return _one_of([_compare(equal, "==", scope) for equal in equals])
    return _all_of([_compare(equal, "!=", scope) for equal in equals])


def _branches(node: typed.Ternary, ask: Ask, scope: Scope) -> Sql:
    condition = node.condition
    with scope.query.choosing():
        first = build("({} AND {})", holds(condition, scope), ask(node.then, scope))
        second = build("({} AND {})", fails(condition, scope), ask(node.otherwise, scope))
    return build("({} OR {})", first, second)


def _all_of(parts: list[Sql]) -> Sql:
    return build("({})", join(" AND ", parts)) if parts else TRUE


def _one_of(parts: list[Sql]) -> Sql:
    return build("({})", join(" OR ", parts)) if parts else FALSE
