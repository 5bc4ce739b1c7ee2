"""Free data (`user.metadata`): jsonb, whose sort is known only row by row."""

from collections.abc import Mapping

from preo.segments.cel import typed
from preo.segments.cel.compile.comparisons import as_free_data
from preo.segments.cel.compile.scope import Scope, Value
from preo.segments.cel.sql import Sql, bind, build
from preo.segments.cel.types import Kind

# A CASE inside a CASE, since only it promises that the cast comes after the question. Numbers of
# more than 150 digits, which no literal may have either, are an error: neither a double nor a
# product of numerics could hold them.
_FITS = "abs({}::numeric) < 1e150"
_NUMBER = f"CASE WHEN {_FITS} THEN {{}}::numeric END"
_WHOLE = f"CASE WHEN {_FITS} AND {{}}::numeric = trunc({{}}::numeric) THEN {{}}::numeric END"
_DOUBLE = (
    f"CASE WHEN abs({{}}::numeric) < 1e-150 THEN 0 WHEN {_FITS} THEN {{}}::double precision END"
)
_TAKEN: Mapping[Kind, tuple[str, str]] = {
    Kind.BOOL: ("boolean", "{}::boolean"),
    Kind.STRING: ("string", "({} #>> ARRAY[]::text[])"),
    Kind.INT: ("number", _WHOLE),
    Kind.DECIMAL: ("number", _NUMBER),
    Kind.DOUBLE: ("number", _DOUBLE),
}
_SIZE = (
    "CASE jsonb_typeof({}) WHEN 'array' THEN jsonb_array_length({})::bigint"
    " WHEN 'object' THEN (SELECT count(*) FROM jsonb_object_keys({}))"
    " WHEN 'string' THEN length({} #>> ARRAY[]::text[])::bigint END"
)


def part_value(node: typed.Part, scope: Scope) -> Value:
    """`operand.key`: NULL, which is an error, where it is not there."""
    operand = scope.query.rules.value(node.operand, scope).sql
    part = build("({} -> {})", operand, _key(node.key))
    if isinstance(node.key, int):  # to PostgreSQL a single value is its own first element
        part = build("CASE WHEN jsonb_typeof({}) = 'array' THEN {} END", operand, part)
    return Value(part, Kind.DYN)


def _key(key: str | int) -> Sql:
    return bind(key, "text" if isinstance(key, str) else "integer")


def taken_value(node: typed.Taken, scope: Scope) -> Value:
    """Free data as a value of a type, NULL where it is of another sort."""
    operand = scope.query.rules.value(node.operand, scope).sql
    kind = node.type.kind
    sort, template = _TAKEN[kind]
    result = build(template, *[operand] * template.count("{}"))
    sql = build(f"CASE WHEN jsonb_typeof({{}}) = '{sort}' THEN {{}} END", operand, result)
    return Value(sql, kind)


def has_part(node: typed.Part, scope: Scope) -> Sql:
    """Whether a map has the key; NULL for what is no map."""
    operand = scope.query.rules.value(node.operand, scope).sql
    question = build("{} ? {}", operand, _key(node.key))
    return build("CASE WHEN jsonb_typeof({}) = 'object' THEN {} END", operand, question)


def is_in_free_data(node: typed.In, scope: Scope) -> Sql:
    """`needle in free data`: a value of a list or a key of a map; NULL for what is neither."""
    haystack = scope.query.rules.value(node.haystack, scope).sql
    needle = as_free_data(node.needle, scope)
    in_list = build(
        "EXISTS (SELECT 1 FROM jsonb_array_elements({}) AS e(v) WHERE e.v = {})", haystack, needle
    )
    if node.needle.type.kind is not Kind.DYN:  # a scalar, for which "contains" is exact
        in_list = build("{} @> jsonb_build_array({})", haystack, needle)
    in_map = build("{} ? ({} #>> ARRAY[]::text[])", haystack, needle)
    return build(
        "CASE jsonb_typeof({}) WHEN 'array' THEN {} WHEN 'object' THEN {} END",
        haystack,
        in_list,
        in_map,
    )


def free_data_size(operand: Sql) -> Value:
    """How many values, keys or characters; NULL for a number, a bool and null."""
    return Value(build(_SIZE, operand, operand, operand, operand), Kind.INT)
