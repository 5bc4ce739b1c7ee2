"""Taking apart what ties an inner list to a row outside.

`purchases.filter(p, p.order == o.id).size() > 2` inside of a macro over orders names the order
`o` of the macro around it. As written it would be looked up for each order; with the tie known as
"the purchase's order equals the order's id", purchases are grouped by order once.
"""

from dataclasses import dataclass, replace

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.types import BOOL, Kind
from preo.segments.cel.walk import free_bindings

_TIED_KINDS = {Kind.ID, Kind.STRING, Kind.TIMESTAMP, Kind.BOOL}


@dataclass(frozen=True, slots=True)
class Tie:
    """An equality between the list's own row and one outside."""

    inner: typed.Typed
    outer: typed.Typed


@dataclass(frozen=True, slots=True)
class Untied:
    """The list without its ties: it names no variable from outside any more."""

    source: typed.Typed
    ties: tuple[Tie, ...]


def untie(source: typed.Typed) -> Untied | None:
    """The list and its ties; None where something else than an equality ties it."""
    if not free_bindings(source):
        return Untied(source, ())
    if isinstance(source, typed.Map):
        inside = untie(source.source)
        if inside is None or free_bindings(source.value) - {source.variable.binding}:
            return None
        return Untied(replace(source, source=inside.source), inside.ties)
    if isinstance(source, typed.Filter):
        return _untie_filter(source)
    return None


def _untie_filter(source: typed.Filter) -> Untied | None:
    inside = untie(source.source)
    if inside is None:
        return None
    predicate = source.predicate
    parts = predicate.items if isinstance(predicate, typed.And) else (predicate,)
    own = {source.variable.binding}
    kept: list[typed.Typed] = []
    ties = list(inside.ties)
    for part in parts:
        if free_bindings(part) <= own:
            kept.append(part)
            continue
        tie = _tie(part, own)
        if tie is None:
            return None
        ties.append(tie)
    remaining = _all_of(predicate, kept)
    return Untied(replace(source, source=inside.source, predicate=remaining), tuple(ties))


def _tie(part: typed.Typed, own: set[int]) -> Tie | None:
    if not isinstance(part, typed.Compare) or part.operator != "==":
        return None
    for inner, outer in ((part.left, part.right), (part.right, part.left)):
        is_apart = free_bindings(inner) == own and not free_bindings(outer) & own
        sure = not (can_fail(inner) or can_fail(outer))
        never_null = not (inner.type.nullable or outer.type.nullable)
        if is_apart and sure and never_null and inner.type.kind in _TIED_KINDS:
            return Tie(inner, outer)
    return None


def _all_of(predicate: typed.Typed, parts: list[typed.Typed]) -> typed.Typed:
    if not parts:
        return typed.Constant(predicate.span, BOOL, True)
    return parts[0] if len(parts) == 1 else typed.And(predicate.span, BOOL, tuple(parts))
