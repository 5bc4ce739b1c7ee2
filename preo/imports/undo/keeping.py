"""Writing down, while an import runs, what its undo will need besides the orders."""

import uuid
from collections.abc import Sequence

from django.db import connection

from preo.imports.models import DataImport
from preo.orders.outside.shapes import Counts

_KEEP = """
    INSERT INTO imports_importedpart (
        data_import_id, customers, products, categories, filled, answers, done_at, is_undone
    )
    SELECT
        %(import)s, customers, products, categories, filled, %(answers)s::uuid[],
        clock_timestamp(), false
    FROM outside_made
    WHERE cardinality(customers) > 0
       OR cardinality(products) > 0
       OR cardinality(categories) > 0
       OR filled <> '[]'
       OR cardinality(%(answers)s::uuid[]) > 0
"""


def keep_part(data_import: DataImport, taken: Counts, answers: Sequence[uuid.UUID]) -> None:
    """Keep what the chunk that was just taken brought besides its orders.

    `answers` are those to consents. Reads `outside_made`, which the engine leaves behind when it
    wrote anything.
    """
    if not (taken.created or taken.updated or taken.products_made):
        return
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"import": data_import.pk, "answers": list(answers)})
