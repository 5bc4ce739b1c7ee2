"""Probes: `/healthz` says that the process answers, `/readyz` that it can do its work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django passes it
    """200 as long as the process answers; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django passes it
    """200 if the database answers, all migrations are applied and the queue is young; else 503.

    `queue_age_seconds` is how long the oldest job that could run has been waiting.
    """
    checks: dict[str, bool] = {"database": False, "migrations": False, "queue": False}
    age: float | None = None
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        if checks["migrations"]:
            age = queue_age_seconds()
            checks["queue"] = age <= settings.READY_QUEUE_AGE.total_seconds()
    except DatabaseError:
        pass
    ok = all(checks.values())
    body = {"status": "ok" if ok else "unready", "checks": checks, "queue_age_seconds": age}
    return JsonResponse(body, status=200 if ok else 503)


def queue_age_seconds() -> float:
    """Seconds since the oldest waiting job became due; 0 for an empty queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at))), 0)
            FROM procrastinate_jobs AS job
            LEFT JOIN procrastinate_events AS event
                ON event.job_id = job.id AND event.type = 'deferred'
            WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
            """
        )
        row = cursor.fetchone()
    return max(0.0, float(row[0])) if row else 0.0
