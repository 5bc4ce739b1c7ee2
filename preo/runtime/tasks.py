"""What runs by the clock whatever is installed."""

from datetime import UTC, datetime

from preo.core import jobs
from preo.runtime import purge, stalled


@jobs.periodic("runtime.retry_stalled_jobs", cron="* * * * *")
def retry_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001 - given by name
    """Put back the jobs of killed workers, each minute."""
    stalled.retry_stalled()


@jobs.periodic("runtime.nightly_purge", cron="15 3 * * *")
def nightly_purge(timestamp: int) -> None:
    """Delete what is past its time, each night at 03:15 UTC."""
    purge.purge(now=datetime.fromtimestamp(timestamp, tz=UTC))
