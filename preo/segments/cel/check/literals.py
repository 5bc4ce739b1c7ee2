"""Constants and lists, as they are written."""

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.fitting import common_type, fit
from preo.segments.cel.check.rows import refuse_row
from preo.segments.cel.check.words import describe
from preo.segments.cel.typed import Constant, ListDisplay, Typed
from preo.segments.cel.types import BOOL, DOUBLE, INT, NULL, STRING, UNKNOWN, Kind, list_of

LARGEST_INT = 2**63 - 1
SMALLEST_INT = -(2**63)
LARGEST_DOUBLE = 1e150
SMALLEST_DOUBLE = 1e-150


def check_literal(context: Context, node: tree.Literal) -> Typed:
    """A constant. Numbers stay where neither overflow nor loss of all digits can happen."""
    value = node.value
    if value is None:
        return Constant(node.span, NULL, None)
    if isinstance(value, bool):
        return Constant(node.span, BOOL, value)
    if isinstance(value, str):
        return _text(context, node, value)
    if isinstance(value, int):
        return _whole(context, node, value)
    if isinstance(value, float):
        return _number(context, node, value)
    if isinstance(value, bytes):
        return context.refuse(
            "unsupported_feature",
            'Bytes (b"...") are not supported here.',
            node.span,
            "Write a text without the `b`.",
        )
    return context.refuse(
        "unsupported_feature",
        "Unsigned numbers are not supported here.",
        node.span,
        f"Write `{node.text.rstrip('uU')}`.",
    )


def _text(context: Context, node: tree.Literal, value: str) -> Typed:
    if "\x00" not in value:
        return Constant(node.span, STRING, value)
    return context.refuse(
        "unsupported_feature",
        "A text with the character NUL is not supported here: nothing that is kept can hold it.",
        node.span,
    )


def _whole(context: Context, node: tree.Literal, value: int) -> Typed:
    if SMALLEST_INT <= value <= LARGEST_INT:
        return Constant(node.span, INT, value)
    return context.refuse("number_too_large", "This number is too large.", node.span)


def _number(context: Context, node: tree.Literal, value: float) -> Typed:
    if value != 0 and not SMALLEST_DOUBLE <= abs(value) <= LARGEST_DOUBLE:
        size = "large" if abs(value) > 1 else "small"
        return context.refuse(f"number_too_{size}", f"This number is too {size}.", node.span)
    return Constant(node.span, DOUBLE, value)


def check_list(context: Context, node: tree.ListDisplay) -> Typed:
    """`[a, b]`: values of one type, perhaps nulls among them."""
    items = [context.visit(item) for item in node.items]
    if any(
        _is_refused(context, item_node, item)
        for item_node, item in zip(node.items, items, strict=True)
    ):
        return unknown(node.span)
    element = common_type([item.type for item in items])
    if element is None:
        return _mixed(context, node, items)
    fitted = []
    for item_node, item in zip(node.items, items, strict=True):
        one = item if item.type.kind is Kind.NULL else fit(item_node, item, element)
        if one is None:
            return _mixed(context, node, items)
        fitted.append(one)
    if not items:
        element = UNKNOWN
    return ListDisplay(node.span, list_of(element), tuple(fitted))


def _is_refused(context: Context, node: tree.Expression, item: Typed) -> bool:
    """Whether the item cannot stand in a list; then that is reported."""
    if is_unknown(item):
        return True
    if item.type.kind is Kind.LIST:
        context.refuse(
            "unsupported_feature", "A list within a list is not supported here.", item.span
        )
        return True
    if item.type.kind is Kind.ROW:
        refuse_row(context, node, item)
        return True
    return False


def _mixed(context: Context, node: tree.ListDisplay, items: list[Typed]) -> Typed:
    found = sorted({describe(item.type) for item in items})
    return context.refuse(
        "mixed_list",
        f"All that stands in one list must be of one sort; here are {' and '.join(found)}.",
        node.span,
    )


def refuse_map(context: Context, node: tree.MapDisplay) -> Typed:
    """`{key: value}`: CEL has it, conditions do not."""
    return context.refuse(
        "unsupported_feature",
        "Maps ({key: value}) are not supported here.",
        node.span,
        "For several values write a list: `[a, b]`.",
    )


def refuse_message(context: Context, node: tree.MessageDisplay) -> Typed:
    """`Name{field: value}`: CEL has it, conditions do not."""
    return context.refuse(
        "unsupported_feature", f"Messages (`{node.name}{{...}}`) are not supported here.", node.span
    )
