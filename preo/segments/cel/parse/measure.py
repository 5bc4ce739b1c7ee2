"""Whether a tree is within the limits. No recursion: what is measured may be too deep for it."""

from typing import NamedTuple

from preo.segments.cel import limits, tree
from preo.segments.cel.problems import Problem

Parts = tuple[tree.Expression, ...]


class Visit(NamedTuple):
    """A part, how deep it is, how far down, and in how many loops."""

    node: tree.Expression
    depth: int
    height: int
    loops: int


def parts_of(node: tree.Expression) -> Parts:
    """The parts right below, those of a loop's body not among them."""
    match node:
        case tree.Select() | tree.Unary() | tree.Has():
            return (node.operand,)
        case tree.Index():
            return (node.operand, node.index)
        case tree.Macro():
            return (node.source,)
        case tree.Binary():
            return (node.left, node.right)
        case tree.Ternary():
            return (node.condition, node.then, node.otherwise)
        case _:
            return items_of(node)


def items_of(node: tree.Expression) -> Parts:
    match node:
        case tree.Call():
            return (node.target, *node.arguments) if node.target else node.arguments
        case tree.ListDisplay():
            return node.items
        case tree.MapDisplay():
            return tuple(part for entry in node.entries for part in entry)
        case tree.MessageDisplay():
            return tuple(value for _, value in node.fields)
        case _:
            return ()


def find_excess(root: tree.Expression) -> Problem | None:
    """The limit that the tree breaks, if any."""
    count = 0
    waiting = [Visit(root, 1, 1, 0)]
    while waiting:
        visit = waiting.pop()
        count += 1
        if count > limits.MAX_NODES:
            return limits.too_many_parts(root.span)
        excess = excess_at(visit)
        if excess:
            return excess
        waiting += visits_below(visit)
    return None


def excess_at(visit: Visit) -> Problem | None:
    if visit.depth > limits.MAX_DEPTH:
        return limits.too_deep(visit.node.span)
    if visit.height > limits.MAX_HEIGHT:
        return limits.too_long_chain(visit.node.span)
    if isinstance(visit.node, tree.Macro) and visit.loops == limits.MAX_LOOPS:
        return limits.too_many_loops(visit.node.kind_span)
    return None


def visits_below(visit: Visit) -> list[Visit]:
    node, depth, height, loops = visit
    below = [Visit(part, depth + 1, height + 1, loops) for part in parts_of(node)]
    if isinstance(node, tree.Macro):
        inner = (node.condition, node.body) if node.condition else (node.body,)
        below += [Visit(part, depth + 1, height + 1, loops + 1) for part in inner]
    elif isinstance(node, tree.Binary) and node.operator not in ("&&", "||"):
        # The left side goes on with the same chain.
        below[0] = Visit(node.left, depth, height + 1, loops)
    return below
