"""`size`, `sum`, `min`, `max`, `avg`."""

from dataclasses import replace

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.rows import likely_field
from preo.segments.cel.check.words import describe, source_words, subject
from preo.segments.cel.typed import Aggregate, Call, Typed
from preo.segments.cel.types import DECIMAL, DOUBLE, INT, NUMBERS, UNKNOWN, Kind, Type

AGGREGATES = frozenset({"size", "sum", "min", "max", "avg"})
_ORDERED = NUMBERS | {Kind.STRING, Kind.TIMESTAMP, Kind.DURATION}
_SUMMED = NUMBERS | {Kind.DURATION}


def check_aggregate(context: Context, node: tree.Call) -> Typed:
    """An aggregate as a method, `size` as a function too."""
    source_node = node.target if node.target is not None else (node.arguments or (None,))[0]
    extra = node.arguments if node.target is not None else node.arguments[1:]
    if source_node is None or extra:
        return _wrong_count(context, node, source_node, extra)
    source = context.visit(source_node)
    if is_unknown(source):
        return unknown(node.span)
    if node.function == "size":
        return _size(context, node, source_node, source)
    if source.type.kind is not Kind.LIST:
        return _refuse_value(context, node, source_node, source)
    return _of_values(context, node, source_node, source)


def _wrong_count(
    context: Context,
    node: tree.Call,
    source: tree.Expression | None,
    extra: tuple[tree.Expression, ...],
) -> Typed:
    name = (source_words(source) if source is not None else "") or "orders"
    if node.function == "size":
        hint = f"Write `size({name})`."
        if len(extra) == 2:
            letter = source_words(extra[0]) or "x"
            hint = f"Write `size({name}.filter({letter}, ...))`."
    else:
        field = extra[-1].field if extra and isinstance(extra[-1], tree.Select) else "amount"
        hint = f"Write `{name}.map({name[:1]}, {name[:1]}.{field}).{node.function}()`."
    return context.refuse(
        "wrong_arguments",
        f"`{node.function}` takes a list and nothing else.",
        node.function_span,
        hint,
    )


def _size(context: Context, node: tree.Call, source_node: tree.Expression, source: Typed) -> Typed:
    """Of a list; of a text: its characters; of free data: whichever it is."""
    if source.type.kind is Kind.LIST:
        return Aggregate(node.span, INT, "size", source)
    if source.type.kind in (Kind.STRING, Kind.DYN):
        return Call(node.span, INT, "size", (source,))
    name = source_words(source_node) or "..."
    return context.refuse(
        "wrong_argument",
        f"`size` is for lists and texts; {subject(source_node)} is {describe(source.type)}.",
        source.span,
        f"Write `{name}` itself." if source.type.kind in NUMBERS else "",
    )


def _refuse_value(
    context: Context, node: tree.Call, source_node: tree.Expression, source: Typed
) -> Typed:
    hint = ""
    if isinstance(source_node, tree.Select) and source.type.kind is not Kind.DYN:
        hint = f"For all of a list write `....map(x, x.{source_node.field}).{node.function}()`."
    return context.refuse(
        "not_a_list",
        f"`{node.function}` is for lists; {subject(source_node)} is {describe(source.type)}.",
        node.function_span,
        hint,
    )


def _of_values(
    context: Context, node: tree.Call, source_node: tree.Expression, source: Typed
) -> Typed:
    element = source.type.element or UNKNOWN
    if element.kind is Kind.ROW:
        return _refuse_rows(context, node, source_node, element)
    if element.nullable:
        return context.refuse(
            "nullable_aggregate",
            f"`{node.function}` cannot be made of values that may be missing.",
            source.span,
            "Take another field, one that is always there.",
        )
    result = _result(node.function, element)
    if result is None:
        return context.refuse(
            "wrong_argument",
            f"`{node.function}` cannot be made of {describe(element).split(' ', 1)[1]}s.",
            source.span,
            "For how many write `size(...)`.",
        )
    return Aggregate(node.span, result, node.function, source)


def _result(function: str, element: Type) -> Type | None:
    if element.kind is Kind.UNKNOWN:
        return INT if function == "sum" else UNKNOWN
    if function in ("min", "max"):
        return replace(element, nullable=False) if element.kind in _ORDERED else None
    if function == "sum":
        return element if element.kind in _SUMMED else None
    if element.kind not in NUMBERS:
        return None
    return DECIMAL if element.kind is Kind.DECIMAL else DOUBLE


def _refuse_rows(
    context: Context, node: tree.Call, source_node: tree.Expression, element: Type
) -> Typed:
    name = source_words(source_node) or "..."
    letter = name[:1] if name != "..." else "x"
    field = likely_field(context.fields(context.entity(element.entity)).values())
    return context.refuse(
        "list_not_value",
        f"`{name}` is a list of whole rows; `{node.function}` needs one value of each.",
        node.span,
        f"Write `{name}.map({letter}, {letter}.{field}).{node.function}()`.",
    )
