"""Going through a checked tree: its parts, its free variables, and making it anew."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from preo.segments.cel import typed


def children(node: typed.Typed) -> tuple[typed.Typed, ...]:
    """The parts of a part, in the order of the text; not the variable that a macro binds."""
    match node:
        case typed.Part() | typed.Taken() | typed.Has() | typed.Not() | typed.Negate():
            return (node.operand,)
        case typed.And() | typed.Or() | typed.ListDisplay():
            return node.items
        case typed.Ternary():
            return (node.condition, node.then, node.otherwise)
        case typed.Compare() | typed.Arithmetic():
            return (node.left, node.right)
        case typed.In():
            return (node.needle, node.haystack)
        case typed.Call():
            return node.arguments
        case typed.Filter() | typed.Quantifier():
            return (node.source, node.predicate)
        case typed.Map():
            return (node.source, node.value)
        case typed.Aggregate():
            return (node.source,)
        case typed.Field():
            return (node.row,)
    return ()


def free_bindings(node: typed.Typed) -> frozenset[int]:
    """The loop variables that the part names and does not bind itself; `user` is none."""
    if isinstance(node, typed.Variable):
        return frozenset({node.binding}) - {0}
    names = frozenset[int]().union(*(free_bindings(child) for child in children(node)))
    if isinstance(node, typed.Filter | typed.Map | typed.Quantifier):
        return names - {node.variable.binding}
    return names


def rewrite(node: typed.Typed, change: Callable[[typed.Typed], typed.Typed]) -> typed.Typed:
    """The tree with `change` applied to every part, the innermost first."""
    changed: dict[str, Any] = {}
    for field in fields(node):
        if field.name in {"span", "type", "variable", "field", "relation"}:
            continue
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            changed[field.name] = tuple(rewrite(item, change) for item in value)
        elif isinstance(value, typed.Typed):
            changed[field.name] = rewrite(value, change)
    return change(replace(node, **changed) if changed else node)
