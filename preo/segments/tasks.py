import uuid
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy

from preo.core import jobs
from preo.segments.service import calculations


@jobs.task(
    "segments.calculate",
    retry=RetryStrategy(
        max_attempts=5, wait=5, retry_exceptions={OperationalError, InterfaceError}
    ),
)
def calculate(*, segment_id: str, generation: int) -> None:
    """Tries again where the connection to the database was lost."""
    calculations.calculate_segment(
        segment_id=uuid.UUID(segment_id), generation=generation, now=timezone.now()
    )


@jobs.periodic("segments.fail_lost_calculations", cron="*/10 * * * *")
def fail_lost_calculations(timestamp: int) -> None:
    """Fail what no job will ever calculate, each ten minutes."""
    calculations.fail_lost_calculations(now=datetime.fromtimestamp(timestamp, tz=UTC))
