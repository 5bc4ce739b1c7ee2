"""What is of an order, put together on the order's first line."""

from django.db import connection

from preo.imports.columns.fields import FIELDS
from preo.imports.models import DataImport

# Only orders whose first line lacks something that another one says. As a later pair of the same
# key wins in an aggregate, the first that any line says is what comes last.
_MERGE = """
    UPDATE imports_importline AS first
    SET values = told.values || first.values
    FROM (
        SELECT
            line.order_place,
            (array_agg(line.number ORDER BY line.number, line.part))[1] AS number,
            (array_agg(line.part ORDER BY line.number, line.part))[1] AS part,
            jsonb_object_agg(said.key, said.value ORDER BY line.number DESC, line.part DESC)
                FILTER (WHERE said.key <> ALL(%(of_line)s)) AS values
        FROM imports_importline AS line
        CROSS JOIN LATERAL jsonb_each(line.values) AS said
        WHERE line.data_import_id = %(import)s
          AND line.order_place IN (
              SELECT placed.order_place
              FROM import_order AS placed
              JOIN import_read AS beginning
                ON beginning.group_key = placed.group_key
                AND beginning.number = placed.first_number
              WHERE beginning.said <> placed.said OR beginning.status = 'cancelled'
          )
        GROUP BY line.order_place
    ) AS told
    WHERE first.data_import_id = %(import)s
      AND first.number = told.number
      AND first.part = told.part
      AND told.values || first.values <> first.values
"""


def merge_orders(data_import: DataImport) -> None:
    """Let the first line of each order say what is of the order: the first that any line says.

    The planner knows nothing of lines that are new and takes them for a single one: without hashing
    it would compare all lines with all orders, anew for each line.
    """
    of_line = [name for name, one in FIELDS.items() if not one.is_of_order]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_MERGE, {"import": data_import.pk, "of_line": of_line})
        cursor.execute("SET LOCAL enable_nestloop = on")
