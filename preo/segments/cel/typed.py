"""The checked tree: every name resolved, every part typed. What the compiler reads.

Definitions of the schema (`user.total_spent`) already stand expanded here, with the span of the
name that was written. A loop variable is known by its `binding`, a number that is unique in the
tree, so that equal names in nested macros cannot be mixed up; `user` has binding 0.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from preo.segments.cel import schema
from preo.segments.cel.spans import Span
from preo.segments.cel.types import Type


@dataclass(frozen=True, slots=True)
class Constant:
    """A value: bool, int (INT), float (DOUBLE), Decimal as written (DECIMAL), str (STRING and ID),
    datetime in UTC (TIMESTAMP), timedelta (DURATION), None (NULL).
    """

    span: Span
    type: Type
    value: bool | int | float | Decimal | str | datetime | timedelta | None


@dataclass(frozen=True, slots=True)
class Now:
    """`now`: one moment for the whole calculation."""

    span: Span
    type: Type


@dataclass(frozen=True, slots=True)
class Variable:
    """`user` or a loop variable: a row, or one value of a list."""

    span: Span
    type: Type
    binding: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row. Never one with a definition."""

    span: Span
    type: Type
    row: Variable
    field: schema.Field


@dataclass(frozen=True, slots=True)
class Part:
    """`operand.key`, `operand["key"]` or `operand[0]` of free data; missing is an error, JSON null is null."""

    span: Span
    type: Type
    operand: "Typed"
    key: str | int


@dataclass(frozen=True, slots=True)
class Taken:
    """Free data used as a value of `type`: an error for a row where it is of another sort."""

    span: Span
    type: Type
    operand: "Typed"


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a nullable field or a part of free data is there."""

    span: Span
    type: Type
    operand: Field | Part


@dataclass(frozen=True, slots=True)
class Not:
    span: Span
    type: Type
    operand: "Typed"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more; a chain is one node."""

    span: Span
    type: Type
    items: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more; a chain is one node."""

    span: Span
    type: Type
    items: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class Ternary:
    span: Span
    type: Type
    condition: "Typed"
    then: "Typed"
    otherwise: "Typed"


@dataclass(frozen=True, slots=True)
class Compare:
    """`==` `!=` `<` `<=` `>` `>=`. Numbers of all kinds compare by their value."""

    span: Span
    type: Type
    operator: str
    left: "Typed"
    right: "Typed"


@dataclass(frozen=True, slots=True)
class In:
    """`needle in haystack`: a list of any sort, or free data (a list's value, a map's key)."""

    span: Span
    type: Type
    needle: "Typed"
    haystack: "Typed"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * / %`; of texts and lists `+` only. Numbers are of one kind, but for DECIMAL with INT."""

    span: Span
    type: Type
    operator: str
    left: "Typed"
    right: "Typed"


@dataclass(frozen=True, slots=True)
class Negate:
    span: Span
    type: Type
    operand: "Typed"


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function by its CEL name: its target, if any, is the first argument."""

    span: Span
    type: Type
    function: str
    arguments: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class ListDisplay:
    """All items of one type, but for nulls among them (then the element is nullable)."""

    span: Span
    type: Type
    items: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """`orders`: the rows of a relation that belong to the customer."""

    span: Span
    type: Type
    relation: schema.Relation


@dataclass(frozen=True, slots=True)
class Filter:
    span: Span
    type: Type
    source: "Typed"
    variable: Variable
    predicate: "Typed"


@dataclass(frozen=True, slots=True)
class Map:
    """`source.map(variable, value)`; the form with a condition has a Filter as its source."""

    span: Span
    type: Type
    source: "Typed"
    variable: Variable
    value: "Typed"


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`kind` is exists, all or exists_one."""

    span: Span
    type: Type
    kind: str
    source: "Typed"
    variable: Variable
    predicate: "Typed"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`kind` is size, sum, min, max or avg, of a list.

    Of an empty list size and sum are 0; min, max and avg are an error, or null where the type is
    nullable (fields such as `user.last_order`).
    """

    span: Span
    type: Type
    kind: str
    source: "Typed"


Typed = (
    Constant
    | Now
    | Variable
    | Field
    | Part
    | Taken
    | Has
    | Not
    | And
    | Or
    | Ternary
    | Compare
    | In
    | Arithmetic
    | Negate
    | Call
    | ListDisplay
    | Relation
    | Filter
    | Map
    | Quantifier
    | Aggregate
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing that the text names by a constant: `kind` is the schema field's `reference`."""

    kind: str
    text: str
    span: Span
