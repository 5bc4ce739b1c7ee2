"""Numbers: exact comparison over all kinds, and arithmetic that never aborts a query.

PostgreSQL raises where CEL has an error for one row (division by zero, overflow). Here such a
row gets NULL. There is no infinity and no NaN: what would be one is an error too.
"""

from dataclasses import dataclass
from decimal import Decimal

from preo.segments.cel import typed
from preo.segments.cel.compile.literals import bind_number
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.sql import Sql, build
from preo.segments.cel.types import Kind

_SQL_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# A result beyond 64 bits becomes NULL, with the result named once: LEAST and GREATEST pass by
# NULL, and NULLIF turns the bound itself into it.
WITHIN_64_BITS = (
    "NULLIF(GREATEST(NULLIF(LEAST({}, 9223372036854775808), 9223372036854775808),"
    " -9223372036854775809), -9223372036854775809)"
)
_WHOLE = {
    "+": "({}::numeric + {}::numeric)",
    "-": "({}::numeric - {}::numeric)",
    "*": "({}::numeric * {}::numeric)",
    "/": "div({}::numeric, NULLIF({}::numeric, 0))",
    "%": "mod({}::numeric, NULLIF({}::numeric, 0))",
}
# Of two doubles within these bounds neither sum nor product nor quotient leaves the range.
_BOUND = "(d.{0} = 0 OR abs(d.{0}) BETWEEN 1e-150 AND 1e150)"
_BOTH_BOUND = _BOUND.format("a") + " AND " + _BOUND.format("b")
_DOUBLE_TEMPLATE = "(SELECT {} FROM (SELECT {} AS a, {} AS b OFFSET 0) AS d)"
_DOUBLE = {
    "+": Sql(f"CASE WHEN {_BOTH_BOUND} THEN d.a + d.b END"),
    "-": Sql(f"CASE WHEN {_BOTH_BOUND} THEN d.a - d.b END"),
    "*": Sql(f"CASE WHEN {_BOTH_BOUND} THEN d.a * d.b END"),
    "/": Sql(f"CASE WHEN d.b <> 0 AND {_BOTH_BOUND} THEN d.a / d.b END"),
}
# A double against a whole number, by mathematical value: the double's whole part is exact.
_DOUBLE_AGAINST_WHOLE = (
    "(SELECT CASE WHEN d.b IS NULL THEN NULL WHEN d.a >= 9223372036854775808 THEN 1 WHEN d.a < -9223372036854775808 THEN -1"
    " WHEN trunc(d.a)::bigint <> d.b THEN sign(trunc(d.a)::bigint::numeric - d.b)"
    " ELSE sign(d.a - trunc(d.a)) END FROM (SELECT {} AS a, {} AS b OFFSET 0) AS d)"
)


def compare_numbers(node: typed.Compare, operator: str, scope: Scope) -> Sql:
    """`left operator right` in SQL, NULL where either is."""
    left, right = node.left, node.right
    kinds = {left.type.kind, right.type.kind}
    sign = _SQL_OPERATORS[operator]
    if kinds == {Kind.DOUBLE}:
        value = scope.query.rules.value
        return build(f"({{}} {sign} {{}})", value(left, scope).sql, value(right, scope).sql)
    if Kind.DOUBLE in kinds and not _has_double_constant(node):
        return _compare_double(node, sign, scope)
    pair = _at_one_scale(left, right, scope)
    return build(f"({{}} {sign} {{}})", pair.left, pair.right)


def _has_double_constant(node: typed.Compare) -> bool:
    return any(
        isinstance(side, typed.Constant) and side.type.kind is Kind.DOUBLE
        for side in (node.left, node.right)
    )


def _compare_double(node: typed.Compare, sign: str, scope: Scope) -> Sql:
    value = scope.query.rules.value
    left, right = value(node.left, scope), value(node.right, scope)
    if Kind.DECIMAL in {left.kind, right.kind}:
        return build(
            f"({{}} {sign} {{}})", at_scale(left, 0, "numeric"), at_scale(right, 0, "numeric")
        )
    if left.kind is Kind.DOUBLE:
        return build(f"({_DOUBLE_AGAINST_WHOLE} {sign} 0)", left.sql, right.sql)
    return build(f"(0 {sign} {_DOUBLE_AGAINST_WHOLE})", right.sql, left.sql)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two numbers at one scale."""

    left: Sql
    right: Sql
    scale: int


def _at_one_scale(left: typed.Typed, right: typed.Typed, scope: Scope) -> _Pair:
    """Constants are brought to the other's scale in Python: `amount > 19.99` reckons nothing."""
    value = scope.query.rules.value
    if isinstance(left, typed.Constant) and isinstance(right, typed.Constant):
        return _Pair(_constant(left, 0), _constant(right, 0), 0)
    if isinstance(right, typed.Constant):
        first = value(left, scope)
        return _Pair(first.sql, _constant(right, first.scale), first.scale)
    if isinstance(left, typed.Constant):
        second = value(right, scope)
        return _Pair(_constant(left, second.scale), second.sql, second.scale)
    first, second = value(left, scope), value(right, scope)
    scale = max(first.scale, second.scale)
    return _Pair(at_scale(first, scale), at_scale(second, scale), scale)


def _constant(node: typed.Constant, scale: int) -> Sql:
    assert isinstance(node.value, int | float | Decimal)  # noqa: S101 - the checker's promise
    return bind_number(node.value, scale)


def at_scale(value: Value, scale: int, type_name: str = "") -> Sql:
    """The number at another scale, exactly."""
    if value.scale == scale:
        return build(f"{{}}::{type_name}", value.sql) if type_name else value.sql
    return build(f"({{}}::numeric * 1e{scale - value.scale})", value.sql)


def reckon(node: typed.Arithmetic, scope: Scope) -> Value:
    """`+ - * / %` of two numbers."""
    value = scope.query.rules.value
    kind = node.type.kind
    if kind is Kind.INT:
        left, right = value(node.left, scope).sql, value(node.right, scope).sql
        result = build(_WHOLE[node.operator], left, right)
        return Value(build(WITHIN_64_BITS, result), kind)
    if kind is Kind.DOUBLE:
        left, right = value(node.left, scope).sql, value(node.right, scope).sql
        return Value(build(_DOUBLE_TEMPLATE, _DOUBLE[node.operator], left, right), kind)
    return _reckon_decimal(node, scope)


def _reckon_decimal(node: typed.Arithmetic, scope: Scope) -> Value:
    if node.operator in {"+", "-"}:
        pair = _at_one_scale(node.left, node.right, scope)
        plain = node.operator == "-" and _are_amounts(node)
        template = "({} - {})" if plain else f"({{}}::numeric {node.operator} {{}}::numeric)"
        return Value(build(template, pair.left, pair.right), Kind.DECIMAL, pair.scale)
    value = scope.query.rules.value
    first, second = value(node.left, scope), value(node.right, scope)
    if node.operator == "*":
        product = build("({}::numeric * {}::numeric)", first.sql, second.sql)
        return Value(product, Kind.DECIMAL, first.scale + second.scale)
    quotient = build(
        "({}::numeric / NULLIF({}::numeric, 0))", at_scale(first, 0), at_scale(second, 0)
    )
    return Value(quotient, Kind.DECIMAL)


def _are_amounts(node: typed.Arithmetic) -> bool:
    """Two columns of money are never negative: their difference stays a bigint."""
    return all(
        isinstance(side, typed.Field) and side.field.scale for side in (node.left, node.right)
    )


def negate(node: typed.Negate, scope: Scope) -> Value:
    """`-operand`."""
    operand = scope.query.rules.value(node.operand, scope)
    if operand.kind is Kind.INT:
        return Value(build(WITHIN_64_BITS, build("(-({}::numeric))", operand.sql)), Kind.INT)
    return Value(build("(-{})", operand.sql), operand.kind, operand.scale)
