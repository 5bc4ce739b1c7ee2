"""What a file is, by its first bytes; and whether an archive unpacks to more than it may."""

import enum
import re
import struct
import zipfile
from typing import IO, Any

from preo.imports.files.problems import UnreadableFileError

HEAD = 8_192
"""Bytes by which a file is judged."""
UNPACKED_LIMIT = 1024**3
"""Bytes that a workbook may unpack to, as it declares them."""
_DIRECTORY_LIMIT = 1024**2
_ENTRIES_LIMIT = 10_000
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_DIRECTORY_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_EXCEL_NAMES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TEXT_NAMES = (".csv", ".tsv", ".txt", ".tab")
_WORKBOOK_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_DOCUMENTS = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
}
_JSON = re.compile(rb'\[\s*[\[{]|\{\s*"')
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")


class Kind(enum.StrEnum):
    CSV = "csv"
    EXCEL = "excel"


def find_kind(stream: IO[bytes] | Any, file_name: str) -> Kind:
    """Whether it is text or a workbook, by what is in it; the name must not say otherwise.

    Raises UnreadableFileError for anything else, and for an archive that unpacks to too much.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFileError("empty_file", "The file is empty.")
    name = file_name.casefold()
    if head.startswith((_ZIP, _OLE)):
        if head.startswith(_ZIP):
            _check_archive(stream)
        if name.endswith(_TEXT_NAMES):
            raise UnreadableFileError(
                "wrong_extension",
                "By its name the file is text, but it holds a workbook. Give it the ending .xlsx or"
                " .xls, or save it as CSV.",
            )
        return Kind.EXCEL
    _check_text(head)
    if name.endswith(_EXCEL_NAMES):
        raise UnreadableFileError(
            "wrong_extension",
            "By its name the file is a workbook, but it holds text. Give it the ending .csv, or save"
            " it as a workbook.",
        )
    return Kind.CSV


def _check_text(head: bytes) -> None:
    for mark, what in _DOCUMENTS.items():
        if head.startswith(mark):
            raise UnreadableFileError("not_a_table", f"The file is {what}.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_MARKUP):
        raise UnreadableFileError(
            "not_a_table",
            "The file holds HTML or XML, whatever its name says. Open it in a spreadsheet and save"
            " it as CSV or .xlsx.",
        )
    if _JSON.match(start):
        raise UnreadableFileError(
            "not_a_table", "The file holds JSON, whatever its name says. Export it as CSV."
        )
    if b"\0" in head and not (head.startswith(_WIDE_MARKS) or is_wide(head)):
        raise UnreadableFileError("binary_file", "The file is neither text nor a workbook.")


def is_wide(head: bytes) -> bool:
    """Whether text of mostly Latin letters takes two bytes for each: every second one is zero."""
    zeros = [head[start::2].count(0) for start in (0, 1)]
    return max(zeros) > len(head) * 0.3 and min(zeros) < len(head) * 0.05


def _check_archive(stream: IO[bytes] | Any) -> None:
    """By the directory alone, which is at the archive's end: nothing is unpacked."""
    _check_directory(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise UnreadableFileError("broken_file", "The workbook is damaged or cut short.") from error
    if not _WORKBOOK_PARTS & {entry.filename for entry in entries}:
        raise UnreadableFileError(
            "not_a_table", "The file is an archive, not a workbook. Unpack it first."
        )
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise UnreadableFileError(
            "unpacks_too_large",
            f"The workbook unpacks to more than {UNPACKED_LIMIT // 1024**2:,} MB. Save it as CSV.",
        )


def _check_directory(stream: IO[bytes] | Any) -> None:
    """Before a directory of a million names is read into memory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _DIRECTORY_END.size - _LONGEST_COMMENT))
    tail = stream.read()
    place = tail.rfind(_DIRECTORY_END_MARK)
    if place < 0 or len(tail) - place < _DIRECTORY_END.size:
        raise UnreadableFileError("broken_file", "The workbook is damaged or cut short.")
    _, _, _, _, entries, length, _, _ = _DIRECTORY_END.unpack_from(tail, place)
    if entries > _ENTRIES_LIMIT or length > _DIRECTORY_LIMIT:
        raise UnreadableFileError(
            "unpacks_too_large", f"The archive names more than {_ENTRIES_LIMIT:,} parts."
        )
