"""`&&`, `||`, `!`, `? :`, and what must be a yes/no."""

from dataclasses import replace

from preo.segments.cel import tree
from preo.segments.cel.check.context import Context, is_unknown, unknown
from preo.segments.cel.check.fitting import common_type, fit
from preo.segments.cel.check.rows import is_single
from preo.segments.cel.check.sense import warn_of_contradiction
from preo.segments.cel.check.words import describe, source_words
from preo.segments.cel.typed import And, Not, Or, Ternary, Typed
from preo.segments.cel.types import BOOL, NUMBERS, Kind

CHAINS = frozenset({"&&", "||"})


def check_chain(context: Context, node: tree.Binary) -> Typed:
    """`a && b && c` as one node, however long and however bracketed."""
    items = tuple(yes_or_no(context, item) for item in _links(node))
    if any(is_unknown(item) for item in items):
        return replace(items[0], span=node.span, type=BOOL)
    warn_of_contradiction(context, node, items)
    if node.operator == "&&":
        return And(node.span, BOOL, items)
    return Or(node.span, BOOL, items)


def _links(node: tree.Binary) -> list[tree.Expression]:
    found: list[tree.Expression] = []
    waiting: list[tree.Expression] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tree.Binary) and one.operator == node.operator:
            waiting += [one.right, one.left]
        else:
            found.append(one)
    return found


def check_not(context: Context, node: tree.Unary) -> Typed:
    """`!operand`."""
    operand = yes_or_no(context, node.operand)
    return Not(node.span, BOOL, operand)


def yes_or_no(context: Context, node: tree.Expression) -> Typed:
    """The node, which must be true or false. Free data is taken as such."""
    part = context.visit(node)
    if is_unknown(part):
        return part
    fitted = fit(node, part, BOOL)
    if fitted is not None:
        return fitted
    if part.type.kind is Kind.ROW and not is_single(context, node, part):
        return unknown(part.span)
    return context.refuse(
        "not_yes_no",
        f"Here must stand something that is true or false; this is {describe(part.type)}.",
        part.span,
        hint_for_yes_no(node, part),
    )


def hint_for_yes_no(node: tree.Expression, part: Typed) -> str:
    """How to make a condition of what is none."""
    name = source_words(node)
    kind = part.type.kind
    if kind in NUMBERS:
        return f"Compare it, for example `{name or '...'} > 100`."
    if kind in (Kind.STRING, Kind.ID):
        return f'Compare it, for example `{name or "..."} == "..."`.'
    if kind is Kind.TIMESTAMP:
        return f"Compare it, for example `{name or '...'} > now - days(365)`."
    if kind is Kind.DURATION:
        return f"Compare it, for example `{name or '...'} > days(30)`."
    if kind is Kind.LIST:
        return f"For whether there is any write `size({name or '...'}) > 0`."
    if kind is Kind.ROW:
        return 'Name a field and compare it, for example `user.language == "en"`.'
    return ""


def check_ternary(context: Context, node: tree.Ternary) -> Typed:
    """`condition ? then : otherwise`: both branches of one type."""
    condition = yes_or_no(context, node.condition)
    then, otherwise = context.visit(node.then), context.visit(node.otherwise)
    if is_unknown(then) or is_unknown(otherwise):
        return unknown(node.span)
    singles = [
        is_single(context, *each) for each in ((node.then, then), (node.otherwise, otherwise))
    ]
    if not all(singles):
        return unknown(node.span)
    shared = common_type([then.type, otherwise.type])
    if shared is None:
        return _refuse_branches(context, node, then, otherwise)
    fitted = [
        part if part.type.kind is Kind.NULL else fit(branch, part, shared)
        for branch, part in ((node.then, then), (node.otherwise, otherwise))
    ]
    if fitted[0] is None or fitted[1] is None:
        return _refuse_branches(context, node, then, otherwise)
    return Ternary(node.span, shared, condition, fitted[0], fitted[1])


def _refuse_branches(context: Context, node: tree.Ternary, then: Typed, otherwise: Typed) -> Typed:
    return context.refuse(
        "mixed_branches",
        f"Both answers of `? :` must be of one sort; these are {describe(then.type)} and "
        f"{describe(otherwise.type)}.",
        node.span,
    )
