"""Deleting stored files of which no row speaks any more."""

from collections.abc import Sequence

from django.core.files.storage import default_storage


def delete_files(*, names: Sequence[str]) -> None:
    """Delete the files; one that is not there is no mistake, so that a job can do it twice."""
    for name in names:
        default_storage.delete(name)
