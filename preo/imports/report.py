"""The rows that failed, in the form of the file that they came in, each with its reason.

All rows of a failed order are in it: mended and brought again, the file completes the import.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db import connection

from preo.imports.columns.saved import REASON
from preo.imports.models import DataImport, ProblemLevel

_AT_ONCE = 2_000
ENCODING = "utf-8"
"""Of what came as a workbook."""
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


def write_report(data_import: DataImport) -> Iterator[bytes]:
    """The file in pieces. The connection is the caller's until the last one."""
    reading = data_import.reading
    encode = codecs.getincrementalencoder(reading.get("encoding") or ENCODING)("replace").encode
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=reading.get("delimiter") or ",",
        quotechar=reading.get("quote") or '"',
        lineterminator="\r\n",
    )
    names = [column["name"] for column in data_import.columns]
    writer.writerow([*reading.get("header", names), REASON])
    for cells, reason in _failed(data_import):
        writer.writerow([*cells[: len(names)], reason or _OF_ORDER])
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
