"""Choosing between two ways to the same answer by what the planner expects of them."""

import json

from django.db import connection

from preo.segments.cel.compile.condition import Compiled
from preo.segments.cel.sql import Sql, build

LOOK_UP_SHARE = 0.15
"""How much of its expected cost a look-up really takes: the planner prices each page of an index as
if it came from disk, where the upper ones are always at hand. Measured with `bench/segments.py`."""


def from_and_where(compiled: Compiled, population: Sql) -> Sql:
    """` FROM ... WHERE ...` of the customers `u` of a population for whom the condition holds.

    Where totals stand beside other conditions there are two ways: to group the totals of everybody,
    or to look them up for those whom the others leave. Which is faster depends on how many those
    are, which the planner estimates: the way that is thought cheaper is taken. Asks within the
    caller's settings.
    """
    several = ways(compiled, population)
    return several[0] if len(several) == 1 else min(several, key=_expected_cost)


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
    """By the planner's numbers, but for what it thinks of looking up: see LOOK_UP_SHARE."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT u.id{query.text}", query.values)
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    top = plan[0]["Plan"]
    total = float(top["Total Cost"])
    for part in top.get("Plans", ()):
        if part.get("Parent Relationship") == "Subquery":
            rest = float(part["Total Cost"])
            return rest + LOOK_UP_SHARE * (total - rest)
    return total
