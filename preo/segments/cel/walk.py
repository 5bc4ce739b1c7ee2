"""Going through a checked tree: its parts, its free variables, and making it anew."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from preo.segments.cel import typed

_PARTS: Mapping[type, tuple[str, ...]] = {
    typed.Field: ("row",),
    typed.Part: ("operand",),
    typed.Taken: ("operand",),
    typed.Has: ("operand",),
    typed.Not: ("operand",),
    typed.Negate: ("operand",),
    typed.And: ("items",),
    typed.Or: ("items",),
    typed.ListDisplay: ("items",),
    typed.Ternary: ("condition", "then", "otherwise"),
    typed.Compare: ("left", "right"),
    typed.Arithmetic: ("left", "right"),
    typed.In: ("needle", "haystack"),
    typed.Call: ("arguments",),
    typed.Filter: ("source", "predicate"),
    typed.Quantifier: ("source", "predicate"),
    typed.Map: ("source", "value"),
    typed.Aggregate: ("source",),
}
"""The fields of each node that hold other nodes, one or a tuple of them."""


def children(node: typed.Typed) -> Iterator[typed.Typed]:
    """The parts of a part, in the order of the text; not the variable that a macro binds."""
    for name in _PARTS.get(type(node), ()):
        value = getattr(node, name)
        yield from value if isinstance(value, tuple) else (value,)


def free_bindings(node: typed.Typed) -> frozenset[int]:
    """The loop variables that the part names and does not bind itself; `user` is none."""
    if isinstance(node, typed.Variable):
        return frozenset({node.binding}) - {0}
    names = frozenset[int]().union(*(free_bindings(child) for child in children(node)))
    if isinstance(node, typed.Filter | typed.Map | typed.Quantifier):
        return names - {node.variable.binding}
    return names


def is_fixed(node: typed.Typed) -> bool:
    """Whether the part is the same for every customer: made of constants and `now` alone."""
    if isinstance(node, typed.Variable | typed.Field | typed.Relation | typed.Aggregate):
        return False
    return all(is_fixed(child) for child in children(node))


def rewrite(node: typed.Typed, change: Callable[[typed.Typed], typed.Typed]) -> typed.Typed:
    """The tree with `change` applied to every part, the innermost first."""
    changed: dict[str, Any] = {}
    for name in _PARTS.get(type(node), ()):
        value = getattr(node, name)
        if isinstance(value, tuple):
            changed[name] = tuple(rewrite(item, change) for item in value)
        else:
            changed[name] = rewrite(value, change)
    return change(replace(node, **changed) if changed else node)
