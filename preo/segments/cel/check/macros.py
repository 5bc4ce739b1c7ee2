"""`exists`, `all`, `exists_one`, `filter`, `map`."""

from dataclasses import replace

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.logic import yes_or_no
from preo.segments.cel.check.names import known_names
from preo.segments.cel.check.origins import origin
from preo.segments.cel.check.rows import refuse_row
from preo.segments.cel.check.words import describe, source_words, subject
from preo.segments.cel.typed import Constant, Filter, ListDisplay, Map, Quantifier, Typed, Variable
from preo.segments.cel.types import BOOL, DYN, UNKNOWN, Kind, Type, list_of


def check_macro(context: Context, node: tree.Macro) -> Typed:
    """A macro: its source is a list, its variable stands for one of them in the rest."""
    problems_before = len(context.problems)
    source = context.visit(node.source)
    element = _element(context, node, source)
    variable = Variable(node.variable_span, element, next(context.bindings))
    field = None if is_unknown(source) else origin(context, source)
    if field is not None:
        context.origins[variable.binding] = field
    _warn_if_shadowed(context, node)
    with context.naming(node.variable, variable):
        if node.kind == "map":
            found = _map(context, node, source, variable)
        else:
            found = _predicate(context, node, source, variable)
    _warn_if_unused(context, node, variable, problems_before)
    if is_unknown(source) or source.type.kind not in (Kind.LIST, Kind.DYN):
        return unknown(node.span) if node.kind in ("map", "filter") else found
    return _of_nothing(node) if element.kind is Kind.UNKNOWN else found


def _of_nothing(node: tree.Macro) -> Typed:
    """Of `[]`, where no item could have a type: the answer is known."""
    if node.kind in ("map", "filter"):
        return ListDisplay(node.span, list_of(UNKNOWN), ())
    return Constant(node.span, BOOL, node.kind == "all")


def _element(context: Context, node: tree.Macro, source: Typed) -> Type:
    """What the variable stands for."""
    if is_unknown(source):
        return UNKNOWN
    if source.type.kind is Kind.DYN:
        return DYN
    if source.type.kind is Kind.LIST:
        return source.type.element or UNKNOWN
    context.refuse(
        "not_a_list",
        f"`{node.kind}` is for lists; {subject(node.source)} is {describe(source.type)}.",
        node.kind_span,
        _hint(context, source, source_words(node.source)),
    )
    return UNKNOWN


def _hint(context: Context, source: Typed, name: str) -> str:
    if source.type.kind is Kind.ROW:
        relations = [name for name, each in context.relations().items() if not each.value]
        return f"Lists are {', '.join(f'`{each}`' for each in relations)}." if relations else ""
    return f"Use `{name}` itself in a comparison." if name else ""


def _predicate(context: Context, node: tree.Macro, source: Typed, variable: Variable) -> Typed:
    body = yes_or_no(context, node.body)
    if node.kind == "filter":
        kept = source.type if source.type.kind is Kind.LIST else list_of(variable.type)
        return Filter(node.span, kept, source, variable, body)
    return Quantifier(node.span, BOOL, node.kind, source, variable, body)


def _map(context: Context, node: tree.Macro, source: Typed, variable: Variable) -> Typed:
    if node.condition is not None:
        condition = yes_or_no(context, node.condition)
        kept = source.type if source.type.kind is Kind.LIST else list_of(variable.type)
        source = Filter(node.span, kept, source, variable, condition)
        # The value has a variable of its own: it goes over the filtered list.
        outer, variable = variable, replace(variable, binding=next(context.bindings))
        if outer.binding in context.origins:
            context.origins[variable.binding] = context.origins[outer.binding]
        with context.naming(node.variable, variable):
            value = context.visit(node.body)
        if variable.binding in context.used:
            context.used.add(outer.binding)
    else:
        value = context.visit(node.body)
    if is_unknown(value):
        return unknown(node.span)
    if value.type.kind is Kind.ROW:
        refuse_row(context, node.body, value)
        return unknown(node.span)
    if value.type.kind is Kind.LIST:
        return context.refuse(
            "unsupported_feature",
            "A list of lists is not supported here: `map` must give one value for each.",
            value.span,
        )
    return Map(node.span, list_of(value.type), source, variable, value)


def _warn_if_shadowed(context: Context, node: tree.Macro) -> None:
    if node.variable in known_names(context) and not context.is_definition:
        context.warn(
            "shadowed_name",
            f"`{node.variable}` already means something; inside it means the item.",
            node.variable_span,
            "Take another name for the item.",
        )


def _warn_if_unused(
    context: Context, node: tree.Macro, variable: Variable, problems_before: int
) -> None:
    is_quiet = context.is_definition or len(context.problems) > problems_before
    if variable.binding in context.used or node.variable.startswith("_") or is_quiet:
        return
    name = source_words(node.source) or "..."
    hint = f"For whether there is any write `size({name}) > 0`." if node.kind == "exists" else ""
    context.warn(
        "unused_variable",
        f"`{node.variable}` is not used: the same is asked of every item.",
        node.variable_span,
        hint,
    )
