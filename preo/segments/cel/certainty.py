"""Which parts can be an error for some row. Where none can, the SQL is simpler and faster."""

from preo.segments.cel import typed
from preo.segments.cel.types import Kind
from preo.segments.cel.walk import children

_ORDERINGS = frozenset({"<", "<=", ">", ">="})


def can_fail(node: typed.Typed) -> bool:
    """Whether the part may be a CEL error. CEL's null is none, but using it mostly is."""
    if isinstance(node, typed.Part | typed.Taken):
        return True
    if isinstance(node, typed.Arithmetic | typed.Negate | typed.Call):
        return _reckoning_can_fail(node)
    if isinstance(node, typed.Compare):
        unordered = node.operator in _ORDERINGS and (
            node.left.type.nullable or node.right.type.nullable
        )
        return unordered or can_fail(node.left) or can_fail(node.right)
    if isinstance(node, typed.Aggregate):
        of_nothing = node.kind in {"min", "max", "avg"} and not node.type.nullable
        return of_nothing or can_fail(node.source)
    return any(can_fail(child) for child in children(node))


def _reckoning_can_fail(node: typed.Arithmetic | typed.Negate | typed.Call) -> bool:
    if any(part.type.nullable or can_fail(part) for part in children(node)):
        return True
    if isinstance(node, typed.Call):
        return node.function in {"int", "double"}
    # Whole numbers may leave 64 bits, doubles the range that we keep to, dates the calendar.
    if node.type.kind is Kind.STRING:
        return False
    return node.type.kind is not Kind.DECIMAL or getattr(node, "operator", "-") == "/"
