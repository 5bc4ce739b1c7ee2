"""What a condition may name, and where it stands in the database.

The checker reads names and types, the compiler the columns. All identifiers of the SQL come from
here. A schema is made for one place (an organization, perhaps one of its editions) and holds
what narrows every table to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from preo.segments.cel.sql import Sql
from preo.segments.cel.types import Type


@dataclass(frozen=True, slots=True)
class Join:
    """Another table whose column is shown as a field: joined on its `id` = our `key` column."""

    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class ManyJoin:
    """A field that is a list: rows of `table` whose `key` equals our own `ours`, their `column`."""

    table: str
    key: str
    ours: str
    column: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row.

    Exactly one of `column`, `join`, `many`, `definition` says where the value is. `definition` is
    CEL, in which `user` and all relations may be named. `scale` is how many decimals an integer
    column of money holds. `values` are all that a text can be. `reference` is the sort of thing
    that an id or slug names (product, edition, ...), for completion and warnings.

    `stored` gives the key behind a written id or slug (None where there can be none), which is
    compared with `key`, so that equality needs no join.
    """

    name: str
    type: Type
    description: str
    column: str = ""
    join: Join | None = None
    many: ManyJoin | None = None
    definition: str = ""
    scale: int = 0
    values: tuple[str, ...] = ()
    reference: str = ""
    stored: Callable[[str], object | None] | None = None
    key: str = ""
    key_type: str = "uuid"
    is_hidden: bool = False
    """Known to definitions only."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A sort of row: `user`, `order`, `purchase`."""

    name: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Relation:
    """A list that belongs to the customer: `orders`.

    `customer` is the column of the customer's key. `narrow` gives the conditions that hold for
    each row that counts here (organization, edition), for an alias. With `value` set the list is
    of that field's values and not of rows, such as the ids in `segments`.
    """

    name: str
    entity: Entity
    table: str
    customer: str
    description: str
    narrow: Callable[[str], Sql]
    value: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is defined in CEL: `spent(currency)`, its parameters by name."""

    name: str
    parameters: Mapping[str, Type]
    type: Type
    definition: str
    description: str
    example: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a parameter of text, all that it can be."""


@dataclass(frozen=True, slots=True)
class Schema:
    """All that can be named. `user` is the customer, of whom the condition speaks."""

    user: Entity
    table: str
    relations: Mapping[str, Relation] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
