"""Files made for tests, and reading them without a database."""

import io
import uuid
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from preo.imports.files import store
from preo.imports.files.detection import Detection, detect
from preo.imports.files.rows import FileRow, read_rows

ORGANIZATION = uuid.UUID(int=1)


def keep(content: bytes) -> str:
    return store.keep(io.BytesIO(content), ORGANIZATION).key


def look(content: bytes, file_name: str = "orders.csv", **chosen: Any) -> Detection:
    """What is found out about a file."""
    return detect(keep(content), file_name, chosen)


def read(content: bytes, file_name: str = "orders.csv", **chosen: Any) -> list[FileRow]:
    """Its rows, read as it was found that they are to be."""
    key = keep(content)
    return list(read_rows(key, detect(key, file_name, chosen).as_json()))


def cells(content: bytes, file_name: str = "orders.csv", **chosen: Any) -> list[list[str]]:
    return [row.cells for row in read(content, file_name, **chosen)]


def workbook(*sheets: Sequence[Sequence[Any]], hidden: Sequence[int] = ()) -> bytes:
    """An .xlsx with sheets `Sheet 1` and so on."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
        if number in hidden:
            sheet.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
