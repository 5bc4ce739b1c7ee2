"""Names that stand by themselves: `user`, `orders`, `now`, loop variables."""

from preo.segments.cel import schema, tree
from preo.segments.cel.check.context import Context
from preo.segments.cel.check.words import did_you_mean, named, nearest
from preo.segments.cel.typed import Now, Relation, Typed, Variable
from preo.segments.cel.types import TIMESTAMP, Kind, Type, list_of, row_of

USER = "user"
NOW = "now"

# How other languages and people say it.
_SYNONYMS = {
    "none": "null",
    "nil": "null",
    "undefined": "null",
    "null": "null",
    "true": "true",
    "yes": "true",
    "false": "false",
    "no": "false",
    "today": "now",
    "customer": "user",
    "customers": "user",
    "users": "user",
    "contact": "user",
    "tickets": "purchases",
    "products": "purchases",
}
# CEL's own names of types: they stand for a value of the sort "type", which is not supported.
TYPE_NAMES = frozenset(
    {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"}
)


def is_constant_word(name: str) -> bool:
    """Whether the word is how others write null, true or false."""
    return _SYNONYMS.get(name.casefold()) in ("null", "true", "false")


def relation_type(relation: schema.Relation) -> Type:
    """What a relation is a list of: rows, or the values of one field."""
    if relation.value:
        return list_of(relation.entity.fields[relation.value].type)
    return list_of(row_of(relation.entity.name))


def check_name(context: Context, node: tree.Name) -> Typed:
    """A name: the innermost loop variable, else what the schema has."""
    bound = context.scope.get(node.name)
    if bound is not None and not node.is_absolute:
        if isinstance(bound, Variable):
            context.used.add(bound.binding)
            return Variable(node.span, bound.type, bound.binding)
        return bound
    if node.name == USER:
        return Variable(node.span, row_of(context.schema.user.name), 0)
    if node.name == NOW:
        return Now(node.span, TIMESTAMP)
    relation = context.relations().get(node.name)
    if relation is not None:
        return Relation(node.span, relation_type(relation), relation)
    return _unknown_name(context, node)


def known_names(context: Context) -> list[str]:
    """All names in force here."""
    return [*context.scope, USER, *context.relations(), NOW]


def _unknown_name(context: Context, node: tree.Name) -> Typed:
    if node.name in TYPE_NAMES:
        return context.refuse(
            "unsupported_feature",
            f"Types as values (`{node.name}`) are not supported here.",
            node.span,
        )
    return context.refuse(
        "unknown_name",
        f"There is nothing called `{node.name}` here.",
        node.span,
        _hint(context, node.name),
    )


def _hint(context: Context, name: str) -> str:
    known = known_names(context)
    synonym = _SYNONYMS.get(name.casefold())
    if synonym and (synonym in known or synonym in ("null", "true", "false")):
        return f"Did you mean `{synonym}`?"
    owner = _owner(context, name)
    if owner:
        return f"Did you mean `{owner}.{name}`?"
    if name in context.schema.functions:
        function = context.schema.functions[name]
        return f"`{name}` is a function: `{function.example}`."
    hint = did_you_mean(name, known)
    if hint:
        return hint
    fields = context.fields(context.schema.user)
    near = nearest(name, fields)
    if near:
        return f"Did you mean `{USER}.{near}`?"
    where = _relation_with(context, name)
    if where:
        return f"`{name}` is a field of {where}: {_in_macro(where, name)}."
    if len(name) == 1:
        relation = next(iter(context.relations()), "")
        return (
            f"It must be named first: `{relation}.exists({name}, {name}. ...)`." if relation else ""
        )
    return f'Names are {named(known)}. A text goes in quotes: "{name}".'


def _owner(context: Context, name: str) -> str:
    """The variable in force, or `user`, that has a field of this name: the innermost first."""
    for variable, bound in reversed(list(context.scope.items())):
        if bound.type.kind is Kind.ROW:
            fields = context.fields(context.entity(bound.type.entity))
            if name in fields:
                return variable
    return USER if name in context.fields(context.schema.user) else ""


def _relation_with(context: Context, name: str) -> str:
    for relation_name, relation in context.relations().items():
        if not relation.value and name in context.fields(relation.entity):
            return relation_name
    return ""


def _in_macro(relation: str, field: str) -> str:
    letter = relation[0]
    return f"`{relation}.exists({letter}, {letter}.{field} == ...)`"
