"""Equality and order. CEL's equality with null is definite; its order with null is an error."""

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.compile.literals import TYPE_NAMES
from preo.segments.cel.compile.numbers import at_scale, compare_numbers
from preo.segments.cel.compile.rows import reference_of
from preo.segments.cel.compile.scope import Scope
from preo.segments.cel.sql import FALSE, TRUE, Sql, bind, build, join
from preo.segments.cel.types import NUMBERS, Kind

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ORDERS = {"<", "<=", ">", ">="}


def compare(node: typed.Compare, operator: str, scope: Scope) -> Sql:
    """True where the comparison with this operator holds, else false or NULL.

    Asked with the opposite operator it says where the comparison is false, which is not where it
    does not hold: an error is neither.
    """
    if operator in _ORDERS:
        return _order(node, operator, scope)
    return _equal(node, operator == "==", scope)


def _order(node: typed.Compare, operator: str, scope: Scope) -> Sql:
    if _kinds(node) <= NUMBERS:
        return compare_numbers(node, operator, scope)
    value = scope.query.rules.value
    left, right = value(node.left, scope), value(node.right, scope)
    # By code points, whatever the database's collation.
    collation = ' COLLATE "C"' if Kind.STRING in _kinds(node) else ""
    return build(f"({{}} {operator} {{}}{collation})", left.sql, right.sql)


def _equal(node: typed.Compare, wanted: bool, scope: Scope) -> Sql:
    special = _with_null(node, wanted, scope) or _with_key(node, wanted, scope)
    if special is not None:
        return special
    left_nullable, right_nullable = _may_be_null(node.left), _may_be_null(node.right)
    if not left_nullable and not right_nullable:
        return _plain(node, wanted, scope)
    if wanted and not (left_nullable and right_nullable):
        return _plain(node, True, scope)
    left, right = _sides(node, scope)
    sign = "IS NOT DISTINCT FROM" if wanted else "IS DISTINCT FROM"
    # NULL of a side that is never null is an error: then the comparison is one too.
    guards = [
        build("{} IS NOT NULL", sql)
        for side, sql in ((node.left, left), (node.right, right))
        if can_fail(side) and not _may_be_null(side)
    ]
    return build("({})", join(" AND ", [build(f"{{}} {sign} {{}}", left, right), *guards]))


def _may_be_null(node: typed.Typed) -> bool:
    """Whether SQL NULL can mean CEL's null. Free data has a null of its own."""
    return node.type.nullable and node.type.kind is not Kind.DYN


def _plain(node: typed.Compare, wanted: bool, scope: Scope) -> Sql:
    if _kinds(node) <= NUMBERS:
        return compare_numbers(node, "==" if wanted else "!=", scope)
    return build(f"({{}} {'=' if wanted else '<>'} {{}})", *_sides(node, scope))


def _sides(node: typed.Compare, scope: Scope) -> tuple[Sql, Sql]:
    """Both sides in one type: beside free data everything is free data."""
    value = scope.query.rules.value
    if Kind.DYN in _kinds(node):
        return as_free_data(node.left, scope), as_free_data(node.right, scope)
    return value(node.left, scope).sql, value(node.right, scope).sql


def as_free_data(node: typed.Typed, scope: Scope) -> Sql:
    """A value as jsonb, in which equality knows the sort, and numbers are equal by value."""
    value = scope.query.rules.value(node, scope)
    if value.kind is Kind.DYN:
        return value.sql
    if value.kind is Kind.NULL:
        return Sql("'null'::jsonb")
    return build("to_jsonb({})", at_scale(value, 0))


def _with_null(node: typed.Compare, wanted: bool, scope: Scope) -> Sql | None:
    """`x == null` for what is not free data."""
    sides = (node.left, node.right)
    others = [side for side in sides if side.type.kind is not Kind.NULL]
    if len(others) == 2 or Kind.DYN in _kinds(node):
        return None
    if not others:
        return TRUE if wanted else FALSE
    value = scope.query.rules.value(others[0], scope)
    if not others[0].type.nullable:
        result = FALSE if wanted else TRUE
        if can_fail(others[0]):
            return build("({} IS NOT NULL AND {})", value.sql, result)
        return result
    return build(f"({{}} IS {'' if wanted else 'NOT '}NULL)", value.sql)


def _with_key(node: typed.Compare, wanted: bool, scope: Scope) -> Sql | None:
    """A reference (`p.product`, `o.edition`) against what was written: compared by its key."""
    pairs = ((node.left, node.right), (node.right, node.left))
    for subject, written in pairs:
        if isinstance(written, typed.Constant) and isinstance(written.value, str):
            reference = reference_of(subject, scope)
            if reference is not None:
                stored = reference.stored([written.value])
                return _key_equals(reference.key, stored, subject, wanted)
    return None


def _key_equals(key: Sql, stored: list[object], subject: typed.Typed, wanted: bool) -> Sql:
    if not stored:  # nothing is called so: equal to none
        return FALSE if wanted else TRUE
    bound = bind(stored[0], "uuid")
    if wanted:
        return build("({} = {})", key, bound)
    sign = "IS DISTINCT FROM" if subject.type.nullable else "<>"
    return build(f"({{}} {sign} {{}})", key, bound)


def is_one_of(node: typed.In, wanted: bool, scope: Scope) -> Sql | None:
    """`needle in [constants]` as one comparison with an array; None where it is no such thing."""
    items = node.haystack.items if isinstance(node.haystack, typed.ListDisplay) else ()
    values = [item.value for item in items if isinstance(item, typed.Constant)]
    if len(values) != len(items) or None in values or not values:
        return None
    reference = reference_of(node.needle, scope)
    if reference is not None:
        found = reference.stored([str(value) for value in values])
        return _among(reference.key, bind(found, "uuid[]"), node.needle, wanted)
    kind = node.needle.type.kind
    if kind not in TYPE_NAMES or kind in NUMBERS or kind is Kind.ID:
        return None
    needle = scope.query.rules.value(node.needle, scope).sql
    return _among(needle, bind(values, TYPE_NAMES[kind] + "[]"), node.needle, wanted)


def _among(needle: Sql, array: Sql, node: typed.Typed, wanted: bool) -> Sql:
    if wanted:
        return build("({} = ANY({}))", needle, array)
    other = build("({} <> ALL({}))", needle, array)
    return build("({} IS NULL OR {})", needle, other) if node.type.nullable else other


def _kinds(node: typed.Compare) -> set[Kind]:
    return {node.left.type.kind, node.right.type.kind}
