"""Phone numbers of a file: each distinct spelling is read once, by its country's numbering plan."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from preo.core.phones import read_phone
from preo.imports.lines.expressions import without_disguise
from preo.imports.lines.inputs import Input


def stage_phones(one: Input, values: dict[str, Any], country_code: str) -> None:
    """Fill the temporary table `import_phone` with each distinct text of a column and its number.

    `values` are what an import's statements bind.
    """
    cleaned = without_disguise(f"raw.t{one.alias}")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE import_phone (written text, e164 text) ON COMMIT DROP"
        )
        cursor.execute(
            f"""
            SELECT DISTINCT {cleaned}
            FROM (
                SELECT nullif(btrim(row.cells[{one.column + 1}], %(blanks)s), '') AS t{one.alias}
                FROM imports_importrow AS row
                WHERE row.data_import_id = %(import)s OFFSET 0
            ) AS raw
            WHERE raw.t{one.alias} IS NOT NULL
            """,  # noqa: S608 - numbers of inputs only
            values,
        )
        written = [text for [text] in cursor.fetchall()]
        with cursor.copy("COPY import_phone (written, e164) FROM STDIN") as copy:
            for row in _read_all(written, country_code):
                copy.write_row(row)
        cursor.execute("ANALYZE import_phone")


def _read_all(written: list[str], country_code: str) -> Iterator[tuple[str, str | None]]:
    for text in written:
        yield text, read_phone(text, country_code)
