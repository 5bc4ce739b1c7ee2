"""Taking back what an import did to orders: those that it made go, those that it changed are restored."""

from collections.abc import Mapping
from typing import Any

from preo.imports.models import DataImport, KeptKind
from preo.imports.undo.judging import SCOPE, find_orders, judge_orders
from preo.imports.undo.sql import rows, run, values_of, write_kept
from preo.orders.outside.take import lock_source
from preo.orders.outside.undoing import lock_orders, remove_orders, restore_orders

MADE, CHANGED = "undo_made", "undo_changed"

_MADE = """
    CREATE TEMP TABLE undo_made ON COMMIT DROP AS
    SELECT id FROM undo_order WHERE reason IS NULL AND outcome = %(order_created)s
"""
_CHANGED = """
    CREATE TEMP TABLE undo_changed ON COMMIT DROP AS
    SELECT scoped.id, imported.before
    FROM undo_order AS scoped
    JOIN imports_importedorder AS imported
        ON imported.data_import_id = %(import)s AND imported.order_id = scoped.id
    WHERE scoped.reason IS NULL AND scoped.outcome = %(order_updated)s
"""
# An order that goes takes with it what earlier imports of the same file noted of it.
_FORGET_MADE = """
    DELETE FROM imports_importedorder AS imported
    USING undo_made AS gone
    WHERE imported.order_id = gone.id
"""
_FORGET_CHANGED = """
    DELETE FROM imports_importedorder AS imported
    USING undo_changed AS restored
    WHERE imported.data_import_id = %(import)s AND imported.order_id = restored.id
"""


def take_back_orders(data_import: DataImport, *, limit: int) -> dict[str, int] | None:
    """Take so many orders back behind the import's checkpoint, and move it; what became of them.

    None where no order is left. Within a transaction, the import's row locked. Nobody can use,
    refund or import the orders meanwhile.
    """
    if not find_orders(data_import, after=data_import.undo_after, limit=limit):
        return None
    values = values_of(data_import)
    lock_source(data_import.organization_id, data_import.source)
    lock_orders(SCOPE)
    judge_orders(data_import)
    kept = write_kept(SCOPE, KeptKind.ORDER, values)
    removed = _make(MADE, _MADE, values)
    if removed:
        run(_FORGET_MADE)
        remove_orders(MADE)
    restored = _make(CHANGED, _CHANGED, values)
    if restored:
        restore_orders(CHANGED)
        run(_FORGET_CHANGED, values)
    [(data_import.undo_after,)] = rows(f"SELECT id FROM {SCOPE} ORDER BY id DESC LIMIT 1")  # noqa: S608
    run(f"DROP TABLE {SCOPE}, {MADE}, {CHANGED}")
    return {"orders_removed": removed, "orders_restored": restored, "orders_kept": kept}


def _make(table: str, statement: str, values: Mapping[str, Any]) -> int:
    run(f"DROP TABLE IF EXISTS pg_temp.{table}")
    made = run(statement, values)
    run(f"ANALYZE {table}")
    return made
