"""Calls that are no calls: `has`, `exists` and their like, recognised by name and shape."""

from dataclasses import dataclass

from preo.segments.cel import tree
from preo.segments.cel.lexer import Token
from preo.segments.cel.parse.cursor import Cursor, report_number_comma
from preo.segments.cel.parse.operators import Read
from preo.segments.cel.spans import Span

KINDS = {
    "exists": "exists", "all": "all", "exists_one": "exists_one", "existsOne": "exists_one",
    "filter": "filter", "map": "map",
}  # fmt: skip
TWO_VARIABLES = frozenset({"transformList", "transformMap", "transformMapEntry"})
EXAMPLES = {
    "exists": "orders.exists(o, o.amount > 100)",
    "all": 'orders.all(o, o.status == "completed")',
    "exists_one": "orders.exists_one(o, o.amount > 100)",
    "filter": "orders.filter(o, o.amount > 100)",
    "map": "orders.map(o, o.amount)",
}
ACCUMULATOR = "__result__"
"""The name that CEL keeps for itself."""


@dataclass(slots=True)
class Arguments:
    """What stood between the brackets of a call, and where the call ends."""

    reads: list[Read]
    end: int
    number_comma: tuple[Token, Token] | None = None
    """The two numbers of the first `19,99`, which is one number or two arguments."""


def finish_call(cursor: Cursor, name: Token, span: Span, given: Arguments) -> tree.Expression:
    """A call of a name alone: `has(user.email)`, `size(orders)`."""
    arguments = tuple(read[0] for read in given.reads)
    # The name of `.has(x)` is no macro's.
    if name.text != "has" or span.start != name.start:
        return tree.Call(span, str(name.value), name.span, arguments)
    if len(arguments) == 1 and isinstance(arguments[0], tree.Select):
        return tree.Has(span, arguments[0])
    if len(arguments) != 1 or not isinstance(arguments[0], tree.Missing):
        cursor.report(
            "has_argument",
            "has asks whether one field is there.",
            given.reads[0][1] if given.reads else span,
            "Write it with a point: has(user.email).",
        )
    return tree.Missing(span)


def finish_method(
    cursor: Cursor, target: tree.Expression, name: Token, span: Span, given: Arguments
) -> tree.Expression:
    """A call on something: `orders.exists(o, …)`, `user.email.contains("x")`."""
    count = len(given.reads)
    kind = KINDS.get(name.text)
    if name.text in TWO_VARIABLES or (kind not in (None, "map") and count == 3):
        return refuse_two_variables(cursor, name, span, given)
    if kind is None:
        arguments = tuple(read[0] for read in given.reads)
        return tree.Call(span, str(name.value), name.span, arguments, target)
    if count != 2 and not (kind == "map" and count == 3):
        report_shape(cursor, kind, name, given)
        return tree.Missing(span)
    variable = read_variable(cursor, kind, given.reads[0])
    if variable is None:
        return tree.Missing(span)
    middle = given.reads[1][0] if count == 3 else None
    body = given.reads[-1][0]
    return tree.Macro(span, kind, name.span, target, variable.name, variable.span, body, middle)


def read_variable(cursor: Cursor, kind: str, read: Read) -> tree.Name | None:
    """The name that the loop gives to each item; None where something else stands."""
    node, span = read
    if isinstance(node, tree.Name) and not node.is_absolute and node.name != ACCUMULATOR:
        return node
    if not isinstance(node, tree.Missing):
        cursor.report(
            "macro_variable",
            f"{kind} begins with a name of your choice for each item.",
            span,
            f"Write, for example, {EXAMPLES[kind]}.",
        )
    return None


def refuse_two_variables(cursor: Cursor, name: Token, span: Span, given: Arguments) -> tree.Missing:
    if given.number_comma and name.text in KINDS:
        report_number_comma(cursor, *given.number_comma)
    else:
        cursor.report(
            "unsupported_feature",
            f"Loops with two variables (`{name.text}`) are not supported.",
            name.span,
            "Use one variable, as in orders.exists(o, o.amount > 100).",
        )
    return tree.Missing(span)


def report_shape(cursor: Cursor, kind: str, name: Token, given: Arguments) -> None:
    if given.number_comma:
        report_number_comma(cursor, *given.number_comma)
        return
    wanted = "an expression" if kind == "map" else "a condition"
    cursor.report(
        "macro_arguments",
        f"{name.text} wants a name for each item, and {wanted}.",
        Span(name.start, given.end),
        f"Write, for example, {EXAMPLES[kind]}.",
    )
