"""Amounts of several currencies that a condition compares or adds up as if they were one."""

from collections.abc import Iterator

from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.cel.problems import Problem
from preo.segments.cel.typed import (
    Aggregate,
    Compare,
    Field,
    Filter,
    In,
    Map,
    Quantifier,
    Typed,
    Variable,
)
from preo.segments.cel.walk import children

_FIX_THE_CURRENCY = frozenset({"currency", "edition", "product", "variant", "location"})
"""Fields that leave amounts of one currency only: an edition sells in one."""


def mixed_currencies(
    tree: Typed, *, organization: Organization, edition: Edition | None
) -> list[Problem]:
    """A warning for each amount that may be of any currency, where the organization has several.

    One query.
    """
    if edition is not None:
        return []
    editions = Edition.objects.filter(organization=organization).order_by("currency")
    currencies = list(editions.values_list("currency", flat=True).distinct())
    if len(currencies) < 2:
        return []
    first, *_, last = (currency.upper() for currency in currencies)
    return [
        Problem(
            "mixed_currencies",
            f"This amount may be in {first} as well as in {last}.",
            field.span,
            f'Also ask for the currency, such as `o.currency == "{currencies[0]}"`.',
        )
        for field in _amounts(tree, frozenset())
    ]


def _amounts(node: Typed, fixed: frozenset[int]) -> Iterator[Field]:
    """Fields of money whose loop variable (by binding) no condition holds to one currency."""
    if isinstance(node, Field):
        if node.field.scale and node.row.binding not in fixed:
            yield node
        return
    if isinstance(node, Filter | Quantifier | Map):
        yield from _amounts(node.source, fixed)
        body = node.value if isinstance(node, Map) else node.predicate
        one = _is_of_one(node.source) or _fixes(body, node.variable)
        yield from _amounts(body, fixed | {node.variable.binding} if one else fixed)
        return
    for child in children(node):
        yield from _amounts(child, fixed)


def _is_of_one(source: Typed) -> bool:
    """Whether the rows of a list are of one currency because of a filter on the way to them."""
    while isinstance(source, Filter):
        if _fixes(source.predicate, source.variable):
            return True
        source = source.source
    return False


def _fixes(body: Typed, variable: Variable) -> bool:
    if isinstance(body, Compare | In):
        is_equal = isinstance(body, In) or body.operator == "=="
        return is_equal and any(
            isinstance(side, Field)
            and side.row.binding == variable.binding
            and side.field.name in _FIX_THE_CURRENCY
            for side in children(body)
        )
    if isinstance(body, Filter | Quantifier | Map | Aggregate):
        return False
    return any(_fixes(child, variable) for child in children(body))
