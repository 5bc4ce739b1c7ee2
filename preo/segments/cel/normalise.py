"""One form for what can be written in several, so that the compiler knows few shapes.

Each rule keeps the meaning exactly, errors included.
"""

from collections.abc import Callable
from dataclasses import replace

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.types import BOOL, DECIMAL, DOUBLE, EXACT, INT, Kind
from preo.segments.cel.walk import rewrite

_FLIPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SOME = {(">", 0), (">=", 1), ("!=", 0)}
_NONE = {("==", 0), ("<", 1), ("<=", 0)}
_LISTS = (typed.Relation, typed.Filter, typed.Map)


def normalise(node: typed.Typed) -> typed.Typed:
    """The tree in the compiler's forms. A normal tree comes back equal."""
    return rewrite(node, _change)


def _change(node: typed.Typed) -> typed.Typed:
    for rule in RULES:
        node = rule(node)
    return node


def _constant_to_the_right(node: typed.Typed) -> typed.Typed:
    """`300 < total` is `total > 300`."""
    if not isinstance(node, typed.Compare) or isinstance(node.right, typed.Constant):
        return node
    if isinstance(node.left, typed.Constant):
        return replace(node, operator=_FLIPPED[node.operator], left=node.right, right=node.left)
    return node


def _lists_by_item(node: typed.Typed) -> typed.Typed:
    """`[a, b] == [c, d]` is `a == c && b == d`."""
    if not isinstance(node, typed.Compare) or node.operator not in {"==", "!="}:
        return node
    left, right = node.left, node.right
    if not isinstance(left, typed.ListDisplay) or not isinstance(right, typed.ListDisplay):
        return node
    pairs = zip(left.items, right.items, strict=False)
    equals = [_change(typed.Compare(node.span, BOOL, "==", *pair)) for pair in pairs]
    same_length = len(left.items) == len(right.items)
    whole = typed.And(node.span, BOOL, (*equals, typed.Constant(node.span, BOOL, same_length)))
    return whole if node.operator == "==" else typed.Not(node.span, BOOL, whole)


def _free_number_exactly(node: typed.Typed) -> typed.Typed:
    """A number of free data beside a whole number or an amount is taken as the decimal it is."""
    if not isinstance(node, typed.Compare):
        return node
    left, right = node.left, node.right
    if isinstance(left, typed.Taken) and left.type == DOUBLE and right.type.kind in EXACT:
        return replace(node, left=replace(left, type=DECIMAL))
    if isinstance(right, typed.Taken) and right.type == DOUBLE and left.type.kind in EXACT:
        return replace(node, right=replace(right, type=DECIMAL))
    return node


def _comparison_into_ternary(node: typed.Typed) -> typed.Typed:
    """`(c ? a : null) == b` compares each branch, since NULL could not tell null from an error."""
    if not isinstance(node, typed.Compare) or node.operator not in {"==", "!="}:
        return node
    left, right = node.left, node.right
    if isinstance(left, typed.Ternary) and left.type.nullable:
        branches = (replace(node, left=left.then), replace(node, left=left.otherwise))
        condition = left.condition
    elif isinstance(right, typed.Ternary) and right.type.nullable:
        branches = (replace(node, right=right.then), replace(node, right=right.otherwise))
        condition = right.condition
    else:
        return node
    then, otherwise = (_change(branch) for branch in branches)
    return typed.Ternary(node.span, BOOL, condition, then, otherwise)


def _in_to_exists(node: typed.Typed) -> typed.Typed:
    """`x in list` asks whether one of the list equals x; in constants it stays as it is."""
    if not isinstance(node, typed.In) or node.haystack.type.kind is Kind.DYN:
        return node
    haystack, needle = node.haystack, node.needle
    if isinstance(haystack, typed.ListDisplay):
        return _in_to_or(node, haystack)
    element = haystack.type.element
    assert element is not None  # noqa: S101 - a list's type has one
    if isinstance(haystack, typed.Map) and not can_fail(haystack.value):
        equal = typed.Compare(node.span, BOOL, "==", haystack.value, needle)
        return typed.Quantifier(
            node.span, BOOL, "exists", haystack.source, haystack.variable, equal
        )
    variable = typed.Variable(node.span, element, _binding_of(node))
    equal = typed.Compare(node.span, BOOL, "==", variable, needle)
    return typed.Quantifier(node.span, BOOL, "exists", haystack, variable, equal)


def _binding_of(node: typed.In) -> int:
    """A binding that no other part has: the checker's are positive, and spans differ."""
    return -(node.span.start * 100_003 + node.span.end + 1)


def _in_to_or(node: typed.In, haystack: typed.ListDisplay) -> typed.Typed:
    if all(isinstance(item, typed.Constant) and item.value is not None for item in haystack.items):
        return node
    equals = tuple(
        _comparison_into_ternary(
            _constant_to_the_right(typed.Compare(node.span, BOOL, "==", node.needle, item))
        )
        for item in haystack.items
    )
    return equals[0] if len(equals) == 1 else typed.Or(node.span, BOOL, equals)


def _one_to_count(node: typed.Typed) -> typed.Typed:
    """`exists_one` counts; an error in any row is one of the whole, as in `filter`."""
    if not isinstance(node, typed.Quantifier) or node.kind != "exists_one":
        return node
    found = typed.Filter(node.span, node.source.type, node.source, node.variable, node.predicate)
    size = typed.Aggregate(node.span, INT, "size", found)
    return typed.Compare(node.span, BOOL, "==", size, typed.Constant(node.span, INT, 1))


def _count_to_exists(node: typed.Typed) -> typed.Typed:
    """`size(list) > 0` asks for one row only, where no row can be an error."""
    if not isinstance(node, typed.Compare) or not isinstance(node.left, typed.Aggregate):
        return node
    size, limit = node.left, node.right
    if size.kind != "size" or not isinstance(limit, typed.Constant) or can_fail(size.source):
        return node
    asked = (node.operator, limit.value)
    if not isinstance(size.source, _LISTS) or asked not in _SOME | _NONE:
        return node
    exists = _any_row(size)
    return exists if asked in _SOME else typed.Not(node.span, BOOL, exists)


def _any_row(size: typed.Aggregate) -> typed.Quantifier:
    source = size.source
    while isinstance(source, typed.Map):
        source = source.source
    span = size.span
    if isinstance(source, typed.Filter):
        return typed.Quantifier(
            span, BOOL, "exists", source.source, source.variable, source.predicate
        )
    element = source.type.element
    assert element is not None  # noqa: S101 - a list's type has one
    variable = typed.Variable(span, element, -(span.start * 100_003 + span.end + 1))
    return typed.Quantifier(
        span, BOOL, "exists", source, variable, typed.Constant(span, BOOL, True)
    )


def _lists_joined(node: typed.Typed) -> typed.Typed:
    """`[1] + [2]` is `[1, 2]`."""
    if not isinstance(node, typed.Arithmetic) or node.type.kind is not Kind.LIST:
        return node
    left, right = node.left, node.right
    if isinstance(left, typed.ListDisplay) and isinstance(right, typed.ListDisplay):
        return typed.ListDisplay(node.span, node.type, left.items + right.items)
    return node


RULES: tuple[Callable[[typed.Typed], typed.Typed], ...] = (
    _lists_joined,
    _lists_by_item,
    _constant_to_the_right,
    _free_number_exactly,
    _comparison_into_ternary,
    _in_to_exists,
    _one_to_count,
    _count_to_exists,
)
