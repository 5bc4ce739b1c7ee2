"""The nightly purge: what need not be kept any longer, by the limits in the settings."""

import logging
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

logger = logging.getLogger("preo.purge")


def purge(*, now: datetime) -> dict[str, int]:
    """Call each function of `settings.PURGES` and delete old jobs; returns rows by function.

    Each runs in its own transaction. One that fails does not keep the others from running;
    ExceptionGroup is raised at the end.
    """
    removed: dict[str, int] = {}
    failures: list[Exception] = []
    for path in settings.PURGES:
        try:
            with transaction.atomic():
                removed[path] = import_string(path)(now=now)
        except Exception as error:
            logger.exception("purge %s failed", path)
            failures.append(error)
    delete_finished_jobs(older_than=settings.KEEP_JOBS)
    logger.info("purged", extra={"rows": removed})
    if failures:
        raise ExceptionGroup("some purges failed", failures)
    return removed


def delete_finished_jobs(*, older_than: timedelta) -> None:
    """Delete jobs that ended, in whatever way, longer ago than this (counted in whole hours)."""
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=int(older_than.total_seconds() // 3600),
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
