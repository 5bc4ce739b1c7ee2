"""Which order a row belongs to that does not say so itself."""

from django.db import connection

from preo.imports.columns.sources import FIRST_LINE_ONLY, recognise
from preo.imports.lines.faults import Fault
from preo.imports.models import DataImport

_FILL = """
    WITH headed AS (
        SELECT number, part, max(number) FILTER (
            WHERE order_key IS NOT NULL OR customer IS NOT NULL
        ) OVER (ORDER BY number RANGE UNBOUNDED PRECEDING) AS head
        FROM import_read
    )
    UPDATE import_read AS line
    SET order_key = first.order_key,
        group_key = first.group_key,
        faults = array_remove(line.faults, %(missing)s)
    FROM headed
    JOIN import_read AS first ON first.number = headed.head AND first.part = 0
    WHERE headed.number = line.number AND headed.part = line.part
      AND line.order_key IS NULL AND line.customer IS NULL
"""


def fill_orders(data_import: DataImport, faults: list[Fault]) -> None:
    """Let rows of `import_read` that name neither order nor buyer be of the order above them.

    Only where staff say that an order's own columns stand on its first row alone: elsewhere a row
    without an order's id is a mistake.
    """
    if data_import.chosen.get("grouping") != FIRST_LINE_ONLY:
        return
    missing = next(fault.number for fault in faults if fault.code == "missing_order_id")
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"missing": missing})


def is_each_a_ticket(data_import: DataImport) -> bool:
    """Whether a row's status is its ticket's alone, so that an empty one says: not cancelled."""
    source = recognise({column["name"] for column in data_import.columns})
    return source is not None and data_import.reading.get("grouping", source.grouping) == "lines"
