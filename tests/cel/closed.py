"""What our compiler makes of an expression that names nothing: a value, an error or a refusal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from preo.segments.cel.check.checker import check
from preo.segments.cel.compile.condition import compile_value
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.schema import Entity, Schema

NOTHING = Schema(user=Entity("user", {}), table="customers_customer")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Refused:
    """By the parser or the checker, with what it said first."""

    code: str
    message: str


@dataclass(frozen=True)
class Answer:
    """A value of the database and the kind that the checker gave it; None is CEL's null or error."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Crashed:
    """Neither a value nor a refusal: an exception on the way, or PostgreSQL's own error."""

    error: str
    value: str = "crashed"


def answer_or_crash(text: str) -> "Refused | Answer | Crashed":
    """As `answer`; an exception is a finding like another."""
    try:
        return answer(text)
    except Exception as error:
        return Crashed(f"{type(error).__name__}: {error}")


def answer(text: str) -> Refused | Answer:
    """Parse, check against an empty schema, compile and run."""
    tree, problems = parse(text)
    if not problems:
        checked = check(tree, NOTHING)
        problems = list(checked.problems)
        if not problems:
            return run(checked.tree)
    return Refused(problems[0].code, problems[0].message)


def run(tree: Any) -> Answer:
    """The value that PostgreSQL gives for the compiled tree."""
    sql = compile_value(tree, NOTHING, now=NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql.text}", sql.values)
        [value] = cursor.fetchone() or [None]
    return Answer(str(tree.type.kind), _of_kind(str(tree.type.kind), value))


def _of_kind(kind: str, value: Any) -> Any:
    """Ints and doubles are reckoned as numeric in places; the kind says which they are."""
    if isinstance(value, Decimal) and kind == "int" and value == int(value):
        return int(value)
    return float(value) if isinstance(value, Decimal) and kind == "double" else value
