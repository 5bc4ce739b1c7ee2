from procrastinate import RetryStrategy

from preo.core import jobs
from preo.people.service import files


@jobs.task("people.delete_files", retry=RetryStrategy(max_attempts=20, exponential_wait=3))
def delete_files(*, names: list[str]) -> None:
    """Tries again for as long as storage does not answer."""
    files.delete_files(names=names)
