"""Finding a segment's members and writing the difference. The one place that writes members."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from preo.segments.audience import Audience, audience_of, belongs
from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.sql import Sql, build
from preo.segments.conditions import Condition, read_for
from preo.segments.models import Segment, SegmentStatus
from preo.segments.plans import from_and_where
from preo.segments.reach import may_be_reached

_LEFT = """
    DELETE FROM segments_member member WHERE member.segment_id = %s
    AND NOT EXISTS (SELECT FROM segment_result result WHERE result.customer_id = member.customer_id)
"""
# In the order of the keys, which fills the index from one end.
_ENTERED = """
    INSERT INTO segments_member (segment_id, customer_id)
    SELECT %(segment)s, result.customer_id FROM segment_result result
    WHERE NOT EXISTS (
        SELECT FROM segments_member member
        WHERE member.segment_id = %(segment)s AND member.customer_id = result.customer_id
    )
    ORDER BY result.customer_id
"""


class VoidError(Exception):
    """Nobody wants this result any more: the segment was changed, reset, deleted, or is done."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a calculation found."""

    members: int
    entered: int
    left: int
    duration: dt.timedelta

    @property
    def counts(self) -> dict[str, int]:
        return {"user_count": self.members, "entered": self.entered, "left": self.left}


def members_of(audience: Audience, condition: Condition, *, now: dt.datetime) -> Sql:
    """The query of the ids of those for whom the condition is true and who may be reached."""
    return build(
        "SELECT u.id AS customer_id{} AND {}",
        matching(audience, condition, now=now),
        may_be_reached(audience),
    )


def matching(audience: Audience, condition: Condition, *, now: dt.datetime) -> Sql:
    """` FROM ... WHERE ...` of those who count here and for whom the condition is true, as `u`.

    Asks the planner, so within the settings that the query will have: see `limited`.
    """
    compiled = compile_condition(condition.tree, condition.schema, now=now, mode=Mode.SET)
    return from_and_where(compiled, belongs(audience))


def replace_members(segment: Segment, *, now: dt.datetime) -> Found:
    """Calculate the members of a claimed segment and put them in the place of the old ones.

    Needs a transaction, to whose end the segment's row is locked. What has not changed is not
    written. Raises VoidError where this generation is no longer wanted, InvalidError for a
    condition with mistakes, and what the database says of it: of a query that takes longer than
    the setting allows, an OperationalError.
    """
    with connection.cursor() as cursor:
        # Two workers may be at the same segment, one of them given up for dead: the second waits,
        # and then finds the work done.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('members of ' || %s, 0)),"
            " clock_timestamp()",
            [str(segment.pk)],
        )
        begun = cursor.fetchone()[1]
        wanted = _wanted(segment)
        condition = read_for(
            wanted.condition, organization=wanted.organization, edition=wanted.edition
        )
        with limited(settings.SEGMENT_TIMEOUT):
            query = members_of(audience_of(wanted), condition, now=now)
            return _write(cursor, segment, query, begun)


def _write(cursor: Any, segment: Segment, query: Sql, begun: dt.datetime) -> Found:
    cursor.execute(f"CREATE TEMP TABLE segment_result ON COMMIT DROP AS {query.text}", query.values)
    members = cursor.rowcount
    cursor.execute("ANALYZE segment_result")
    _wanted(segment, is_last=True)
    # Of a segment's own members the statistics know nothing for a while: few are expected, and to
    # look for each of a million among a million would never end.
    before = _set({"enable_nestloop": "off"})
    cursor.execute(_LEFT, [segment.pk])
    left = cursor.rowcount
    cursor.execute(_ENTERED, {"segment": segment.pk})
    entered = cursor.rowcount
    _set(before)
    cursor.execute("DROP TABLE segment_result")
    cursor.execute("SELECT clock_timestamp() - %s", [begun])
    return Found(members, entered, left, cursor.fetchone()[0])


def _wanted(segment: Segment, *, is_last: bool = False) -> Segment:
    """The segment as it is now, if this generation is still waited for. Raises VoidError.

    The last look locks the row: who changes the segment from then on finds the new members.
    """
    rows = Segment.objects.select_related("organization", "edition")
    if is_last:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(
        pk=segment.pk, generation=segment.generation, status=SegmentStatus.PROCESSING
    ).first()
    if found is None:
        raise VoidError
    return found


@contextmanager
def limited(timeout: dt.timedelta) -> Iterator[None]:
    """Within a transaction: bound the time of each statement, and give it memory for large sets."""
    names = {
        "statement_timeout": f"{round(timeout.total_seconds() * 1000)}ms",
        "work_mem": settings.SEGMENT_WORK_MEM,
        "jit": "off",
    }
    before = _set(names)
    yield
    # Not where a statement failed: there the transaction ends, and these settings with it.
    _set(before)


def _set(names: dict[str, str]) -> dict[str, str]:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("These settings hold for a transaction.")
    with connection.cursor() as cursor:
        before = {}
        for name, value in names.items():
            cursor.execute(
                "SELECT current_setting(%s), set_config(%s, %s, true)", [name, name, value]
            )
            before[name] = cursor.fetchone()[0]
    return before
