"""The compiler's front door: a checked condition becomes SQL."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from preo.segments.cel import typed
from preo.segments.cel.compile.scope import Mode, Query, Rules, Scope, TooComplexError, column
from preo.segments.cel.compile.truth import fails, holds
from preo.segments.cel.compile.values import value
from preo.segments.cel.normalise import normalise
from preo.segments.cel.schema import Schema
from preo.segments.cel.sql import Sql, join
from preo.segments.cel.walk import children

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
RULES = Rules(holds=holds, fails=fails, value=value)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What goes after the table of customers in FROM, and into WHERE.

    `SELECT u.id FROM customers u <joins> WHERE <condition>`: the condition is true for members,
    and false or NULL for others. No join makes a row come twice or get lost.

    `late` is a second way, where there is one: the totals of this condition, looked up for each
    customer for whom the rest (joins and condition of the Compiled in `rest`) is true. It is the
    faster one where the rest leaves few; the database's planner can tell by comparing both.
    """

    joins: Sql
    condition: Sql
    rest: "Compiled | None" = None
    late: Sql | None = None


def compile_condition(
    tree: typed.Typed, schema: Schema, *, now: datetime, mode: Mode, row: str = "u"
) -> Compiled:
    """A yes/no condition over the customers' table under the alias `row`.

    The alias is our own code's; `now` is the one moment that the condition knows (UTC).
    """
    normal = normalise(tree)
    whole = _compile(normal, schema, now, mode, row)
    if mode is not Mode.SET or not isinstance(normal, typed.And):
        return whole
    totals = tuple(item for item in normal.items if _is_total(item))
    others = tuple(item for item in normal.items if not _is_total(item))
    if not totals or not others:
        return whole
    rest = _compile(replace(normal, items=others), schema, now, mode, row)
    late = _compile(replace(normal, items=totals), schema, now, Mode.POINT, row)
    return replace(whole, rest=rest, late=late.condition)


def _compile(tree: typed.Typed, schema: Schema, now: datetime, mode: Mode, row: str) -> Compiled:
    scope = _top(schema, now, mode, row)
    condition = holds(tree, scope)
    return Compiled(join(" ", scope.joins), condition)


def _is_total(node: typed.Typed) -> bool:
    """Whether a total over the customer's rows decides it, and not one row or none."""
    if isinstance(node, typed.Aggregate):
        return True
    if isinstance(node, typed.Not | typed.Compare | typed.Arithmetic):
        return any(_is_total(child) for child in children(node))
    return False


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


def is_too_complex(tree: typed.Typed, schema: Schema) -> bool:
    """Whether the condition would become more SQL than may be asked of a database."""
    try:
        for mode in Mode:
            compile_condition(tree, schema, now=_ANY_MOMENT, mode=mode)
    except TooComplexError:
        return True
    return False


def _top(schema: Schema, now: datetime, mode: Mode, row: str) -> Scope:
    query = Query(schema, now, mode, RULES)
    return Scope(query, column(row, "id"), row, is_top=True)
