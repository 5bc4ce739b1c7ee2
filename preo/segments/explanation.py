"""Why somebody is in a segment, or is not: each part of the condition and each rule of reach."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from preo.core.errors import DomainError
from preo.customers.models import Customer
from preo.segments.audience import audience_of, bought
from preo.segments.calculation import limited
from preo.segments.cel.compile.condition import compile_value
from preo.segments.cel.spans import Span
from preo.segments.cel.sql import Sql, bind, build, join
from preo.segments.cel.typed import And, Not, Or, Ternary, Typed
from preo.segments.conditions import Condition, read_for
from preo.segments.models import Member, Segment
from preo.segments.reach import may_this_one_be_reached, reach_rules


class ExplanationTooSlowError(DomainError):
    """The look at one person was ended because it took longer than somebody should wait.

    That is so for who has very many orders, under a condition with loops in each other.
    """

    code = "explanation_too_slow"
    status = 422
    title = "Explaining took too long and was ended."


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the condition that is true or false by itself."""

    depth: int
    kind: str
    """`all`, `any`, `not`, `choice` for what is made of parts, `test` for what is not."""
    tree: Typed


@dataclass(frozen=True, slots=True)
class ShownPart:
    depth: int
    kind: str
    text: str
    span: Span
    value: bool | None
    """None where it is an error for this person."""


@dataclass(frozen=True, slots=True)
class ShownRule:
    code: str
    channel: str
    sentence: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    customer: Customer
    condition: str
    is_member: bool
    would_be_member: bool | None
    is_in_population: bool
    matches: bool | None
    is_reachable: bool
    parts: tuple[ShownPart, ...]
    reach: tuple[ShownRule, ...]


def explain(segment: Segment, customer: Customer, *, now: dt.datetime) -> Explanation:
    """Look at one customer in one statement. The segment comes with its organization and edition.

    Raises InvalidError where the condition has mistakes by now, ExplanationTooSlowError.
    """
    audience = audience_of(segment)
    condition = None
    if segment.condition:
        condition = read_for(
            segment.condition, organization=segment.organization, edition=segment.edition
        )
    parts = list(_parts(condition.tree, 0)) if condition else []
    rules = list(reach_rules(audience))
    asked = [
        bought(audience),
        may_this_one_be_reached(audience),
        *(rule.holds for rule in rules),
        *_values(condition, parts, now),
    ]
    is_in_population, is_reachable, *found = _ask(customer, asked)
    held, values = found[: len(rules)], found[len(rules) :]
    matches = values[0] if condition else None
    return Explanation(
        customer=customer,
        condition=segment.condition,
        is_member=Member.objects.filter(segment=segment, customer=customer).exists(),
        would_be_member=bool(is_in_population and is_reachable and matches) if condition else None,
        is_in_population=bool(is_in_population),
        matches=matches,
        is_reachable=bool(is_reachable),
        parts=tuple(_shown(segment.condition, parts, values)),
        reach=tuple(
            ShownRule(rule.code, rule.channel, rule.sentence, bool(holds))
            for rule, holds in zip(rules, held, strict=True)
        ),
    )


def _values(condition: Condition | None, parts: list[Part], now: dt.datetime) -> Iterator[Sql]:
    if condition is not None:
        for part in parts:
            yield compile_value(part.tree, condition.schema, now=now)


def _shown(text: str, parts: list[Part], values: list[bool | None]) -> Iterator[ShownPart]:
    for part, value in zip(parts, values, strict=True):
        span = part.tree.span
        yield ShownPart(part.depth, part.kind, text[span.start : span.end], span, value)


def _parts(tree: Typed, depth: int, inside: Span | None = None) -> Iterator[Part]:
    """The whole and its parts, in the order of the text; nothing inside of a loop.

    What a name of the schema is made of is not shown: all of it stands where the name stands.
    """
    if tree.span == inside:
        return
    match tree:
        case And():
            kind, below = "all", tree.items
        case Or():
            kind, below = "any", tree.items
        case Not():
            kind, below = "not", (tree.operand,)
        case Ternary():
            kind, below = "choice", (tree.condition, tree.then, tree.otherwise)
        case _:
            kind, below = "test", ()
    if all(part.span == tree.span for part in below):
        kind, below = "test", ()
    yield Part(depth, kind, tree)
    for part in below:
        yield from _parts(part, depth + 1, tree.span)


def _ask(customer: Customer, asked: list[Sql]) -> list[bool | None]:
    query = build(
        "SELECT {} FROM customers_customer u WHERE u.id = {} AND u.organization_id = {}",
        join(", ", (build("({})", each) for each in asked)),
        bind(customer.pk, "uuid"),
        bind(customer.organization_id, "uuid"),
    )
    try:
        with (
            transaction.atomic(),
            limited(settings.SEGMENT_PREVIEW_TIMEOUT),
            connection.cursor() as cursor,
        ):
            cursor.execute(query.text, query.values)
            return list(cursor.fetchone() or [None] * len(asked))
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        seconds = round(settings.SEGMENT_PREVIEW_TIMEOUT.total_seconds())
        raise ExplanationTooSlowError(f"It was ended after {seconds} seconds.") from error
