"""The types that the checker gives to expressions."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What sort of value. `DECIMAL` is CEL's double, reckoned exactly: money and what comes of it.

    `ID` is text too, but stored as a key: it can be compared with `==`, `!=` and `in` only.
    `DYN` is a value of free data (`user.metadata`), whose sort is known only row by row.
    """

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    DECIMAL = "decimal"
    STRING = "string"
    ID = "id"
    NULL = "null"
    TIMESTAMP = "timestamp"
    DURATION = "duration"
    LIST = "list"
    ROW = "row"
    DYN = "dyn"
    UNKNOWN = "unknown"
    """Of a part with a mistake that is already reported: fits everywhere, causes no second one."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `element` is of lists, `entity` of rows, `prefix` of ids (`prd`).

    `nullable` says that a value may be CEL's null.
    """

    kind: Kind
    element: "Type | None" = None
    entity: str = ""
    prefix: str = ""
    nullable: bool = False

    def or_null(self) -> "Type":
        """The same, where null is possible too."""
        return replace(self, nullable=True)


BOOL = Type(Kind.BOOL)
INT = Type(Kind.INT)
DOUBLE = Type(Kind.DOUBLE)
DECIMAL = Type(Kind.DECIMAL)
STRING = Type(Kind.STRING)
NULL = Type(Kind.NULL, nullable=True)
TIMESTAMP = Type(Kind.TIMESTAMP)
DURATION = Type(Kind.DURATION)
DYN = Type(Kind.DYN)
UNKNOWN = Type(Kind.UNKNOWN)

NUMBERS = frozenset({Kind.INT, Kind.DOUBLE, Kind.DECIMAL})
EXACT = frozenset({Kind.INT, Kind.DECIMAL})


def list_of(element: Type) -> Type:
    """A list of values of one type."""
    return Type(Kind.LIST, element=element)


def row_of(entity: str) -> Type:
    """A row: the customer, or the loop variable over a relation."""
    return Type(Kind.ROW, entity=entity)


def id_of(prefix: str) -> Type:
    """An API id with this prefix."""
    return Type(Kind.ID, prefix=prefix)
