"""Fields of rows: where their values stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from preo.segments.cel import typed
from preo.segments.cel.compile.scope import RowAlias, Scope, Value, column
from preo.segments.cel.schema import Field
from preo.segments.cel.sql import Sql


def variable_value(node: typed.Variable, scope: Scope) -> Value:
    """The value that a loop variable stands for."""
    bound = scope.variables[node.binding]
    assert isinstance(bound, Value)  # noqa: S101 - the checker allows no row as a value
    return bound


def row_alias(node: typed.Variable, scope: Scope) -> str:
    """The alias of the row that a variable stands for."""
    if node.binding == 0:
        return scope.user_alias()
    bound = scope.variables[node.binding]
    assert isinstance(bound, RowAlias)  # noqa: S101 - the checker knows rows from values
    return bound.alias


def field_value(node: typed.Field, scope: Scope) -> Value:
    """A field's value, from its own table or one that stands beside it."""
    alias = row_alias(node.row, scope)
    field = node.field
    if field.join:
        beside = scope.join_alias(alias, field.join.table, field.join.key)
        return Value(column(beside, field.join.column), field.type.kind, field.scale)
    names = field if field.stored and field.key in {"", field.column} else None
    return Value(column(alias, field.column), field.type.kind, field.scale, names)


@dataclass(frozen=True, slots=True)
class Reference:
    """A part that names another thing: its key, and the keys behind what was written."""

    key: Sql
    stored: Callable[[Iterable[str]], list[object]]


def reference_of(node: typed.Typed, scope: Scope) -> Reference | None:
    """How a part that names another thing is compared; None for other parts."""
    if isinstance(node, typed.Variable):
        bound = scope.variables.get(node.binding)
        if isinstance(bound, Value) and bound.names is not None:
            return Reference(bound.sql, _finder(bound.names))
        return None
    if not isinstance(node, typed.Field) or node.field.stored is None:
        return None
    if node.field.key:
        key = column(row_alias(node.row, scope), node.field.key)
    else:
        key = field_value(node, scope).sql
    return Reference(key, _finder(node.field))


def _finder(field: Field) -> Callable[[Iterable[str]], list[object]]:
    find = field.stored
    assert find is not None  # noqa: S101 - asked for such fields only

    def stored_keys(texts: Iterable[str]) -> list[object]:
        return [key for text in texts if (key := find(text)) is not None]

    return stored_keys
