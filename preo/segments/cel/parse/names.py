"""Dotted names."""

from preo.segments.cel import tree
from preo.segments.cel.parse.operators import Read


def is_message_name(read: Read) -> bool:
    """Whether it is `a.b.c` with no brackets around any part of it."""
    node, span = read
    if node.span != span:
        return False
    while isinstance(node, tree.Select):
        if node.span.start != node.operand.span.start:
            return False
        node = node.operand
    return isinstance(node, tree.Name)


def dotted_name(node: tree.Expression) -> str:
    names: list[str] = []
    while isinstance(node, tree.Select):
        names.append(node.field)
        node = node.operand
    if isinstance(node, tree.Name):
        names.append("." + node.name if node.is_absolute else node.name)
    return ".".join(reversed(names))
