"""`==` `!=` `<` `<=` `>` `>=` and `in`."""

from dataclasses import replace

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown
from preo.segments.cel.check.fitting import fit, taken_for
from preo.segments.cel.check.mismatches import (
    hint_for_membership,
    hint_for_pair,
    improve_unquoted,
)
from preo.segments.cel.check.origins import check_constants
from preo.segments.cel.check.rows import is_single, refuse_row
from preo.segments.cel.check.sense import warn_of_comparison
from preo.segments.cel.check.words import describe
from preo.segments.cel.typed import Compare, Constant, In, ListDisplay, Taken, Typed
from preo.segments.cel.types import BOOL, NUMBERS, UNKNOWN, Kind, Type

EQUALITY = frozenset({"==", "!="})
ORDER = frozenset({"<", "<=", ">", ">="})
_ORDERED = NUMBERS | {Kind.STRING, Kind.TIMESTAMP, Kind.DURATION, Kind.BOOL}
_FREE = NUMBERS | {Kind.STRING, Kind.BOOL, Kind.DYN, Kind.NULL}

Pair = tuple[Typed, Typed]


def check_comparison(context: Context, node: tree.Binary) -> Typed:
    """Two values compared. The answer is a yes/no even where the values have mistakes."""
    left, right = context.visit(node.left), context.visit(node.right)
    improve_unquoted(context, node, left, right)
    mistaken = Compare(node.span, BOOL, node.operator, left, right)
    if is_unknown(left) or is_unknown(right):
        return mistaken
    if node.operator in EQUALITY and _are_lists(left, right):
        return _lists(context, node, left, right)
    hint = hint_for_pair(context, node, left, right)
    singles = [
        hint_or_single(context, each, hint) for each in ((node.left, left), (node.right, right))
    ]
    if not all(singles):
        return mistaken
    paired = pair(node, left, right) if node.operator in EQUALITY else _order(node, left, right)
    if paired is None:
        _refuse_pair(context, node, left, right, hint)
        return mistaken
    compared = Compare(node.span, BOOL, node.operator, *paired)
    check_constants(context, *paired)
    warn_of_comparison(context, node, compared)
    return compared


def hint_or_single(context: Context, each: tuple[tree.Expression, Typed], hint: str) -> bool:
    """Whether one value stands here; a better hint, where there is one, goes with the report."""
    node, part = each
    if is_single(context, node, part):
        return True
    if hint:
        context.improve(part.span, frozenset({"list_not_value", "row_not_value"}), hint)
    return False


def pair(node: tree.Binary, left: Typed, right: Typed) -> Pair | None:
    """Both sides so that they can be compared for equality; None where they cannot."""
    return match(node.left, left, node.right, right)


def match(
    left_node: tree.Expression, left: Typed, right_node: tree.Expression, right: Typed
) -> Pair | None:
    """Two values brought to kinds that can be equal."""
    kinds = {left.type.kind, right.type.kind}
    if Kind.UNKNOWN in kinds or Kind.NULL in kinds:
        return left, right
    if Kind.DYN in kinds:
        return (left, right) if kinds <= _FREE else None
    if kinds <= NUMBERS:
        return _numbers(left_node, left, right_node, right)
    if Kind.ID in kinds:
        return _ids(left_node, left, right_node, right)
    return (left, right) if len(kinds) == 1 else None


def _numbers(
    left_node: tree.Expression, left: Typed, right_node: tree.Expression, right: Typed
) -> Pair:
    """A number written beside an amount is taken exactly as written."""
    if left.type.kind is Kind.DECIMAL:
        return left, fit(right_node, right, left.type) or right
    if right.type.kind is Kind.DECIMAL:
        return fit(left_node, left, right.type) or left, right
    return left, right


def _ids(
    left_node: tree.Expression, left: Typed, right_node: tree.Expression, right: Typed
) -> Pair | None:
    if left.type.kind is Kind.ID:
        fitted = fit(right_node, right, left.type)
        return (left, fitted) if fitted else None
    fitted = fit(left_node, left, right.type)
    return (fitted, right) if fitted else None


def _order(node: tree.Binary, left: Typed, right: Typed) -> Pair | None:
    kinds = {left.type.kind, right.type.kind}
    if Kind.DYN in kinds:
        return _taken_order(left, right)
    if not kinds <= _ORDERED:
        return None
    return match(node.left, left, node.right, right)


def _taken_order(left: Typed, right: Typed) -> Pair | None:
    left_type, right_type = taken_for(right.type), taken_for(left.type)
    if left.type.kind is Kind.DYN and left_type is not None:
        return Taken(left.span, left_type, left), right
    if right.type.kind is Kind.DYN and right_type is not None:
        return left, Taken(right.span, right_type, right)
    return None


def _refuse_pair(context: Context, node: tree.Binary, left: Typed, right: Typed, hint: str) -> None:
    one, other = describe(left.type), describe(right.type)
    if node.operator in ORDER and left.type.kind is right.type.kind:
        message = f"There is no order between {one} and another: `{node.operator}` cannot be used."
    elif node.operator in ORDER and Kind.NULL in (left.type.kind, right.type.kind):
        message = f"`{node.operator}` cannot be used with null."
    else:
        message = f"{one.capitalize()} cannot be compared with {other}."
    context.refuse("cannot_compare", message, node.span, hint)


def _are_lists(left: Typed, right: Typed) -> bool:
    return isinstance(left, ListDisplay) and isinstance(right, ListDisplay)


def _lists(context: Context, node: tree.Binary, left: Typed, right: Typed) -> Typed:
    """Written lists can be compared, item by item."""
    paired = _list_pair(node, left, right)
    if paired is None:
        context.refuse("cannot_compare", "These lists hold different sorts of values.", node.span)
        return Compare(node.span, BOOL, node.operator, left, right)
    return Compare(node.span, BOOL, node.operator, *paired)


def _list_pair(node: tree.Binary, left: Typed, right: Typed) -> Pair | None:
    one, other = element_of(left), element_of(right)
    if Kind.UNKNOWN in (one.kind, other.kind) or (one.kind in NUMBERS and other.kind in NUMBERS):
        return left, right
    fitted = fit(node.right, right, left.type)
    if fitted is not None:
        return left, fitted
    fitted = fit(node.left, left, right.type)
    return (fitted, right) if fitted is not None else None


def element_of(part: Typed) -> Type:
    """What a list holds; unknown where it holds nothing."""
    return part.type.element or UNKNOWN


def check_in(context: Context, node: tree.Binary) -> Typed:
    """`needle in haystack`."""
    needle, haystack = context.visit(node.left), context.visit(node.right)
    improve_unquoted(context, node, needle, haystack)
    mistaken = In(node.span, BOOL, needle, haystack)
    if is_unknown(needle) or is_unknown(haystack):
        return mistaken
    if haystack.type.kind not in (Kind.LIST, Kind.DYN) or element_of(haystack).kind is Kind.ROW:
        _refuse_haystack(context, node, haystack)
        return mistaken
    if needle.type.kind is Kind.ROW:
        refuse_row(context, node.left, needle)
        return mistaken
    if not is_single(context, node.left, needle):
        return mistaken
    return _membership(context, node, needle, haystack) or mistaken


def _refuse_haystack(context: Context, node: tree.Binary, haystack: Typed) -> None:
    of_rows = haystack.type.kind is Kind.LIST
    context.refuse(
        "list_not_value" if of_rows else "not_a_list",
        "After `in` there must be a list of single values"
        + (
            "; this is a list of whole rows."
            if of_rows
            else f"; this is {describe(haystack.type)}."
        ),
        haystack.span,
        hint_for_membership(context, node, haystack),
    )


def _membership(
    context: Context, node: tree.Binary, needle: Typed, haystack: Typed
) -> Typed | None:
    if haystack.type.kind is Kind.DYN:
        return _in_free_data(context, node, needle, haystack)
    paired = _needle_pair(node, needle, haystack)
    if paired is None:
        context.refuse(
            "cannot_compare",
            f"{describe(needle.type).capitalize()} cannot be in a list of "
            f"{describe(element_of(haystack)).split(' ', 1)[1]}s.",
            node.span,
        )
        return None
    check_constants(context, *paired)
    return In(node.span, BOOL, *paired)


def _in_free_data(
    context: Context, node: tree.Binary, needle: Typed, haystack: Typed
) -> Typed | None:
    if needle.type.kind not in _FREE - {Kind.NULL}:
        context.refuse(
            "cannot_compare", f"Free data never holds {describe(needle.type)}.", needle.span
        )
        return None
    return In(node.span, BOOL, needle, haystack)


def _needle_pair(node: tree.Binary, needle: Typed, haystack: Typed) -> Pair | None:
    """The needle as the items are, else the written items as the needle is."""
    element = element_of(haystack)
    kinds = {needle.type.kind, element.kind}
    if Kind.NULL in kinds or Kind.UNKNOWN in kinds:
        return needle, haystack
    if Kind.DYN in kinds:
        return (needle, haystack) if kinds <= _FREE else None
    wanted = replace(needle.type, nullable=element.nullable)
    if isinstance(haystack, ListDisplay):
        fitted = fit(node.right, haystack, replace(haystack.type, element=wanted))
        if fitted is not None:
            return needle, fitted
    found = fit(node.left, needle, element)
    if found is not None and not isinstance(found, Taken):
        return found, haystack
    return (needle, haystack) if kinds <= NUMBERS else None


def is_written(part: Typed) -> bool:
    """Whether the part is a constant as it stands."""
    return isinstance(part, Constant)
