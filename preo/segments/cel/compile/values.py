"""Values of any sort: NULL for an error."""

from preo.segments.cel import typed
from preo.segments.cel.compile.aggregates import aggregate_value, list_value
from preo.segments.cel.compile.conversions import CONVERSIONS
from preo.segments.cel.compile.free_data import free_data_size, has_part, part_value, taken_value
from preo.segments.cel.compile.literals import TYPE_NAMES, bind_constant
from preo.segments.cel.compile.numbers import at_scale, negate, reckon
from preo.segments.cel.compile.rows import field_value, variable_value
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.compile.texts import TEXT_FUNCTIONS
from preo.segments.cel.compile.times import TIME_FUNCTIONS, call_time_function, reckon_time
from preo.segments.cel.compile.truth import truth
from preo.segments.cel.sql import Sql, bind, build, join
from preo.segments.cel.types import Kind

_TIMES = {Kind.TIMESTAMP, Kind.DURATION}


def value(node: typed.Typed, scope: Scope) -> Value:
    """The part as a value."""
    scope.query.count_part()
    match node:
        case typed.Constant():
            return Value(bind_constant(node), node.type.kind)
        case typed.Now():
            return Value(bind(scope.query.now, "timestamptz"), Kind.TIMESTAMP)
        case typed.Variable():
            return variable_value(node, scope)
        case typed.Field():
            return field_value(node, scope)
        case typed.Part():
            return part_value(node, scope)
        case typed.Taken():
            return taken_value(node, scope)
        case typed.Has():
            return Value(_has(node, scope), Kind.BOOL)
    return _made(node, scope)


def _made(node: typed.Typed, scope: Scope) -> Value:
    match node:
        case typed.Ternary() if node.type.kind is not Kind.BOOL:
            return _ternary(node, scope)
        case typed.Arithmetic():
            return _arithmetic(node, scope)
        case typed.Negate():
            return negate(node, scope)
        case typed.Call():
            return _call(node, scope)
        case typed.ListDisplay():
            return _list(node, scope)
        case typed.Aggregate():
            return aggregate_value(node, scope)
        case typed.Filter() | typed.Map() | typed.Relation():
            return list_value(node, scope)
    return Value(truth(node, scope), Kind.BOOL)


def _has(node: typed.Has, scope: Scope) -> Sql:
    if isinstance(node.operand, typed.Part):
        return has_part(node.operand, scope)
    return build("({} IS NOT NULL)", value(node.operand, scope).sql)


def _ternary(node: typed.Ternary, scope: Scope) -> Value:
    then, otherwise = value(node.then, scope), value(node.otherwise, scope)
    condition = value(node.condition, scope).sql
    scale = max(then.scale, otherwise.scale)
    parts = [at_scale(branch, scale) for branch in (then, otherwise)]
    sql = build("CASE {} WHEN TRUE THEN {} WHEN FALSE THEN {} END", condition, *parts)
    return Value(sql, node.type.kind, scale)


def _arithmetic(node: typed.Arithmetic, scope: Scope) -> Value:
    kind = node.type.kind
    if kind is Kind.STRING:
        parts = [value(side, scope).sql for side in (node.left, node.right)]
        return Value(build("({} || {})", *parts), kind)
    if kind in _TIMES:
        return reckon_time(node, scope)
    return reckon(node, scope)


def _call(node: typed.Call, scope: Scope) -> Value:
    if node.function == "size" and node.arguments[0].type.kind is Kind.DYN:
        return free_data_size(value(node.arguments[0], scope).sql)
    if node.function in CONVERSIONS:
        return CONVERSIONS[node.function](node, scope)
    if node.function in TIME_FUNCTIONS:
        return call_time_function(node, scope)
    return TEXT_FUNCTIONS[node.function](node, scope)


def _list(node: typed.ListDisplay, scope: Scope) -> Value:
    """A literal list as an array: for equality of lists and closed expressions."""
    element = node.type.element
    kind = element.kind if element else Kind.UNKNOWN
    items = [at_scale(value(item, scope), 0) for item in node.items]
    type_name = TYPE_NAMES.get(kind, "text")
    return Value(build(f"ARRAY[{{}}]::{type_name}[]", join(", ", items)), Kind.LIST)
