"""Reading bodies that bring a file: multipart, streamed to disk, and JSON with base64."""

import hashlib
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from rest_framework.parsers import MultiPartParser

from preo.core.errors import FieldError, InvalidError, MalformedError, TooLargeError
from preo.core.json import StrictJSONParser, dump

_AROUND = 1024**2
"""Bytes that a body may have beyond its file."""
_TAIL = 1024


class FileJSONParser(StrictJSONParser):
    """JSON that may hold a file as base64."""

    @property
    def limit(self) -> int:
        return settings.IMPORT_BASE64_LIMIT * 4 // 3 + _AROUND


class FileParser(MultiPartParser):
    """A multipart body with one file; what is large goes to a temporary file as it comes."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises TooLargeError before anything is read, MalformedError for what was cut short."""
        request = (parser_context or {})["request"]._request
        _check_size(int(request.META.get("CONTENT_LENGTH") or 0) - _AROUND)
        watched = _Watched(stream)
        parsed: Any = super().parse(watched, media_type, parser_context)  # type: ignore[arg-type] # reads like one
        if not watched.tail.rstrip(b"\r\n").endswith(b"--"):
            raise MalformedError("The body was cut short: its closing boundary is missing.")
        for file in parsed.files.values():
            _check_size(file.size)
        return _one_of_each(parsed.data, parsed.files)


def _check_size(size: int) -> None:
    limit = settings.IMPORT_FILE_LIMIT
    if size > limit:
        raise TooLargeError(f"A file may have at most {limit:,} bytes.")


class _Watched:
    """A stream that remembers how it ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        if piece:
            self.tail = (self.tail + piece)[-_TAIL:]
        return piece


def _one_of_each(data: Any, files: Any) -> dict[str, Any]:
    names = [name for part in (data, files) for name, values in part.lists() for _ in values]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidError(
            errors=[
                FieldError(f"/{name}", "repeated", "Give this field once.") for name in repeated
            ]
        )
    fields = {**data.dict(), **files.dict()}
    errors = [
        FieldError(f"/{name}", "null_character", "The text holds a NUL character.")
        for name, value in fields.items()
        if isinstance(value, str) and "\0" in value
    ]
    if errors:
        raise InvalidError(errors=errors)
    return fields


def digest(data: Any) -> bytes:
    """What a parsed body says, whatever boundary it was sent with."""
    if not isinstance(data, Mapping):
        return dump(data)
    plain = {}
    for name, value in data.items():
        if isinstance(value, UploadedFile):
            value.seek(0)
            plain[name] = hashlib.file_digest(value, "sha256").hexdigest()
            value.seek(0)
        else:
            plain[name] = value
    return dump(plain)
