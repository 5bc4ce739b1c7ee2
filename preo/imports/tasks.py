import uuid
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy

from preo.core import jobs
from preo.imports.service import columns, lost, reading, retention, runs
from preo.imports.service import undo as undoing

WHEN_LOST = RetryStrategy(
    max_attempts=5, wait=5, retry_exceptions={OperationalError, InterfaceError}
)
"""For steps that go on, or begin anew, where the connection to the database was lost."""


@jobs.task("imports.read_file", retry=WHEN_LOST)
def read_file(*, data_import_id: str, generation: int) -> None:
    """Tries again where the connection to the database was lost."""
    reading.read_import_file(data_import_id=uuid.UUID(data_import_id), generation=generation)


@jobs.task("imports.read_lines", retry=WHEN_LOST)
def read_lines(*, data_import_id: str, generation: int) -> None:
    """Tries again where the connection to the database was lost."""
    columns.read_import_lines(data_import_id=uuid.UUID(data_import_id), generation=generation)


@jobs.task("imports.run", retry=WHEN_LOST)
def run(*, data_import_id: str, generation: int) -> None:
    """Tries again where the connection to the database was lost; what is in is not done again."""
    runs.run_import(
        data_import_id=uuid.UUID(data_import_id), generation=generation, now=timezone.now()
    )


@jobs.task("imports.undo", retry=WHEN_LOST)
def undo(*, data_import_id: str, generation: int) -> None:
    """Tries again where the connection to the database was lost; goes on at the checkpoint."""
    undoing.run_undo(
        data_import_id=uuid.UUID(data_import_id), generation=generation, now=timezone.now()
    )


@jobs.task("imports.purge")
def purge(*, now: str) -> None:
    """Part of the nightly purge, with transactions of its own."""
    retention.delete_old_files(now=datetime.fromisoformat(now))


@jobs.periodic("imports.fail_lost_steps", cron="*/10 * * * *")
def fail_lost_steps(timestamp: int) -> None:
    """Fail imports that no job works at any more, each ten minutes."""
    lost.fail_lost_steps(now=datetime.fromtimestamp(timestamp, tz=UTC))
