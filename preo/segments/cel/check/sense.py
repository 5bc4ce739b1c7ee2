"""Comparisons that say nothing: those that never hold, and those that always do."""

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.check.words import source_words
from preo.segments.cel.typed import Aggregate, Call, Compare, Constant, Field, Typed
from preo.segments.cel.types import Kind

# The least and the greatest that these can be. CEL counts some of them from 0.
_RANGES = {
    "getMonth": (0, 11),
    "getDate": (1, 31),
    "getDayOfMonth": (0, 30),
    "getDayOfWeek": (0, 6),
    "getDayOfYear": (0, 365),
}
_CLOCK = {
    "getHours": (0, 23),
    "getMinutes": (0, 59),
    "getSeconds": (0, 59),
    "getMilliseconds": (0, 999),
}
_FROM_ZERO = {
    "getMonth": "January is 0, December 11.",
    "getDayOfMonth": "It counts from 0; `getDate()` counts from 1.",
    "getDayOfWeek": "Sunday is 0, Saturday 6.",
    "getDayOfYear": "The first day of the year is 0.",
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def bounds(part: Typed) -> tuple[int | None, int | None]:
    """The least and the greatest value, where one knows without looking at data."""
    if isinstance(part, Aggregate) and part.kind == "size":
        return 0, None
    if not isinstance(part, Call):
        return None, None
    if part.function == "size":
        return 0, None
    if part.arguments[0].type.kind is Kind.TIMESTAMP and part.function in _CLOCK:
        return _CLOCK[part.function]
    return _RANGES.get(part.function, (None, None))


def warn_of_comparison(context: Context, node: tree.Binary, compared: Compare) -> None:
    """Warn of a comparison whose answer is the same for everybody."""
    _warn_of_empty_text(context, node, compared)
    answer, hint = _answer(compared), ""
    for side in (compared.left, compared.right):
        if isinstance(side, Call):
            hint = _FROM_ZERO.get(side.function, hint)
    if answer is None and Kind.NULL in (compared.left.type.kind, compared.right.type.kind):
        if compared.left.type.nullable and compared.right.type.nullable:
            return
        if Kind.DYN in (compared.left.type.kind, compared.right.type.kind):
            return
        answer = compared.operator == "!="
        name = source_words(node.left) or source_words(node.right)
        hint = f"`{name}` always has a value." if name else ""
    if answer is None or context.is_definition:
        return
    context.warn(*_sentence(answer), node.span, hint)


def _warn_of_empty_text(context: Context, node: tree.Binary, compared: Compare) -> None:
    """`user.email == ""`: what may be missing is missing, and not empty."""
    sides = (
        (node.left, compared.left, compared.right),
        (node.right, compared.right, compared.left),
    )
    for side, field, other in sides:
        is_empty = isinstance(other, Constant) and other.value == ""
        if isinstance(field, Field) and field.type.nullable and is_empty:
            name = source_words(side)
            context.warn(
                "empty_text",
                f"Where there is no {field.field.name}, it is missing, not an empty text.",
                node.span,
                f"Write `{'!' if compared.operator == '==' else ''}has({name})`.",
            )


def _sentence(answer: bool) -> tuple[str, str]:
    if answer:
        return "always_true", "This holds for everybody."
    return "always_false", "This can never hold."


def _answer(compared: Compare) -> bool | None:
    left, right = compared.left, compared.right
    if isinstance(left, Constant) and isinstance(right, Constant):
        return _of_constants(compared.operator, left, right)
    if isinstance(right, Constant):
        return _within(compared.operator, bounds(left), right.value)
    if isinstance(left, Constant):
        mirrored = _MIRRORED.get(compared.operator, compared.operator)
        return _within(mirrored, bounds(right), left.value)
    return None


def _of_constants(operator: str, left: Constant, right: Constant) -> bool | None:
    if left.type.kind is not right.type.kind or operator not in ("==", "!="):
        return None
    return (left.value == right.value) == (operator == "==")


def _within(operator: str, range_: tuple[int | None, int | None], value: object) -> bool | None:
    """The answer of `x operator value` for every x of the range, where it is one and the same."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    least, greatest = range_
    below = least is not None and value < least
    above = greatest is not None and value > greatest
    if below or above:
        return {"==": False, "!=": True, "<": above, "<=": above, ">": below, ">=": below}[operator]
    if operator == "<" and value == least:
        return False
    if operator == ">=" and value == least:
        return True
    if operator == ">" and value == greatest:
        return False
    if operator == "<=" and value == greatest:
        return True
    return None


def warn_of_contradiction(context: Context, node: tree.Binary, items: tuple[Typed, ...]) -> None:
    """`o.edition == "a" && o.edition == "b"`: one value cannot be two at once."""
    operator, answer = ("==", False) if node.operator == "&&" else ("!=", True)
    seen: dict[tuple[int, str], object] = {}
    for item in items:
        if not isinstance(item, Compare) or item.operator != operator:
            continue
        named = _field_and_value(item)
        if named is None:
            continue
        key, value = named
        if seen.setdefault(key, value) != value and not context.is_definition:
            context.warn(*_sentence(answer), node.span, _hint(key, node.operator))
            return


def _field_and_value(item: Compare) -> tuple[tuple[int, str], object] | None:
    for side, other in ((item.left, item.right), (item.right, item.left)):
        if isinstance(side, Field) and isinstance(other, Constant):
            return (side.row.binding, side.field.name), other.value
    return None


def _hint(key: tuple[int, str], operator: str) -> str:
    binding, name = key
    if operator == "||":
        return f"For neither of the two write `&&` between them, or `!(... .{name} in [..., ...])`."
    if binding:
        return (
            f"One `{name}` cannot be two at once. For either of them write `in [..., ...]`; for"
            " both, in two rows, use `exists(...)` twice."
        )
    return f"One `{name}` cannot be two at once. For either of them write `in [..., ...]`."
