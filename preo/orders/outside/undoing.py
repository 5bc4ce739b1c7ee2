"""Taking back what calls of the engine did to orders: those made go, those changed are restored.

The caller says which in a temporary table: of orders that go its column `id`, of those restored also
`before`, the image that `images.keep_images` kept. Both are the names of tables of ours.
"""

from django.db.models import Model

from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction
from preo.orders.outside.images import ROWS, columns_of
from preo.orders.outside.sql import run

PARTS_FIRST: tuple[type[Model], ...] = (Purchase, CartItem, Cart, Transaction, Order)


def lock_orders(scope: str) -> None:
    """Keep everybody else from using, refunding and changing the orders until the transaction ends.

    Orders first, then their purchases, each in the order of their ids, as everybody does.
    """
    for table, column in (("orders_order", "id"), ("orders_purchase", "order_id")):
        run(
            f"""
            SELECT count(*) FROM (
                SELECT FROM {table} AS stored
                JOIN {scope} AS scoped ON scoped.id = stored.{column}
                ORDER BY stored.id
                FOR UPDATE OF stored
            ) AS locked
            """  # noqa: S608 - our tables
        )


def remove_orders(scope: str) -> None:
    """Delete the orders with all that they consist of. Nothing else may refer to them."""
    for model in PARTS_FIRST:
        run(
            f"""
            DELETE FROM {model._meta.db_table} AS part
            USING {scope} AS scoped
            WHERE part.{ROWS[model].format(order="scoped.id")}
            """  # noqa: S608 - our tables
        )


def restore_orders(scope: str) -> None:
    """Put the orders back row by row as their images are.

    `modified` is restored with the rest: the trigger that moves it leaves alone what a statement
    sets, and a row that does not differ is not written.
    """
    for model in ROWS:
        _unpack(model, scope)
    for model in PARTS_FIRST:
        _delete_added(model, scope)
    for model in ROWS:
        _write_changed(model)
        _insert_missing(model)
    run(f"DROP TABLE {', '.join(map(_unpacked, ROWS))}")


def _unpacked(model: type[Model]) -> str:
    """The temporary table of the rows that the images have of a table."""
    return f"restored_{model._meta.db_table}"


def _unpack(model: type[Model], scope: str) -> None:
    """The planner would guess at the rows of an image, far too many, and read the whole table."""
    table = model._meta.db_table
    columns = ", ".join(f"was.{column}" for column in columns_of(model))
    run(
        f"""
        CREATE TEMP TABLE {_unpacked(model)} ON COMMIT DROP AS
        SELECT {columns}
        FROM {scope} AS image
        CROSS JOIN LATERAL jsonb_populate_recordset(
            NULL::{table}, image.before -> '{table}'
        ) AS was
        """  # noqa: S608 - as above
    )
    run(f"ANALYZE {_unpacked(model)}")


def _delete_added(model: type[Model], scope: str) -> None:
    run(
        f"""
        DELETE FROM {model._meta.db_table} AS part
        USING {scope} AS image
        WHERE part.{ROWS[model].format(order="image.id")}
          AND NOT EXISTS (SELECT FROM {_unpacked(model)} AS was WHERE was.id = part.id)
        """  # noqa: S608 - as above
    )


def _write_changed(model: type[Model]) -> None:
    columns = columns_of(model)
    run(
        f"""
        UPDATE {model._meta.db_table} AS part
        SET {", ".join(f"{column} = was.{column}" for column in columns if column != "id")}
        FROM {_unpacked(model)} AS was
        WHERE part.id = was.id
          AND ({", ".join(f"part.{column}" for column in columns)})
              IS DISTINCT FROM ({", ".join(f"was.{column}" for column in columns)})
        """  # noqa: S608 - as above
    )


def _insert_missing(model: type[Model]) -> None:
    columns = ", ".join(columns_of(model))
    run(
        f"""
        INSERT INTO {model._meta.db_table} ({columns})
        SELECT {columns}
        FROM {_unpacked(model)} AS was
        WHERE NOT EXISTS (SELECT FROM {model._meta.db_table} AS part WHERE part.id = was.id)
        """  # noqa: S608 - as above
    )
