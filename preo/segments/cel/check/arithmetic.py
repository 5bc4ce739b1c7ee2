"""`+ - * / %` and the minus before a value."""

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.fitting import common_type, fit, number_for
from preo.segments.cel.check.rows import is_single, refuse_list
from preo.segments.cel.check.words import describe, source_words
from preo.segments.cel.typed import Arithmetic, Constant, ListDisplay, Negate, Taken, Typed
from preo.segments.cel.types import (
    DECIMAL,
    DOUBLE,
    DURATION,
    INT,
    NUMBERS,
    STRING,
    TIMESTAMP,
    Kind,
    Type,
    list_of,
)

SIGNS = frozenset({"+", "-", "*", "/", "%"})
# What comes of times: by operator and both kinds.
_TIMES = {
    ("+", Kind.TIMESTAMP, Kind.DURATION): TIMESTAMP,
    ("+", Kind.DURATION, Kind.TIMESTAMP): TIMESTAMP,
    ("+", Kind.DURATION, Kind.DURATION): DURATION,
    ("-", Kind.TIMESTAMP, Kind.TIMESTAMP): DURATION,
    ("-", Kind.TIMESTAMP, Kind.DURATION): TIMESTAMP,
    ("-", Kind.DURATION, Kind.DURATION): DURATION,
}
_VERBS = {"+": "added to", "-": "subtracted from", "*": "multiplied by", "/": "divided by"}


def check_arithmetic(context: Context, node: tree.Binary) -> Typed:
    """Values reckoned into one: a chain such as `a + b + c` from its beginning, not by recursion."""
    links = [node]
    while isinstance(links[-1].left, tree.Binary) and links[-1].left.operator in SIGNS:
        links.append(links[-1].left)
    reckoned = context.visit(links[-1].left)
    for link in reversed(links):
        reckoned = _reckon(context, link, reckoned, context.visit(link.right))
    return reckoned


def _reckon(context: Context, node: tree.Binary, left: Typed, right: Typed) -> Typed:
    if is_unknown(left) or is_unknown(right):
        return unknown(node.span)
    if node.operator == "+" and Kind.LIST in (left.type.kind, right.type.kind):
        return _lists(context, node, left, right)
    singles = [is_single(context, *each) for each in ((node.left, left), (node.right, right))]
    if not all(singles):
        return unknown(node.span)
    left, right = _taken(node, left, right), _taken(node, right, left)
    kinds = (left.type.kind, right.type.kind)
    if set(kinds) <= NUMBERS:
        return _numbers(context, node, left, right)
    if node.operator == "+" and set(kinds) == {Kind.STRING}:
        return Arithmetic(node.span, STRING, "+", left, right)
    result = _TIMES.get((node.operator, *kinds))
    if result is None:
        return _refuse(context, node, left, right)
    return Arithmetic(node.span, result, node.operator, left, right)


def _taken(node: tree.Binary, part: Typed, partner: Typed) -> Typed:
    """Free data as what its partner is; as a number where both are free data."""
    if part.type.kind is not Kind.DYN:
        return part
    if node.operator == "%":
        return Taken(part.span, INT, part)
    if partner.type.kind is Kind.STRING:
        return Taken(part.span, STRING, part)
    if partner.type.kind is Kind.INT and not _is_written(partner):
        return Taken(part.span, INT, part)
    return Taken(part.span, number_for(partner.type), part)


def _is_written(part: Typed) -> bool:
    return isinstance(part, Constant)


def _numbers(context: Context, node: tree.Binary, left: Typed, right: Typed) -> Typed:
    shared = common_type([left.type, right.type]) or INT
    if node.operator == "%" and shared.kind is not Kind.INT:
        return context.refuse(
            "wrong_operand", "`%` (the rest of a division) is for whole numbers only.", node.span
        )
    result = {Kind.DECIMAL: DECIMAL, Kind.DOUBLE: DOUBLE}.get(shared.kind, INT)
    fitted = (fit(node.left, left, result), fit(node.right, right, result))
    if fitted[0] is None or fitted[1] is None:
        return _refuse_kinds(context, node, result, left if fitted[0] is None else right)
    if node.operator in "/%" and isinstance(right, Constant) and right.value == 0:
        return context.refuse("division_by_zero", "Nothing can be divided by 0.", right.span)
    return Arithmetic(node.span, result, node.operator, fitted[0], fitted[1])


def _refuse_kinds(context: Context, node: tree.Binary, result: Type, odd: Typed) -> Typed:
    side = node.left if odd.span == node.left.span else node.right
    name = source_words(side) or "..."
    if result.kind is Kind.DOUBLE:
        message = "A whole number and a number with decimals cannot be reckoned together."
        hint = f"Write `double({name})`."
    else:
        message = "An amount is exact; this number is not."
        hint = "Leave out `double(...)`."
    return context.refuse("wrong_operand", message, odd.span, hint)


def _refuse(context: Context, node: tree.Binary, left: Typed, right: Typed) -> Typed:
    one, other = describe(left.type), describe(right.type)
    if node.operator == "%":
        message = f"`%` is for whole numbers only; here are {one} and {other}."
    elif node.operator == "-":
        message = f"{other.capitalize()} cannot be subtracted from {one}."
    else:
        message = f"{one.capitalize()} cannot be {_VERBS[node.operator]} {other}."
    return context.refuse("wrong_operand", message, node.span, _hint(node, left, right))


def _hint(node: tree.Binary, left: Typed, right: Typed) -> str:
    kinds = {left.type.kind, right.type.kind}
    if Kind.NULL in kinds:
        return "null is nothing: it cannot be reckoned with."
    if kinds == {Kind.TIMESTAMP} and node.operator == "+":
        return "Two times can be subtracted, not added."
    if Kind.TIMESTAMP in kinds or Kind.DURATION in kinds:
        return _whole_number(node, left, right, "A number of days is written `days({})`.")
    if Kind.ID in kinds:
        return "An id can be compared with `==`, `!=` and `in` only."
    if node.operator == "+" and Kind.STRING in kinds:
        if isinstance(right, Constant) and right.type.kind is Kind.INT:
            return f'A text goes in quotes: "{right.value}".'
        return _whole_number(node, left, right, "Write `string({})`.")
    return ""


def _whole_number(node: tree.Binary, left: Typed, right: Typed, words: str) -> str:
    """The words with the side that is a whole number; empty where none is."""
    for side, part in ((node.left, left), (node.right, right)):
        if part.type.kind is Kind.INT:
            written = part.value if isinstance(part, Constant) else source_words(side) or "..."
            return words.format(written)
    return ""


def _lists(context: Context, node: tree.Binary, left: Typed, right: Typed) -> Typed:
    """Lists of values one after the other."""
    for side, part in ((node.left, left), (node.right, right)):
        element = part.type.element
        if part.type.kind is not Kind.LIST or (element and element.kind is Kind.ROW):
            refuse_list(context, *((side, part) if element else _other(node, left, right)))
            return unknown(node.span)
    elements = [part.type.element or Type(Kind.UNKNOWN) for part in (left, right)]
    solid = [each for each in elements if each.kind is not Kind.UNKNOWN]
    shared = common_type(solid)
    if shared is None:
        return context.refuse(
            "mixed_list", "These lists hold different sorts of values.", node.span
        )
    wanted = list_of(shared)
    fitted = [_as_list(*each, wanted) for each in ((node.left, left), (node.right, right))]
    if fitted[0] is None or fitted[1] is None:
        return context.refuse(
            "mixed_list", "These lists hold different sorts of values.", node.span
        )
    return Arithmetic(node.span, wanted, "+", fitted[0], fitted[1])


def _other(node: tree.Binary, left: Typed, right: Typed) -> tuple[tree.Expression, Typed]:
    return (node.left, left) if left.type.kind is Kind.LIST else (node.right, right)


def _as_list(node: tree.Expression, part: Typed, wanted: Type) -> Typed | None:
    if isinstance(part, ListDisplay) and not part.items:
        return part
    return fit(node, part, wanted)


def check_minus(context: Context, node: tree.Unary) -> Typed:
    """`-operand`, of numbers."""
    operand = context.visit(node.operand)
    if is_unknown(operand) or not is_single(context, node.operand, operand):
        return unknown(node.span)
    if operand.type.kind is Kind.DYN:
        operand = Taken(operand.span, DOUBLE, operand)
    result = {Kind.INT: INT, Kind.DOUBLE: DOUBLE, Kind.DECIMAL: DECIMAL}.get(operand.type.kind)
    if result is None:
        return context.refuse(
            "wrong_operand",
            f"Only a number can have a minus before it; this is {describe(operand.type)}.",
            node.span,
        )
    return Negate(node.span, result, operand)
