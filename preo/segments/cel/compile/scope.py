"""Where a part of the tree is compiled: one FROM clause, its aliases and what it joins."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import count

from preo.segments.cel import typed
from preo.segments.cel.schema import Field as SchemaField
from preo.segments.cel.schema import Schema
from preo.segments.cel.sql import Sql, build, join
from preo.segments.cel.types import Kind


class Mode(Enum):
    """What the query is for. Both give the same answers.

    SET asks for all customers at once: totals are grouped once for everybody. POINT asks for few
    given ones: totals are looked up for each.
    """

    SET = "set"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Value:
    """An expression in SQL. A decimal is `sql` divided by 10 to the power of `scale`.

    SQL NULL is a CEL error, or CEL's null where the node's type is nullable. `names` is the field
    whose key this is, where it names another thing.
    """

    sql: Sql
    kind: Kind
    scale: int = 0
    names: SchemaField | None = None


@dataclass(frozen=True, slots=True)
class RowAlias:
    """What the variable of a row stands for: the alias of its table."""

    alias: str


Bound = RowAlias | Value


@dataclass(frozen=True, slots=True)
class Rules:
    """The three ways to compile a part; handed down, since each of them needs the others.

    `holds` is true in SQL exactly where the part is true in CEL; `fails` exactly where it is
    false. Elsewhere either is false or NULL. `value` is the value itself, NULL for an error.
    """

    holds: Callable[[typed.Typed, "Scope"], Sql]
    fails: Callable[[typed.Typed, "Scope"], Sql]
    value: Callable[[typed.Typed, "Scope"], Value]


class TooComplexError(Exception):
    """The condition would become more SQL than is sensible to ask of a database."""


MOST_PARTS = 20_000
"""How many parts of SQL a condition may become: a page of text makes a few hundred. Where a part is
asked for its truth and for its falsehood it is compiled for each, so that nesting can multiply."""


@dataclass(slots=True)
class Query:
    """What all scopes of one compilation share."""

    schema: Schema
    now: datetime
    mode: Mode
    rules: Rules
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _parts: int = 0
    _choices: int = 0

    @contextmanager
    def choosing(self) -> Iterator[None]:
        """Within: what is compiled is one of several of which one is enough."""
        self._choices += 1
        try:
            yield
        finally:
            self._choices -= 1

    @property
    def is_choosing(self) -> bool:
        return self._choices > 0

    def count_part(self) -> None:
        """Count one part more. Raises TooComplexError."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise TooComplexError

    def new_alias(self, letter: str) -> str:
        """An alias that no other part of the query has."""
        return f"{letter}{next(self._numbers)}"


@dataclass(slots=True)
class Scope:
    """One FROM clause. `customer` is the customer's key as this clause can name it.

    `user` is the alias of the customer's own row where it is at hand: at the top it is, in the
    clause of a relation it is joined at its first use, so that each clause stands alone and the
    planner may turn it into a semi-join or group it once for everybody.
    """

    query: Query
    customer: Sql
    user: str = ""
    is_top: bool = False
    variables: dict[int, Bound] = field(default_factory=dict)
    joins: list[Sql] = field(default_factory=list)
    _joined: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def inside(self, customer: Sql | None = None) -> "Scope":
        """The scope of a subquery: sees the variables of this one, joins for itself."""
        if customer is None:
            return Scope(self.query, self.customer, self.user, variables=dict(self.variables))
        return Scope(self.query, customer, variables=dict(self.variables))

    def user_alias(self) -> str:
        """The alias of the customer's own row."""
        if not self.user:
            self.user = self.query.new_alias("u")
            self.joins.append(
                build(
                    f'JOIN "{self.query.schema.table}" {self.user} ON {self.user}."id" = {{}}',
                    self.customer,
                )
            )
        return self.user

    def join_alias(self, row: str, table: str, key: str) -> str:
        """The alias of a table that stands beside a row, on its `id` = the row's `key`."""
        known = self._joined.get((row, table, key))
        if known:
            return known
        alias = self.query.new_alias("j")
        self._joined[row, table, key] = alias
        self.joins.append(
            Sql(f'LEFT JOIN "{table}" {alias} ON {alias}."id" = {column(row, key).text}')
        )
        return alias

    def joined(self, table: Sql) -> Sql:
        """The table with all that was joined to it: call it when the rest is compiled."""
        return join(" ", (table, *self.joins))


def column(alias: str, name: str) -> Sql:
    """A column of a table in this query."""
    return Sql(f'{alias}."{name}"')
