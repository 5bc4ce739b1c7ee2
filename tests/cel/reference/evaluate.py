"""A plain evaluator of the syntax tree: CEL's meaning with three values: true, false, error.

It knows no types beforehand and no SQL: each part is worked out from the values at hand, and an
error is a `CelError` that only `&&`, `||`, `exists` and `all` may swallow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from preo.segments.cel import tree
from tests.cel.reference.functions import call
from tests.cel.reference.values import (
    CelError,
    Row,
    Written,
    arithmetic,
    checked_int,
    equal,
    is_number,
    ordered,
)


@dataclass(frozen=True)
class Scope:
    """What names mean: `user`, the lists of one customer, loop variables, our own functions."""

    names: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def having(self, name: str, value: Any) -> "Scope":
        """The same with a loop variable, which hides what had its name."""
        return replace(self, names={**self.names, name: value})


def evaluate(node: tree.Expression, scope: Scope) -> Any:
    """The value of an expression; raises CelError where CEL has none."""
    return _EVALUATE[type(node)](node, scope)


def holds(node: tree.Expression, scope: Scope) -> bool | None:
    """Whether a condition is true, false, or an error (None)."""
    try:
        value = evaluate(node, scope)
    except CelError:
        return None
    return value if isinstance(value, bool) else None


def _literal(node: tree.Literal, scope: Scope) -> Any:
    if isinstance(node.value, float):
        return Written(node.value, node.text)
    return node.value


def _name(node: tree.Name, scope: Scope) -> Any:
    return scope.names[node.name]


def _select(node: tree.Select, scope: Scope) -> Any:
    operand = evaluate(node.operand, scope)
    if isinstance(operand, Row):
        return operand[node.field]
    return _part(operand, node.field)


def _part(operand: Any, key: Any) -> Any:
    if isinstance(operand, dict) and isinstance(key, str) and key in operand:
        return operand[key]
    if isinstance(operand, list) and is_number(key) and key in range(len(operand)):
        return operand[int(key)]
    raise CelError(f"no {key!r} in {operand!r}")


def _index(node: tree.Index, scope: Scope) -> Any:
    return _part(evaluate(node.operand, scope), evaluate(node.index, scope))


def _has(node: tree.Has, scope: Scope) -> bool:
    operand = evaluate(node.operand.operand, scope)
    if isinstance(operand, Row):
        return operand[node.operand.field] is not None
    if not isinstance(operand, dict):
        raise CelError("no fields")
    return node.operand.field in operand


def _call(node: tree.Call, scope: Scope) -> Any:
    parts = node.arguments if node.target is None else (node.target, *node.arguments)
    values = [evaluate(part, scope) for part in parts]
    if node.function in scope.functions:
        return scope.functions[node.function](*values)
    return call(node.function, values)


def _macro(node: tree.Macro, scope: Scope) -> Any:
    source = evaluate(node.source, scope)
    if not isinstance(source, list | dict) or isinstance(source, Row):
        raise CelError("nothing to go through")
    scopes = [scope.having(node.variable, item) for item in source]
    return _MACROS[node.kind](node, scopes)


def _truths(node: tree.Macro, scopes: list[Scope]) -> list[bool | None]:
    return [holds(node.body, inner) for inner in scopes]


def _exists(node: tree.Macro, scopes: list[Scope]) -> bool:
    truths = _truths(node, scopes)
    if True in truths:
        return True
    return _false_unless_error(truths)


def _all(node: tree.Macro, scopes: list[Scope]) -> bool:
    truths = _truths(node, scopes)
    if False in truths:
        return False
    return not _false_unless_error(truths)


def _false_unless_error(truths: list[bool | None]) -> bool:
    if None in truths:
        raise CelError("an error inside")
    return False


def _exists_one(node: tree.Macro, scopes: list[Scope]) -> bool:
    return [_condition(node.body, inner) for inner in scopes].count(True) == 1


def _filter(node: tree.Macro, scopes: list[Scope]) -> list[Any]:
    return [inner.names[node.variable] for inner in scopes if _condition(node.body, inner)]


def _map(node: tree.Macro, scopes: list[Scope]) -> list[Any]:
    condition = node.condition
    return [
        evaluate(node.body, inner)
        for inner in scopes
        if condition is None or _condition(condition, inner)
    ]


_MACROS: dict[str, Callable[[tree.Macro, list[Scope]], Any]] = {
    "exists": _exists,
    "all": _all,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
}


def _condition(node: tree.Expression, scope: Scope) -> bool:
    value = evaluate(node, scope)
    if not isinstance(value, bool):
        raise CelError("no condition")
    return value


def _list(node: tree.ListDisplay, scope: Scope) -> list[Any]:
    return [evaluate(item, scope) for item in node.items]


def _map_display(node: tree.MapDisplay, scope: Scope) -> dict[Any, Any]:
    return {evaluate(key, scope): evaluate(value, scope) for key, value in node.entries}


def _unary(node: tree.Unary, scope: Scope) -> Any:
    if node.operator == "!":
        return not _condition(node.operand, scope)
    value = evaluate(node.operand, scope)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise CelError("no minus of it")
    return checked_int(-value) if isinstance(value, int) else -value


def _binary(node: tree.Binary, scope: Scope) -> Any:
    if node.operator in ("&&", "||"):
        return _both(node, scope)
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if node.operator in ("==", "!="):
        return equal(left, right) is (node.operator == "==")
    if node.operator == "in":
        return _in(left, right)
    if node.operator in ("<", "<=", ">", ">="):
        return ordered(node.operator, left, right)
    return arithmetic(node.operator, left, right)


def _both(node: tree.Binary, scope: Scope) -> bool:
    """An error gives way to the value that decides: false with `&&`, true with `||`."""
    decides = node.operator == "||"
    truths = (holds(node.left, scope), holds(node.right, scope))
    if decides in truths:
        return decides
    if None in truths:
        raise CelError("an error that nothing outweighs")
    return not decides


def _in(needle: Any, haystack: Any) -> bool:
    if isinstance(haystack, list):
        return any(equal(needle, item) for item in haystack)
    if isinstance(haystack, dict) and not isinstance(haystack, Row):
        return any(equal(needle, key) for key in haystack)
    raise CelError("nothing to be in")


def _ternary(node: tree.Ternary, scope: Scope) -> Any:
    chosen = node.then if _condition(node.condition, scope) else node.otherwise
    return evaluate(chosen, scope)


_EVALUATE: dict[type, Callable[[Any, Scope], Any]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Select: _select,
    tree.Index: _index,
    tree.Has: _has,
    tree.Call: _call,
    tree.Macro: _macro,
    tree.ListDisplay: _list,
    tree.MapDisplay: _map_display,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Ternary: _ternary,
}
