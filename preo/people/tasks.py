from procrastinate import RetryStrategy

from preo.core import jobs
from preo.people.service import files


@jobs.task("people.delete_files", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def delete_files(*, names: list[str]) -> None:
    """Tries again for hours where storage does not answer; then the nightly purge finds the files."""
    files.delete_files(names=names)
