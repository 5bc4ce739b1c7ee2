"""Raw files in Django's storage, under names of our own."""

import contextlib
import datetime as dt
import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage

from preo.core.ids import uuid7

_FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class StoredFile:
    key: str
    """The file's name in storage."""
    size: int
    """Bytes."""
    sha256: bytes


def keep(stream: "IO[bytes] | File[Any]", organization_id: uuid.UUID) -> StoredFile:
    """Keep a file that is read piece by piece, or moved where it lies on this disk already; close it.

    Nothing of its name or type comes from outside.
    """
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type] # reads like one
    size = stream.tell()
    stream.seek(0)
    content = stream if isinstance(stream, File) else File(stream)
    key = default_storage.save(f"{_FOLDER}/{organization_id}/{uuid7()}", content)
    content.close()
    return StoredFile(key, size, digest)


def open_file(key: str) -> "File[Any]":
    """The file, to be read as bytes. Raises FileNotFoundError."""
    return default_storage.open(key, "rb")


def delete_file(key: str) -> None:
    """Delete the file; one that is not there is no mistake."""
    default_storage.delete(key)


def list_files() -> Iterator[str]:
    """The keys of all files that are kept, of one organization after the other."""
    try:
        folders, _ = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return
    for folder in folders:
        _, names = default_storage.listdir(f"{_FOLDER}/{folder}")
        for name in names:
            yield f"{_FOLDER}/{folder}/{name}"


def kept_since(key: str) -> dt.datetime:
    """When the file was written. Raises FileNotFoundError."""
    return default_storage.get_modified_time(key)


@contextlib.contextmanager
def on_disk(key: str) -> Iterator[Path]:
    """The file as one on this disk, for what reads by path; a copy where storage is elsewhere."""
    try:
        path = Path(default_storage.path(key))
    except NotImplementedError:
        with open_file(key) as stored, tempfile.NamedTemporaryFile() as copy:
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path
