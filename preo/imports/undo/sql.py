"""Running the statements of undo: every value bound, every word from the models' choices."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from preo.imports.models import DataImport, KeptKind, KeptReason
from preo.orders.outside.shapes import Outcome
from preo.orders.outside.sql import WORDS as OF_ORDERS

REASONS = list(KeptReason.values)
"""Where there are several, the first in this order is told."""


def values_of(data_import: DataImport) -> dict[str, Any]:
    return {
        **OF_ORDERS,
        "import": data_import.pk,
        "organization": data_import.organization_id,
        "source": data_import.source,
        "order_created": Outcome.CREATED.value,
        "order_updated": Outcome.UPDATED.value,
        "reasons": REASONS,
    }


def run(statement: str, values: Mapping[str, Any] | None = None) -> int:
    """Run a statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def rows(statement: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def make_scope(name: str, columns: str = "") -> None:
    """A temporary table of the things that are judged: `id`, more columns, and the `reason`."""
    run(
        f"""
        DROP TABLE IF EXISTS pg_temp.{name};
        CREATE TEMP TABLE {name} (id uuid PRIMARY KEY, {columns} reason text) ON COMMIT DROP
        """
    )


def give_reasons(scope: str, found: Iterable[str], values: Mapping[str, Any]) -> None:
    """Write into the scope why its things stay: the weightiest of what the queries `found`.

    Each of them is SQL for `id` and `reason`.
    """
    run(
        f"""
        UPDATE {scope} AS judged
        SET reason = found.reason
        FROM (
            SELECT told.id, (array_agg(told.reason ORDER BY told.place))[1] AS reason
            FROM (
                SELECT id, reason, array_position(%(reasons)s::text[], reason::text) AS place
                FROM ({" UNION ALL ".join(found)}) AS each
            ) AS told
            GROUP BY told.id
        ) AS found
        WHERE judged.id = found.id
        """,  # noqa: S608 - names and conditions of ours
        values,
    )


def write_kept(scope: str, kind: KeptKind, values: Mapping[str, Any]) -> int:
    """Name what stays with its reason; how many that is."""
    return run(
        f"""
        INSERT INTO imports_importkept (data_import_id, kind, object_id, reason)
        SELECT %(import)s, %(kind)s, id, reason FROM {scope}
        WHERE reason IS NOT NULL
        ORDER BY id
        """,  # noqa: S608 - a table of ours
        {**values, "kind": kind.value},
    )
