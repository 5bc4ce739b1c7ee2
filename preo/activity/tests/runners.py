"""Functions that the tests name in ACTIVITY_RUNNERS; what they saw stands in the tables."""

import uuid
from collections.abc import Sequence

from django.db import connection

from preo.activity.models import Activity
from preo.organizations.models import Organization

failing: set[uuid.UUID] = set()
"""Organizations for which `fail` raises."""
seen: list[tuple[uuid.UUID, list[int | None]]] = []
"""What `watch` was given: an organization and the numbers, batch by batch."""


class BrokenRunnerError(Exception):
    pass


def watch(activities: Sequence[Activity]) -> None:
    seen.append((activities[0].organization_id, [each.sequence for each in activities]))


def fail(activities: Sequence[Activity]) -> None:
    if activities[0].organization_id in failing:
        raise BrokenRunnerError


def write(activities: Sequence[Activity]) -> None:
    """Count the batch in a row of its own, in the dispatcher's transaction."""
    name = f"batch of {len(activities)}"
    slug = f"batch-{activities[0].pk.hex}"
    Organization.objects.create(name=name, slug=slug)


def cut_once(activities: Sequence[Activity]) -> None:
    """Lose the connection in the middle of the first batch."""
    seen.append((activities[0].organization_id, [each.sequence for each in activities]))
    if len(seen) == 1:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def time_out(activities: Sequence[Activity]) -> None:
    """A statement that the server ends: an OperationalError over a sound connection."""
    if activities[0].organization_id in failing:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(10)")
