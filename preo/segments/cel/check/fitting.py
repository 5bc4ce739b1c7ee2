"""Where a value of one type may stand for another: literals, ids, free data."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from preo.segments.cel import tree
from preo.segments.cel.typed import Arithmetic, Constant, ListDisplay, Negate, Taken, Ternary, Typed
from preo.segments.cel.types import BOOL, DECIMAL, DOUBLE, NUMBERS, STRING, Kind, Type

_TAKEN = frozenset({Kind.BOOL, Kind.INT, Kind.DOUBLE, Kind.DECIMAL, Kind.STRING})
# Those whose result is the same whether reckoned in whole numbers or in others.
_EXACT = frozenset({"+", "-", "*"})


def fit(node: tree.Expression, part: Typed, target: Type) -> Typed | None:
    """The part as a value of the target's type; None where it is none and cannot become one.

    Only what was written as a number becomes another kind of number, a written text an id, and
    free data whatever is wanted. A whole number may stand beside amounts as it is.
    """
    if Kind.UNKNOWN in (part.type.kind, target.kind):
        return part
    if part.type.kind is Kind.DYN and target.kind in _TAKEN:
        return Taken(part.span, replace(target, nullable=False), part)
    if part.type.kind is Kind.LIST and target.kind is Kind.LIST:
        return _fit_list(node, part, target)
    if part.type.kind is target.kind:
        return part if _is_same_id(part.type, target) else None
    if target.kind is Kind.ID:
        return _written_id(node, part, target)
    if target.kind in (Kind.DOUBLE, Kind.DECIMAL) and part.type.kind in NUMBERS:
        return _number(node, part, target)
    return None


def common_type(several: list[Type]) -> Type | None:
    """The type that values can share, such as the branches of `? :`; None where there is none."""
    nullable = any(each.nullable for each in several)
    solid = [each for each in several if each.kind is not Kind.NULL]
    kinds = {each.kind for each in solid}
    if not solid:
        return several[0] if several else Type(Kind.UNKNOWN)
    if Kind.UNKNOWN in kinds:
        return Type(Kind.UNKNOWN)
    found = _common_of_kinds(solid, kinds)
    return replace(found, nullable=nullable) if found else None


def _common_of_kinds(solid: list[Type], kinds: set[Kind]) -> Type | None:
    if len(kinds) == 1:
        prefixed = [each for each in solid if each.prefix]
        return prefixed[0] if prefixed else solid[0]
    if kinds <= NUMBERS:
        return DECIMAL if Kind.DECIMAL in kinds else DOUBLE
    if kinds == {Kind.ID, Kind.STRING}:
        return next(each for each in solid if each.kind is Kind.ID)
    rest = [each for each in solid if each.kind is not Kind.DYN]
    if len(rest) == len(solid):
        return None
    found = _common_of_kinds(rest, {each.kind for each in rest})
    return found if found and found.kind in _TAKEN else None


def _is_same_id(one: Type, other: Type) -> bool:
    if one.kind is not Kind.ID:
        return True
    return not one.prefix or not other.prefix or one.prefix == other.prefix


def _written_id(node: tree.Expression, part: Typed, target: Type) -> Typed | None:
    target = replace(target, nullable=False)
    if isinstance(part, Constant) and isinstance(part.value, str):
        return replace(part, type=target)
    if isinstance(part, Ternary) and isinstance(node, tree.Ternary):
        return _fit_ternary(node, part, target)
    return None


def _number(node: tree.Expression, part: Typed, target: Type) -> Typed | None:
    written = _written_number(node, part, target)
    if written is not None:
        return written
    if target.kind is Kind.DECIMAL and part.type.kind is Kind.INT:
        return part
    return None


def _written_number(node: tree.Expression, part: Typed, target: Type) -> Typed | None:
    """A number literal, or what is reckoned of such, as another kind of number."""
    if isinstance(part, Constant):
        return _constant(node, part, target)
    if isinstance(part, Negate) and isinstance(node, tree.Unary):
        operand = _written_number(node.operand, part.operand, target)
        return operand and replace(part, type=target, operand=operand)
    if isinstance(part, Arithmetic) and isinstance(node, tree.Binary):
        if part.type.kind is Kind.INT and part.operator not in _EXACT:
            return None
        left = _written_number(node.left, part.left, target)
        right = _written_number(node.right, part.right, target)
        return left and right and replace(part, type=target, left=left, right=right)
    if isinstance(part, Ternary) and isinstance(node, tree.Ternary):
        return _fit_ternary(node, part, target)
    return None


def _constant(node: tree.Expression, part: Constant, target: Type) -> Constant | None:
    value = part.value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if target.kind is Kind.DOUBLE:
        return Constant(part.span, DOUBLE, float(value))
    return Constant(part.span, DECIMAL, _decimal(node, value))


def _decimal(node: tree.Expression, value: float | Decimal) -> Decimal:
    """The number as it was written, digit by digit."""
    if isinstance(node, tree.Literal) and isinstance(value, float):
        try:
            return Decimal(node.text)
        except InvalidOperation:
            return Decimal(repr(value))
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _fit_ternary(node: tree.Ternary, part: Ternary, target: Type) -> Ternary | None:
    then = fit(node.then, part.then, target)
    otherwise = fit(node.otherwise, part.otherwise, target)
    if then is None or otherwise is None:
        return None
    return replace(
        part, type=replace(target, nullable=part.type.nullable), then=then, otherwise=otherwise
    )


def _fit_list(node: tree.Expression, part: Typed, target: Type) -> Typed | None:
    element = part.type.element or Type(Kind.UNKNOWN)
    wanted = target.element or Type(Kind.UNKNOWN)
    if not isinstance(part, ListDisplay) or not isinstance(node, tree.ListDisplay):
        return part if element.kind is wanted.kind and _is_same_id(element, wanted) else None
    items = []
    for item_node, item in zip(node.items, part.items, strict=True):
        fitted = item if item.type.kind is Kind.NULL else fit(item_node, item, wanted)
        if fitted is None:
            return None
        items.append(fitted)
    new = replace(wanted, nullable=element.nullable)
    return replace(part, type=replace(part.type, element=new), items=tuple(items))


def number_for(partner: Type) -> Type:
    """What free data is taken as beside a number."""
    return DECIMAL if partner.kind is Kind.DECIMAL else DOUBLE


def taken_for(partner: Type) -> Type | None:
    """What free data is taken as beside a value of this type; None where it holds no such."""
    if partner.kind in NUMBERS:
        return number_for(partner)
    return {Kind.STRING: STRING, Kind.BOOL: BOOL}.get(partner.kind)
