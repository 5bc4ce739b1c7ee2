"""Pieces of SQL with their bound values. Nothing that a person wrote is ever part of the text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sql:
    """Text with a `%s` for each of `values`, in their order."""

    text: str
    values: tuple[Any, ...] = ()


def build(template: str, *parts: Sql) -> Sql:
    """The template with each `{}` replaced by the next part, and their values in that order.

    A template is written in our own code, never made from input.
    """
    pieces = template.split("{}")
    if len(pieces) != len(parts) + 1:
        raise ValueError(f"{len(parts)} parts for {template!r}")
    text = pieces[0] + "".join(
        part.text + piece for part, piece in zip(parts, pieces[1:], strict=True)
    )
    return Sql(text, tuple(value for part in parts for value in part.values))


def join(separator: str, parts: Iterable[Sql]) -> Sql:
    """The parts with the separator between."""
    several = tuple(parts)
    return Sql(
        separator.join(part.text for part in several),
        tuple(value for part in several for value in part.values),
    )


def bind(value: Any, type_name: str) -> Sql:
    """A value as a parameter of a PostgreSQL type: a cast, so that no guess is made of it.

    The brackets keep a minus with its number, which else would be cast before it.
    """
    return Sql(f"(%s)::{type_name}", (value,))


TRUE = Sql("TRUE")
FALSE = Sql("FALSE")
NULL = Sql("NULL")
