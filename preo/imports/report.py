"""The rows that failed, in the form of the file that they came in, each with its reason.

All rows of a failed order are in it: mended and brought again, the file completes the import.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from preo.imports.columns.saved import REASON
from preo.imports.models import DataImport, ImportService, ProblemLevel
from preo.imports.report_workbook import write_workbook

_AT_ONCE = 2_000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OF_ORDER = "Another row of this order cannot be taken."

_ROWS = """
    WITH failed AS MATERIALIZED (
        SELECT DISTINCT line.order_place
        FROM imports_importproblem AS problem
        JOIN imports_importline AS line
            ON line.data_import_id = %(import)s AND line.number = problem.number
        WHERE problem.data_import_id = %(import)s AND problem.level = %(error)s
          AND line.order_place < %(next_order)s
          AND EXISTS (
              SELECT FROM imports_importline AS other
              LEFT JOIN imports_productmapping AS mapping
                  ON mapping.id = other.product_mapping_id
              WHERE other.data_import_id = %(import)s
                AND other.order_place = line.order_place
                AND NOT coalesce(mapping.ignored, false)
          )
    ), numbers AS MATERIALIZED (
        SELECT DISTINCT line.number
        FROM imports_importline AS line
        JOIN failed USING (order_place)
        WHERE line.data_import_id = %(import)s
    )
    SELECT row.cells, (
        SELECT string_agg(DISTINCT concat_ws(': ', problem."column", problem.message), ' ')
        FROM imports_importproblem AS problem
        WHERE problem.data_import_id = %(import)s
          AND problem.level = %(error)s
          AND problem.number = numbers.number
    )
    FROM numbers
    JOIN imports_importrow AS row
        ON row.data_import_id = %(import)s AND row.number = numbers.number
    ORDER BY numbers.number
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The file, to be sent on."""

    media_type: str
    ending: str
    """Of its name."""
    pieces: Iterator[bytes]
    """The connection is the caller's until the last one."""


def write_report(data_import: DataImport) -> Report:
    """The rows that failed, as a workbook where they came in one."""
    if data_import.service == ImportService.EXCEL:
        sheet = data_import.reading.get("sheet") or ""
        return Report(EXCEL, ".xlsx", write_workbook(sheet, _rows(data_import)))
    return Report("text/csv", ".csv", _write_text(data_import))


def _rows(data_import: DataImport) -> Iterator[list[str]]:
    names = [column["name"] for column in data_import.columns]
    yield [*data_import.reading.get("header", names), REASON]
    for cells, reason in _failed(data_import):
        yield [*cells[: len(names)], _told(reason or _OF_ORDER)]


def _told(reason: str) -> str:
    """What is ours in the file is no formula, whatever a column is called."""
    return f"'{reason}" if reason.startswith(("=", "+", "-", "@", "\t")) else reason


def _write_text(data_import: DataImport) -> Iterator[bytes]:
    reading = data_import.reading
    encode = codecs.getincrementalencoder(reading.get("encoding") or "utf-8")("replace").encode
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=reading.get("delimiter") or ",",
        quotechar=reading.get("quote") or '"',
        escapechar=reading.get("escape"),
        doublequote=not reading.get("escape"),
        lineterminator="\r\n",
    )
    for row in _rows(data_import):
        writer.writerow(row)
        if text.tell() > 64 * 1024:
            yield encode(_taken(text))
    yield encode(_taken(text), True)


def _taken(text: io.StringIO) -> str:
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written


def _failed(data_import: DataImport) -> Iterator[Any]:
    # A cursor of the server's own: a file may fail as a whole.
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "import": data_import.pk,
                "error": ProblemLevel.ERROR.value,
                "next_order": data_import.next_order,
            },
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
