"""The syntax tree: what was written, with the span of every part, and macros as they stand.

Round brackets leave no node: the span of a part is without those around it, that of its parent
reaches over them. A chain of `&&` or `||` is balanced, so that a thousand terms are ten levels
high; all other chains lean to the left. `limits.MAX_HEIGHT` bounds the way down any tree, so
that recursion over it is safe.
"""

from dataclasses import dataclass
from typing import Union

from preo.segments.cel.spans import Span


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The value of a literal such as `7u`."""

    value: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. `text` is as written, so that `19.99` can be taken as the exact decimal.

    A minus directly before a number belongs to the literal.
    """

    span: Span
    value: bool | int | float | str | bytes | Unsigned | None
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier. `is_absolute` is for one with a dot before it."""

    span: Span
    name: str
    is_absolute: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """`operand.field`."""

    span: Span
    operand: "Expression"
    field: str
    field_span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`operand[index]`."""

    span: Span
    operand: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, or `target.function(arguments)`; no macro."""

    span: Span
    function: str
    function_span: Span
    arguments: tuple["Expression", ...]
    target: Union["Expression", None] = None


@dataclass(frozen=True, slots=True)
class Macro:
    """`source.exists(variable, body)` and its like. `kind` is exists, all, exists_one, filter, map.

    `condition` is the middle part of `map(variable, condition, body)`.
    """

    span: Span
    kind: str
    kind_span: Span
    source: "Expression"
    variable: str
    variable_span: Span
    body: "Expression"
    condition: Union["Expression", None] = None


@dataclass(frozen=True, slots=True)
class Has:
    """`has(operand.field)`."""

    span: Span
    operand: Select


@dataclass(frozen=True, slots=True)
class ListDisplay:
    """`[a, b]`."""

    span: Span
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class MapDisplay:
    """`{key: value}`."""

    span: Span
    entries: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class MessageDisplay:
    """`Name{field: value}`."""

    span: Span
    name: str
    fields: tuple[tuple[str, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`!operand` or `-operand`."""

    span: Span
    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`: || && == != < <= > >= in + - * / %."""

    span: Span
    operator: str
    operator_span: Span
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Ternary:
    """`condition ? then : otherwise`."""

    span: Span
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Missing:
    """Where an expression had to stand and none did: the mistake is already reported."""

    span: Span


Expression = (
    Literal
    | Name
    | Select
    | Index
    | Call
    | Macro
    | Has
    | ListDisplay
    | MapDisplay
    | MessageDisplay
    | Unary
    | Binary
    | Ternary
    | Missing
)
