"""Writing down what is wrong with a file's rows, after they were read."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from preo.imports.lines.faults import ERROR, MESSAGES, WARNING, Fault
from preo.imports.models import DataImport, ImportProblem

MOST_WARNINGS = 10_000
"""Of each kind so many are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in the whole file."""

    rows: int
    orders: int
    counts: dict[str, int]
    """Problems by code."""
    error_count: int
    """Of these the ones for which orders cannot go in."""


_ROWS = """
    INSERT INTO imports_importproblem (
        data_import_id, level, number, "column", code, message, value
    )
    SELECT %(import)s, kind.level, found.number, kind.name, kind.code, kind.message,
        left(row.cells[kind.position], 200)
    FROM (
        SELECT line.number, fault,
            row_number() OVER (PARTITION BY fault ORDER BY line.number) AS place
        FROM import_read AS line, unnest(line.faults) AS fault
        WHERE line.faults <> '{}'
    ) AS found
    JOIN jsonb_to_recordset(%(faults)s::jsonb)
        AS kind(number int, level text, code text, position int, name text, message text)
        ON kind.number = found.fault
    JOIN imports_importrow AS row
        ON row.data_import_id = %(import)s AND row.number = found.number
    WHERE kind.level = %(error)s OR found.place <= %(most)s
    ORDER BY found.number, kind.position, kind.number
"""

_ORDERS = """
    INSERT INTO imports_importproblem (data_import_id, level, number, code, message)
    SELECT %(import)s, kind.level, found.number, kind.code, kind.message
    FROM (
        SELECT 'missing_customer' AS code, first_number AS number
        FROM import_order WHERE NOT has_customer
        UNION ALL
        SELECT 'differs_in_order', first_number FROM import_order
        WHERE has_two_emails OR has_two_totals
        UNION ALL
        SELECT 'cancelled_line', line.number
        FROM import_read AS line
        JOIN import_order AS placed USING (group_key)
        WHERE placed.has_kept AND line.status = 'cancelled'
    ) AS found
    JOIN jsonb_to_recordset(%(kinds)s::jsonb) AS kind(code text, level text, message text)
        USING (code)
    ORDER BY found.number
"""

_OF_ORDERS = {
    "missing_customer": ERROR,
    "differs_in_order": WARNING,
    "cancelled_line": WARNING,
}


def write_problems(data_import: DataImport, faults: list[Fault]) -> Checked:
    """List the problems anew, from the temporary tables `import_read` and `import_order`."""
    kinds = [
        {"code": code, "level": level.value, "message": MESSAGES[code]}
        for code, level in _OF_ORDERS.items()
    ]
    values: dict[str, Any] = {
        "import": data_import.pk,
        "faults": json.dumps([fault.row() for fault in faults]),
        "kinds": json.dumps(kinds),
        "error": ERROR.value,
        "most": MOST_WARNINGS,
    }
    ImportProblem.objects.filter(data_import=data_import).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        cursor.execute(_ORDERS, values)
        cursor.execute("SELECT count(DISTINCT number) FROM import_read")
        [rows] = cursor.fetchone() or [0]
        cursor.execute("SELECT count(*) FROM import_order")
        [orders] = cursor.fetchone() or [0]
    counts, error_count = _count(data_import, faults)
    return Checked(rows, orders, counts, error_count)


def _count(data_import: DataImport, faults: list[Fault]) -> tuple[dict[str, int], int]:
    """Problems by code, unlisted ones included, and how many of them are errors."""
    counts: dict[str, int] = {}
    errors = 0
    by_number = {fault.number: (fault.code, fault.level) for fault in faults}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fault, count(*) FROM import_read, unnest(faults) AS fault GROUP BY 1"
        )
        found = [(*by_number[fault], times) for fault, times in cursor.fetchall()]
        cursor.execute(
            """
            SELECT code, level, count(*) FROM imports_importproblem
            WHERE data_import_id = %s AND code = ANY(%s) GROUP BY 1, 2
            """,
            [data_import.pk, list(_OF_ORDERS)],
        )
        found += cursor.fetchall()
    for code, level, times in found:
        counts[code] = counts.get(code, 0) + times
        errors += times if level == ERROR else 0
    return counts, errors
