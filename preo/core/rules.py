"""Rules that no constraint can hold, each one query over all rows: for `preo doctor` and tests."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from preo.core.doctor import Finding
from preo.core.models import Row

_SHOWN = 5
"""So many of the rows that break a rule are named."""


@dataclass(frozen=True)
class Rule:
    """`offenders` selects the ids of the rows that break the rule of `sentence`."""

    name: str
    sentence: str
    of: type[Row]
    offenders: str


def check_rule(rule: Rule, remedy: str) -> Finding:
    """What the rule's query finds, with the first of the rows that break it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH offender AS MATERIALIZED ({rule.offenders})"  # noqa: S608 - from our modules
            f" SELECT (SELECT count(*) FROM offender),"
            f" ARRAY(SELECT id FROM offender ORDER BY id LIMIT {_SHOWN})"
        )
        count, found = cursor.fetchone()
    if not count:
        return Finding(rule.name, True, rule.sentence)
    return Finding(rule.name, False, f"{rule.sentence} {_rows(rule, count, found)}", remedy)


def _rows(rule: Rule, count: int, found: Sequence[uuid.UUID]) -> str:
    ids = ", ".join(rule.of(id=value).api_id for value in found)
    more = ", ..." if count > len(found) else ""
    return f"Not so for {count:,}: {ids}{more}"
