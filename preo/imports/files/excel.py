"""Workbooks: read in a process of its own, which may use so much memory and time and no more.

What a workbook declares of itself may be a lie, and a table is as large as the distance of its
outermost cells: one in the last corner of an empty sheet would ask for hundreds of gigabytes.
"""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings

from preo.imports.files import workbook
from preo.imports.files.problems import UnreadableFileError
from preo.imports.files.store import on_disk

_PROBLEMS = {
    "password": "The workbook is protected by a password. Save it without one.",
    "sheet_not_found": "The workbook has no sheet of that name.",
    "formulas_without_values": "The cell {detail} holds a formula without its result, perhaps others "
    "too. Open the workbook in a spreadsheet, save it, and bring it again.",
    "cell_too_large": "The cell {detail} holds more text than a cell may.",
    "broken_file": "The workbook cannot be read: it is damaged, or of an unknown kind.",
}


def list_sheets(key: str) -> list[str]:
    """The names of the visible sheets. Raises UnreadableFileError."""
    with tempfile.TemporaryFile() as output:
        _run(key, None, output)
        found: list[str] = json.loads(output.read())
    if not found:
        raise UnreadableFileError("not_a_table", "The workbook has no visible sheet.")
    return found


@contextlib.contextmanager
def convert_sheet(key: str, sheet: str | None) -> Iterator[io.TextIOBase]:
    """A sheet as CSV with commas, each row a line of it. Raises UnreadableFileError."""
    name = sheet if sheet is not None else list_sheets(key)[0]
    with tempfile.TemporaryFile() as output:
        _run(key, name, output)
        yield io.TextIOWrapper(output, encoding="utf-8", newline="")


def _run(key: str, sheet: str | None, output: IO[bytes]) -> None:
    seconds, memory = settings.IMPORT_EXCEL_SECONDS, settings.IMPORT_EXCEL_MEMORY
    limits = [str(memory), str(seconds)]
    with on_disk(key) as path, tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-P", "-m", workbook.__name__, *limits, str(path)]
        if sheet is not None:
            command.append(sheet)
        try:
            ended: Any = subprocess.run(  # noqa: S603 - our own program
                command, stdout=output, stderr=errors, timeout=seconds * 2, check=False
            )
        except subprocess.TimeoutExpired:
            raise _too_large() from None
        if ended.returncode:
            raise _problem(ended.returncode, errors)
    output.seek(0)


def _problem(status: int, errors: IO[bytes]) -> UnreadableFileError:
    """What the process said; where a limit ended it before it could say anything, it was too large."""
    if status < 0 or status == workbook.TOO_LARGE:
        return _too_large()
    code, detail = "broken_file", ""
    if status == workbook.REFUSED:
        errors.seek(0)
        code, _, detail = errors.read(1_000).decode("utf-8", "replace").strip().partition(" ")
    return UnreadableFileError(code, _PROBLEMS[code].format(detail=detail))


def _too_large() -> UnreadableFileError:
    megabytes = settings.IMPORT_EXCEL_MEMORY // 1024**2
    return UnreadableFileError(
        "unpacks_too_large",
        f"To read the workbook takes more than {megabytes:,} MB of memory, or too long. Often something"
        " stands in a cell far from the table: delete that, or save the sheet as CSV.",
    )
