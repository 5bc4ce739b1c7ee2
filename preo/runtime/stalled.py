"""Puts back the jobs of workers that were killed: nothing else would ever start them again."""

import logging

from asgiref.sync import async_to_sync
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

MOST_ATTEMPTS = 5
SILENT_SECONDS = 30

logger = logging.getLogger("preo.jobs")


def retry_stalled() -> int:
    """Put back each job whose worker has been silent for half a minute; returns how many.

    A job that took its worker down MOST_ATTEMPTS times is failed instead: it would never end.
    """
    jobs = async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=SILENT_SECONDS)
    return sum(_put_back(job) for job in jobs)


def _put_back(job: Job) -> bool:
    if job.attempts >= MOST_ATTEMPTS:
        logger.error(
            "job %s (%s) stalled %s times and is failed", job.id, job.task_name, job.attempts
        )
        _finish(job, Status.FAILED)
        return False
    try:
        with transaction.atomic():
            async_to_sync(app.job_manager.retry_job)(job)
    except (IntegrityError, UniqueViolation):
        # One like it is already waiting (queueing_lock): that one will do its work.
        _finish(job, Status.ABORTED)
        return False
    logger.warning("job %s (%s) had stalled and is put back", job.id, job.task_name)
    return True


def _finish(job: Job, status: Status) -> None:
    async_to_sync(app.job_manager.finish_job)(job=job, status=status, delete_job=False)
