"""The compiler's front door: a checked condition becomes SQL."""

from dataclasses import dataclass
from datetime import datetime

from preo.segments.cel import typed
from preo.segments.cel.compile.scope import Mode, Query, Rules, Scope, column
from preo.segments.cel.compile.truth import fails, holds
from preo.segments.cel.compile.values import value
from preo.segments.cel.normalise import normalise
from preo.segments.cel.schema import Schema
from preo.segments.cel.sql import Sql, join

RULES = Rules(holds=holds, fails=fails, value=value)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What goes after the table of customers in FROM, and into WHERE.

    `SELECT u.id FROM customers u <joins> WHERE <condition>`: the condition is true for members,
    and false or NULL for others. No join makes a row come twice or get lost.
    """

    joins: Sql
    condition: Sql


def compile_condition(
    tree: typed.Typed, schema: Schema, *, now: datetime, mode: Mode, row: str = "u"
) -> Compiled:
    """A yes/no condition over the customers' table under the alias `row`.

    The alias is our own code's; `now` is the one moment that the condition knows (UTC).
    """
    scope = _top(schema, now, mode, row)
    condition = holds(normalise(tree), scope)
    return Compiled(join(" ", scope.joins), condition)


def compile_value(tree: typed.Typed, schema: Schema, *, now: datetime, row: str = "u") -> Sql:
    """Any expression as one value for the customer under the alias `row`, NULL for an error.

    A decimal comes in units, not in hundredths. An expression that names no customer's data
    needs no FROM at all.
    """
    scope = _top(schema, now, Mode.POINT, row)
    result = value(normalise(tree), scope)
    if result.scale:
        return Sql(f"({result.sql.text}::numeric * 1e-{result.scale})", result.sql.values)
    return result.sql


def _top(schema: Schema, now: datetime, mode: Mode, row: str) -> Scope:
    query = Query(schema, now, mode, RULES)
    return Scope(query, column(row, "id"), row)
