"""Checks of what should be moving: jobs and activities."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from preo.activity.models import Activity
from preo.core.doctor import Finding
from preo.runtime.health import queue_age_seconds
from preo.runtime.stalled import SILENT_SECONDS

LONGEST_QUEUE_SECONDS = 120
LONGEST_STALL_SECONDS = 120
LONGEST_DISPATCH = timedelta(minutes=2)
WORKER = "Run `preo worker`, or `preo up`, which has one."


def check_work() -> Iterator[Finding]:
    """All of them."""
    yield check_queue()
    yield check_stalled()
    yield check_failed()
    yield check_dispatch()


def check_queue() -> Finding:
    """No job waits long after it became due."""
    age = queue_age_seconds()
    if age > LONGEST_QUEUE_SECONDS:
        detail = f"the oldest job has been due for {age:.0f} s"
        return Finding("job queue", ok=False, detail=detail, remedy=WORKER)
    return Finding("job queue", ok=True, detail=f"the oldest job has been due for {age:.0f} s")


def check_stalled() -> Finding:
    """Jobs of killed workers are put back within a minute or two while any worker runs."""
    statement = """
        SELECT count(*) FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND (worker.id IS NULL
            OR worker.last_heartbeat < now() - make_interval(secs => %s))
    """
    stalled = _count(statement, SILENT_SECONDS + LONGEST_STALL_SECONDS)
    if stalled:
        detail = f"{stalled} belong to a worker that is gone"
        return Finding(
            "stalled jobs", ok=False, detail=detail, remedy=f"{WORKER} It puts them back."
        )
    return Finding("stalled jobs", ok=True, detail="none")


def check_failed() -> Finding:
    """Jobs that failed for good since yesterday."""
    statement = """
        SELECT count(DISTINCT job.id) FROM procrastinate_jobs AS job
        JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'failed'
        WHERE job.status = 'failed' AND event.at > now() - interval '1 day'
    """
    failed = _count(statement)
    if failed:
        detail = f"{failed} since yesterday"
        remedy = "Look for them in the worker's log; it has the reason of each."
        return Finding("failed jobs", ok=False, detail=detail, remedy=remedy)
    return Finding("failed jobs", ok=True, detail="none since yesterday")


def check_dispatch() -> Finding:
    """Every activity gets its number within seconds while a worker runs."""
    oldest = timezone.now() - LONGEST_DISPATCH
    waiting = Activity.objects.filter(sequence=None, created__lt=oldest)
    facts = waiting.aggregate(count=Count("pk"), since=Min("created"))
    if facts["count"]:
        detail = (
            f"{facts['count']} activities wait, the first since {facts['since']:%Y-%m-%d %H:%M}"
        )
        return Finding("activity", ok=False, detail=detail, remedy=WORKER)
    return Finding("activity", ok=True, detail="all dispatched")


def _count(statement: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return int(row[0])
