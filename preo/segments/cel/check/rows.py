"""Rows and lists of rows where one value is wanted."""

from collections.abc import Iterable

from preo.segments.cel import schema, tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.check.words import source_words, subject
from preo.segments.cel.typed import Typed
from preo.segments.cel.types import NUMBERS, Kind

# What somebody who names a whole row may mean: the first of these that it has.
_LIKELY = ("amount", "status", "product", "type", "email")


def likely_field(fields: Iterable[schema.Field]) -> str:
    """The field to name in an example."""
    names = [each.name for each in fields]
    return next((name for name in _LIKELY if name in names), names[0] if names else "id")


def refuse_row(context: Context, node: tree.Expression, part: Typed) -> Typed:
    """Report a row in the place of a value."""
    entity = context.entity(part.type.entity)
    name = source_words(node) or entity.name
    example = likely_field(context.fields(entity).values())
    return context.refuse(
        "row_not_value",
        f"`{name}` is a whole {entity.name}, not one value.",
        part.span,
        f"Name one of its fields, for example `{name}.{example}`.",
    )


def example_of_list(context: Context, node: tree.Expression, part: Typed) -> str:
    """What to write instead of a bare list of rows: `orders.exists(o, o.status == ...)`."""
    name = source_words(node) or "list"
    element = part.type.element
    if element is None or element.kind is not Kind.ROW:
        return f"`... in {name}`, or `{name}.exists(v, ...)`"
    letter = name[:1].lower() or "x"
    field = likely_field(context.fields(context.entity(element.entity)).values())
    return f"`{name}.exists({letter}, {letter}.{field} == ...)`"


def refuse_list(context: Context, node: tree.Expression, part: Typed) -> Typed:
    """Report a list in the place of one value."""
    name = source_words(node) or "..."
    return context.refuse(
        "list_not_value",
        f"{subject(node, begins=True)} is a list, not one value.",
        part.span,
        f"Write {example_of_list(context, node, part)}; for how many, `size({name})`.",
    )


def is_single(context: Context, node: tree.Expression, part: Typed) -> bool:
    """Whether the part is one value; where it is not, that is reported."""
    if part.type.kind is Kind.ROW:
        refuse_row(context, node, part)
        return False
    if part.type.kind is Kind.LIST:
        refuse_list(context, node, part)
        return False
    return True


def is_number(part: Typed) -> bool:
    """Whether the part is a number of any kind."""
    return part.type.kind in NUMBERS
