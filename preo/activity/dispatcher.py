"""The dispatcher: gives each committed activity its number and tells those who wait for it.

Activities are numbered after they were committed, one organization at a time, so that a reader who
has seen number 7 will never find another number 6. What the runners write commits with the
numbers: a crash at any point leaves the batch as it was, to be taken again.
"""

import threading
import uuid
from collections.abc import Callable, Sequence

import psycopg
import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from preo.activity.models import Activity
from preo.activity.service import CHANNEL

Runner = Callable[[Sequence[Activity]], None]

BATCH = 500
POLL = 5.0
"""Seconds after which it looks without having been woken."""

logger = structlog.get_logger("preo.activity")


def run(stop: threading.Event) -> None:
    """Dispatch until `stop` is set. A lost database is waited for, never a reason to end."""
    while not stop.is_set():
        try:
            _listen(stop)
        except (psycopg.Error, Error):  # the listener's own, and Django's
            logger.warning("dispatcher_lost_database", exc_info=True)
            stop.wait(1)
        finally:
            connection.close()


def dispatch_pending() -> int:
    """Dispatch all that is committed; returns how many activities.

    An organization whose runner fails is logged and left for the next time; others go on. Only a
    lost connection is raised.
    """
    runners: list[Runner] = [import_string(path) for path in settings.ACTIVITY_RUNNERS]
    waiting = Activity.objects.filter(sequence__isnull=True)
    done = 0
    for organization_id in waiting.values_list("organization_id", flat=True).distinct():
        try:
            while count := dispatch_batch(organization_id=organization_id, runners=runners):
                done += count
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("runner_failed", organization_id=str(organization_id))
    return done


@transaction.atomic
def dispatch_batch(*, organization_id: uuid.UUID, runners: Sequence[Runner]) -> int:
    """Number one batch of an organization and hand it to every runner, in one transaction.

    Returns 0 also where another dispatcher has the organization.
    """
    if not _take_turn(organization_id):
        return 0
    own = Activity.objects.filter(organization_id=organization_id)
    batch = list(own.filter(sequence__isnull=True).order_by("created", "id")[:BATCH])
    if not batch:
        return 0
    last = own.aggregate(last=Max("sequence"))["last"] or 0
    for sequence, activity in enumerate(batch, start=last + 1):
        activity.sequence = sequence
    Activity.objects.bulk_update(batch, ["sequence"])
    for runner in runners:
        runner(batch)
    return len(batch)


def _take_turn(organization_id: uuid.UUID) -> bool:
    number = int.from_bytes(organization_id.bytes[-8:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    return bool(row and row[0])


def _listen(stop: threading.Event) -> None:
    # A connection of its own: a listening one must not go back to the pool.
    parameters = connection.get_connection_params()
    for name in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            dispatch_pending()
            connection.close()
            _wait(listener, stop)


def _wait(listener: "psycopg.Connection[tuple[object, ...]]", stop: threading.Event) -> None:
    """Until somebody notifies, the poll is due, or `stop` is set."""
    waited = 0.0
    while waited < POLL and not stop.is_set():
        if any(True for _ in listener.notifies(timeout=0.5, stop_after=1)):
            return
        waited += 0.5
