"""`operand.field`, `operand[index]` and `has(operand.field)`."""

from collections.abc import Mapping
from typing import TypeGuard

from preo.segments.cel import schema, tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.definitions import expand_field
from preo.segments.cel.check.rows import example_of_list
from preo.segments.cel.check.words import describe, named, nearest, source_words, subject
from preo.segments.cel.typed import Compare, Constant, Field, Has, Part, Typed, Variable
from preo.segments.cel.types import BOOL, DYN, NULL, Kind

# PostgreSQL counts the items of a JSON list in 32 bits.
LAST_POSITION = 2**31 - 1

_COUNTS = frozenset({"size", "count", "length", "len", "total", "number"})
_AGGREGATES = frozenset({"sum", "min", "max", "avg"})
# How people call what is likely to have the second name.
_SYNONYMS = {
    "total": "amount",
    "sum": "amount",
    "date": "created",
    "time": "created",
    "mail": "email",
    "e_mail": "email",
    "coupon_code": "coupon",
    "amount": "price",
    "count": "quantity",
}
# What other languages write as a property of a moment.
_GETTERS = {
    "year": "getFullYear",
    "month": "getMonth",
    "day": "getDate",
    "date": "getDate",
    "weekday": "getDayOfWeek",
    "hour": "getHours",
    "hours": "getHours",
    "minute": "getMinutes",
    "minutes": "getMinutes",
    "second": "getSeconds",
    "seconds": "getSeconds",
}


def check_select(context: Context, node: tree.Select) -> Typed:
    """`operand.field`: a row's field, or a part of free data."""
    operand = context.visit(node.operand)
    if is_unknown(operand):
        return unknown(node.span)
    if isinstance(operand, Variable) and operand.type.kind is Kind.ROW:
        return _field(context, node, operand)
    if operand.type.kind is Kind.DYN:
        return Part(node.span, DYN, operand, node.field)
    if operand.type.kind is Kind.LIST:
        return _of_list(context, node, operand)
    return _of_value(context, node, operand)


def _field(context: Context, node: tree.Select, row: Variable) -> Typed:
    entity = context.entity(row.type.entity)
    field = context.fields(entity).get(node.field)
    if field is None:
        return context.refuse(
            "unknown_field",
            f"`{source_words(node.operand) or entity.name}` has no field `{node.field}`.",
            node.field_span,
            _hint(context, node, entity),
        )
    if field.definition:
        return expand_field(context, field, node.span)
    return Field(node.span, field.type, row, field)


def _hint(context: Context, node: tree.Select, entity: schema.Entity) -> str:
    fields = context.fields(entity)
    relations = context.relations()
    name = node.field
    if name in relations:
        return f"`{name}` stands by itself, without `{source_words(node.operand)}.`: `{name}`."
    synonym = _SYNONYMS.get(name.casefold(), "")
    near = synonym if synonym in fields else nearest(name, fields)
    if near:
        return f"Did you mean `{source_words(node.operand)}.{near}`?"
    near = nearest(name, relations)
    if near:
        return f"Did you mean `{near}`?"
    if name in context.fields(context.schema.user):
        return f"Did you mean `user.{name}`?"
    for relation_name, relation in relations.items():
        if not relation.value and name in context.fields(relation.entity):
            letter = relation_name[0]
            example = f"`{relation_name}.exists({letter}, {letter}.{name} == ...)`"
            return f"`{name}` is a field of {relation_name}: {example}."
    return f"Its fields are {named(fields, 30)}.{_free_data(node, fields)}"


def _free_data(node: tree.Select, fields: Mapping[str, schema.Field]) -> str:
    for name, field in fields.items():
        if field.type.kind is Kind.DYN:
            where = f"{source_words(node.operand)}.{name}.{node.field}"
            return f" What you keep yourself is `{where}`."
    return ""


def _of_list(context: Context, node: tree.Select, operand: Typed) -> Typed:
    name = source_words(node.operand) or "..."
    element = operand.type.element
    if node.field in _COUNTS:
        hint = f"For how many write `size({name})`."
    elif node.field in _AGGREGATES:
        hint = f"Write it with brackets: `{name}.{node.field}()`."
    elif element is not None and element.kind is Kind.ROW:
        fields = context.fields(context.entity(element.entity))
        letter = name[:1].lower() or "x"
        field = node.field if node.field in fields else nearest(node.field, fields) or "..."
        hint = (
            f"`{name}` is a list: write `{name}.exists({letter}, {letter}.{field} == ...)` for one"
            f" of them, `{name}.map({letter}, {letter}.{field})` for all."
        )
    else:
        hint = f"Write {example_of_list(context, node.operand, operand)}."
    return context.refuse(
        "list_not_value",
        f"{subject(node.operand, begins=True)} is a list; a list has no field `{node.field}`.",
        node.field_span,
        hint,
    )


def _of_value(context: Context, node: tree.Select, operand: Typed) -> Typed:
    hint = ""
    name = source_words(node.operand)
    getter = _GETTERS.get(node.field.casefold())
    if operand.type.kind is Kind.TIMESTAMP and getter:
        hint = f"Write `{name or '...'}.{getter}()`."
    elif operand.type.kind is Kind.STRING and node.field in _COUNTS:
        hint = f"For its length write `size({name or '...'})`."
    elif node.field in context.relations():
        hint = f"`{node.field}` stands by itself: `{node.field}`."
    return context.refuse(
        "no_fields",
        f"{subject(node.operand, begins=True)} is {describe(operand.type)}; it has no field"
        f" `{node.field}`.",
        node.field_span,
        hint,
    )


def check_index(context: Context, node: tree.Index) -> Typed:
    """`operand[index]`: of free data only, by a written key or position."""
    operand = context.visit(node.operand)
    index = context.visit(node.index)
    if is_unknown(operand) or is_unknown(index):
        return unknown(node.span)
    if operand.type.kind is Kind.DYN:
        return _part(context, node, operand, index)
    if operand.type.kind is Kind.LIST:
        return context.refuse(
            "unsupported_feature",
            f"{subject(node.operand, begins=True)} is a list; picking one item by its position is"
            " not supported here.",
            node.span,
            f"Write {example_of_list(context, node.operand, operand)}.",
        )
    key = index.value if isinstance(index, Constant) else None
    name = source_words(node.operand)
    hint = f"Write `{name}.{key}`." if name and isinstance(key, str) and key.isidentifier() else ""
    return context.refuse(
        "no_fields",
        f"{subject(node.operand, begins=True)} is {describe(operand.type)}; it has no parts.",
        node.span,
        hint,
    )


def _is_position(key: object) -> TypeGuard[int]:
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= key <= LAST_POSITION


def _part(context: Context, node: tree.Index, operand: Typed, index: Typed) -> Typed:
    key = index.value if isinstance(index, Constant) else None
    if isinstance(key, str) or _is_position(key):
        return Part(node.span, DYN, operand, key)
    return context.refuse(
        "wrong_argument",
        "Between the brackets there must be a written key or a position from 0.",
        index.span,
        f'Write for example `{source_words(node.operand) or "data"}["key"]`.',
    )


def check_has(context: Context, node: tree.Has) -> Typed:
    """`has(user.email)`: whether a value is there. Of a field that always is: true."""
    part = context.visit(node.operand)
    if is_unknown(part):
        return unknown(node.span)
    if isinstance(part, Part):
        return Has(node.span, BOOL, part)
    if part.type.nullable:
        if isinstance(part, Field):
            return Has(node.span, BOOL, part)
        return Compare(node.span, BOOL, "!=", part, Constant(node.span, NULL, None))
    if not context.is_definition:
        _warn_always(context, node, part)
    return Constant(node.span, BOOL, True)


def _warn_always(context: Context, node: tree.Has, part: Typed) -> None:
    name = source_words(node.operand)
    is_list = part.type.kind is Kind.LIST
    context.warn(
        "always_true",
        f"`{name}` is always there, so this is true for everybody.",
        node.span,
        f"For whether it has anything write `size({name}) > 0`." if is_list else "",
    )
