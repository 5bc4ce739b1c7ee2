"""Fields and functions that the schema defines in CEL, put in place of their names."""

from collections.abc import Mapping
from dataclasses import fields as parts_of
from dataclasses import is_dataclass, replace
from functools import lru_cache
from typing import cast

from preo.segments.cel import schema, tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.spans import Span
from preo.segments.cel.typed import Typed
from preo.segments.cel.types import Type


def expand_field(context: Context, field: schema.Field, span: Span) -> Typed:
    """The definition of a field, as if it stood where the field is named."""
    return _expand(context, field.definition, {}, field.type, span)


def expand_function(
    context: Context, function: schema.Function, arguments: Mapping[str, Typed], span: Span
) -> Typed:
    """The definition of a function with its arguments in place of the parameters."""
    return _expand(context, function.definition, arguments, function.type, span)


@lru_cache(maxsize=256)
def _tree_of(definition: str) -> tree.Expression:
    parsed, problems = parse(definition)
    if problems:
        raise ValueError(f"definition {definition!r}: {problems}")
    return parsed


def _expand(
    context: Context, definition: str, scope: Mapping[str, Typed], wanted: Type, span: Span
) -> Typed:
    inner = replace(
        context, scope=scope, is_definition=True, problems=[], warnings=[], references=[]
    )
    found = inner.visit(_tree_of(definition))
    if any(problem.code == "too_deep" for problem in inner.problems):
        return context.refuse("too_deep", "This is nested too deeply.", span)
    if inner.problems:
        raise ValueError(f"definition {definition!r}: {inner.problems}")
    if found.type.kind is not wanted.kind:
        raise ValueError(f"definition {definition!r} is {found.type}, not {wanted}")
    return cast("Typed", _moved(replace(found, type=wanted), span))


def _moved(part: object, span: Span) -> object:
    """The part with this span everywhere: what is defined elsewhere is seen where it is named."""
    if isinstance(part, tuple):
        return tuple(_moved(each, span) for each in part)
    if type(part).__module__ != _TYPED or not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {each.name: _moved(getattr(part, each.name), span) for each in parts_of(part)}
    return replace(part, **{**changed, "span": span})


_TYPED = "preo.segments.cel.typed"
