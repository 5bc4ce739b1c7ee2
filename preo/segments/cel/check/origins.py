"""Which field a value comes from, and what its constants must be: enum values, ids, references."""

from preo.segments.cel import schema
from preo.segments.cel.check.context import Context, entities
from preo.segments.cel.check.words import listed, nearest
from preo.segments.cel.typed import (
    Aggregate,
    Constant,
    Field,
    Filter,
    ListDisplay,
    Map,
    Reference,
    Relation,
    Ternary,
    Typed,
    Variable,
)
from preo.segments.cel.types import Kind

ID_LENGTH = 26
ID_LETTERS = frozenset("0123456789abcdefghjkmnpqrstvwxyz")


def origin(context: Context, part: Typed) -> schema.Field | None:
    """The field that the part's values, or its list's values, are of."""
    if isinstance(part, Field):
        return part.field
    if isinstance(part, Variable):
        return context.origins.get(part.binding)
    if isinstance(part, Relation):
        fields = part.relation.entity.fields
        return fields[part.relation.value] if part.relation.value else None
    if isinstance(part, Filter):
        return origin(context, part.source)
    if isinstance(part, Map):
        return origin(context, part.value)
    if isinstance(part, Aggregate) and part.kind in ("min", "max"):
        return origin(context, part.source)
    return None


def constants(part: Typed) -> list[Constant]:
    """The written texts of a part: itself, a list's items, the branches of `? :`."""
    if isinstance(part, Constant):
        return [part] if isinstance(part.value, str) else []
    if isinstance(part, ListDisplay):
        return [each for item in part.items for each in constants(item)]
    if isinstance(part, Ternary):
        return constants(part.then) + constants(part.otherwise)
    return []


def check_constants(context: Context, one: Typed, other: Typed) -> None:
    """Two parts that are compared: the texts of each against what the other's field can be."""
    for named, written in ((one, other), (other, one)):
        field = origin(context, named)
        for constant in constants(written):
            if constant.type.kind is Kind.ID:
                check_id(context, constant)
            if field is not None:
                check_text(context, field, constant)


def check_text(context: Context, field: schema.Field, constant: Constant) -> None:
    """One text against a field: its possible values, the thing that it names."""
    text = str(constant.value)
    if field.values:
        check_value(context, field.name, field.values, constant)
    is_wrong = constant.type.kind is Kind.ID and not is_id(text, constant.type.prefix)
    if field.reference and not is_wrong and not context.is_definition:
        context.references.append(Reference(field.reference, text, constant.span))


def check_value(context: Context, name: str, values: tuple[str, ...], constant: Constant) -> None:
    """A text must be one of those that are possible."""
    text = str(constant.value)
    if text in values:
        return
    near = nearest(text, values)
    possible = f"`{name}` can be {listed(values)}."
    context.refuse(
        "unknown_value",
        f'`{name}` is never "{text}".',
        constant.span,
        f'Did you mean "{near}"? {possible}' if near else possible,
    )


def check_id(context: Context, constant: Constant) -> None:
    """An id must have the form and the prefix of what it is compared with."""
    text, prefix = str(constant.value), constant.type.prefix
    head, separator, rest = text.partition("_")
    if is_id(text, prefix):
        return
    thing = noun_of(context.schema, prefix)
    if separator and head != prefix and _is_id_body(rest):
        other = noun_of(context.schema, head)
        named = _article(other) if other else f"something else (`{head}_...`)"
        context.refuse(
            "wrong_id",
            f"This is the id of {named}, but the id of {_article(thing)} is needed.",
            constant.span,
            f"Ids of this sort begin with `{prefix}_`.",
        )
        return
    context.refuse(
        "wrong_id",
        f'"{text}" is not the id of {_article(thing)}.',
        constant.span,
        f"Such an id is `{prefix}_` and {ID_LENGTH} letters and digits.",
    )


def is_id(text: str, prefix: str) -> bool:
    """Whether the text has the form of an id with this prefix; without one any text will do."""
    head, _, rest = text.partition("_")
    return not prefix or (head == prefix and _is_id_body(rest))


def _is_id_body(text: str) -> bool:
    return len(text) == ID_LENGTH and ID_LETTERS.issuperset(text) and text[0] <= "7"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeio" else f"a {noun}"


def noun_of(of: schema.Schema, prefix: str) -> str:
    """What ids with this prefix name, as far as the schema tells."""
    for entity in entities(of).values():
        for field in entity.fields.values():
            element = field.type.element or field.type
            if element.prefix == prefix:
                return field.reference or entity.name
    return ""
