"""Taking back what an import did to orders: those that it made go, those that it changed are restored."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from preo.imports.models import DataImport, KeptKind
from preo.imports.undo.judging import SCOPE, find_orders, judge_orders
from preo.imports.undo.sql import rows, run, values_of, write_kept
from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction
from preo.orders.outside.images import ROWS, columns_of
from preo.orders.outside.take import lock_source

PARTS_FIRST: tuple[type[Model], ...] = (Purchase, CartItem, Cart, Transaction, Order)


def take_back_orders(data_import: DataImport, *, limit: int) -> dict[str, int] | None:
    """Take so many orders back behind the import's checkpoint, and move it; what became of them.

    None where no order is left. Within a transaction, the import's row locked. Nobody can use,
    refund or import the orders meanwhile.
    """
    if not find_orders(data_import, after=data_import.undo_after, limit=limit):
        return None
    values = values_of(data_import)
    lock_source(data_import.organization_id, data_import.source)
    _lock(values)
    judge_orders(data_import)
    kept = write_kept(SCOPE, KeptKind.ORDER, values)
    restored = _restore(values)
    removed = _remove(values)
    [(data_import.undo_after,)] = rows(f"SELECT id FROM {SCOPE} ORDER BY id DESC LIMIT 1")  # noqa: S608
    run(f"DROP TABLE {SCOPE}")
    return {"orders_removed": removed, "orders_restored": restored, "orders_kept": kept}


def _lock(values: Mapping[str, Any]) -> None:
    """Orders, then their purchases, each in the order of their ids, as everybody does."""
    for table, column in (("orders_order", "id"), ("orders_purchase", "order_id")):
        run(
            f"""
            SELECT count(*) FROM (
                SELECT FROM {table} AS stored
                JOIN undo_order AS scoped ON scoped.id = stored.{column}
                ORDER BY stored.id
                FOR UPDATE OF stored
            ) AS locked
            """,  # noqa: S608 - our tables
            values,
        )


def _remove(values: Mapping[str, Any]) -> int:
    """The orders that the import made, with all that stands of them; how many."""
    run(
        """
        DELETE FROM imports_importedorder AS imported
        USING undo_order AS scoped
        WHERE imported.order_id = scoped.id
          AND scoped.reason IS NULL
          AND scoped.outcome = %(order_created)s
        """,
        values,
    )
    for model in PARTS_FIRST:
        removed = run(
            f"""
            DELETE FROM {model._meta.db_table} AS part
            USING undo_order AS scoped
            WHERE part.{ROWS[model].format(order="scoped.id")}
              AND scoped.reason IS NULL
              AND scoped.outcome = %(order_created)s
            """,  # noqa: S608 - our tables
            values,
        )
    return removed


def _restore(values: Mapping[str, Any]) -> int:
    """The orders that the import changed, row by row as their images are; how many.

    `modified` is restored with the rest: the trigger that moves it leaves alone what a statement
    sets, and a row that the import did not change is not written.
    """
    run("DROP TABLE IF EXISTS pg_temp.undo_image")
    restored = run(
        """
        CREATE TEMP TABLE undo_image ON COMMIT DROP AS
        SELECT imported.order_id AS id, imported.before
        FROM imports_importedorder AS imported
        JOIN undo_order AS scoped ON scoped.id = imported.order_id
        WHERE imported.data_import_id = %(import)s
          AND scoped.reason IS NULL
          AND scoped.outcome = %(order_updated)s
        """,
        values,
    )
    if restored:
        for model in PARTS_FIRST:
            _delete_added(model)
        for model in ROWS:
            _write_changed(model)
            _insert_missing(model)
        run(
            """
            DELETE FROM imports_importedorder AS imported
            USING undo_image AS image
            WHERE imported.data_import_id = %(import)s AND imported.order_id = image.id
            """,
            values,
        )
    run("DROP TABLE undo_image")
    return restored


def _was(model: type[Model]) -> str:
    """SQL for the rows of a table that the images have."""
    table = model._meta.db_table
    return (
        "undo_image AS image CROSS JOIN LATERAL "
        f"jsonb_populate_recordset(NULL::{table}, image.before -> '{table}') AS was"
    )


def _delete_added(model: type[Model]) -> None:
    run(
        f"""
        DELETE FROM {model._meta.db_table} AS part
        USING undo_image AS image
        WHERE part.{ROWS[model].format(order="image.id")}
          AND NOT EXISTS (
              SELECT FROM jsonb_array_elements(image.before -> '{model._meta.db_table}') AS was
              WHERE (was ->> 'id')::uuid = part.id
          )
        """  # noqa: S608 - as above
    )


def _write_changed(model: type[Model]) -> None:
    columns = columns_of(model)
    run(
        f"""
        UPDATE {model._meta.db_table} AS part
        SET {", ".join(f"{column} = was.{column}" for column in columns)}
        FROM {_was(model)}
        WHERE part.id = was.id
          AND ({", ".join(f"part.{column}" for column in columns)})
              IS DISTINCT FROM ({", ".join(f"was.{column}" for column in columns)})
        """  # noqa: S608 - as above
    )


def _insert_missing(model: type[Model]) -> None:
    columns = columns_of(model)
    run(
        f"""
        INSERT INTO {model._meta.db_table} ({", ".join(columns)})
        SELECT {", ".join(f"was.{column}" for column in columns)}
        FROM {_was(model)}
        WHERE NOT EXISTS (SELECT FROM {model._meta.db_table} AS part WHERE part.id = was.id)
        """  # noqa: S608 - as above
    )
