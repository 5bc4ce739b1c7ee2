"""Choosing between two ways to the same answer by what the planner expects of them."""

import json

from django.db import connection

from preo.segments.cel.compile.condition import Compiled
from preo.segments.cel.sql import Sql, build


def from_and_where(compiled: Compiled, population: Sql) -> Sql:
    """` FROM ... WHERE ...` of the customers `u` of a population for whom the condition holds.

    Where totals stand beside other conditions there are two ways: to group the totals of everybody,
    or to look them up for those whom the others leave. Which is faster depends on how many those
    are, which the planner estimates: the way that it thinks cheaper is taken. Measured on a million
    customers, the wrong one costs up to three times as much. Asks within the caller's settings.
    """
    first, *others = ways(compiled, population)
    return min((first, *others), key=_expected_cost) if others else first


def ways(compiled: Compiled, population: Sql) -> tuple[Sql, ...]:
    """All that have the same customers: the whole at once, perhaps one that looks totals up last."""
    whole = build(
        " FROM customers_customer u {} WHERE {} AND ({})",
        compiled.joins,
        population,
        compiled.condition,
    )
    if compiled.rest is None or compiled.late is None:
        return (whole,)
    # OFFSET 0 keeps the planner from looking the totals up before the rest has decided.
    fenced = build(
        " FROM (SELECT u.* FROM customers_customer u {} WHERE {} AND ({}) OFFSET 0) u WHERE {}",
        compiled.rest.joins,
        population,
        compiled.rest.condition,
        compiled.late,
    )
    return (whole, fenced)


def _expected_cost(query: Sql) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT u.id{query.text}", query.values)
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return float(plan[0]["Plan"]["Total Cost"])
