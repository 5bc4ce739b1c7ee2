"""What changed orders were before: their rows in all tables, so that an import can be undone."""

from django.db.models import Model

from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction
from preo.orders.outside.sql import Place, run

ROWS: dict[type[Model], str] = {
    Order: "id = {order}",
    Cart: "order_id = {order}",
    CartItem: "cart_id = (SELECT id FROM orders_cart WHERE order_id = {order})",
    Purchase: "order_id = {order}",
    Transaction: "order_id = {order}",
}
"""All tables whose rows an order consists of, and which of their rows are an order's."""


def columns_of(model: type[Model]) -> list[str]:
    """The columns that are written; PostgreSQL generates the others."""
    return [str(field.column) for field in model._meta.concrete_fields if not field.generated]


def image_of(order: str) -> str:
    """SQL for an order's rows as they are now: a JSON object with an array for each table.

    `order` is SQL for its id.
    """
    tables = ", ".join(
        f"'{model._meta.db_table}', ({_rows(model, rows.format(order=order))})"
        for model, rows in ROWS.items()
    )
    return f"jsonb_build_object({tables})"


def keep_images(place: Place) -> None:
    """Keep in `outside_before` what the orders that are about to be changed are until now.

    It outlives the chunk's other tables, for the caller to read, until the transaction ends or the
    next chunk has changed orders. The orders must be locked.
    """
    run(
        """
        DROP TABLE IF EXISTS pg_temp.outside_before;
        CREATE TEMP TABLE outside_before (
            order_id uuid PRIMARY KEY,
            before jsonb NOT NULL
        ) ON COMMIT DROP
        """
    )
    run(
        f"""
        INSERT INTO outside_before (order_id, before)
        SELECT staged.order_id, {image_of("staged.order_id")}
        FROM outside_order AS staged
        WHERE staged.outcome = %(updated)s
        """,  # noqa: S608 - names of our tables and columns
        place.values(),
    )


def keep_made() -> None:
    """Keep in `outside_made`, one row, what the chunk brought besides orders.

    The ids of customers, drafts and categories that it made, and what it filled in of customers who
    were here: `{customer, email, phone_number, first_name, last_name, external_ids,
    modified_before, modified_after}`, each without what it did not fill. It outlives the chunk's
    other tables like `outside_before`.
    """
    run(
        """
        DROP TABLE IF EXISTS pg_temp.outside_made;
        CREATE TEMP TABLE outside_made ON COMMIT DROP AS
        SELECT
            ARRAY(SELECT new_id FROM outside_person WHERE customer_id = new_id) AS customers,
            ARRAY(SELECT draft_id FROM outside_product WHERE found_id = draft_id) AS products,
            ARRAY(SELECT category_id FROM outside_category) AS categories,
            (
                SELECT coalesce(jsonb_agg(told.filled), '[]'::jsonb)
                FROM (
                    SELECT jsonb_strip_nulls(jsonb_build_object(
                        'customer', customer_id,
                        'email', max(email),
                        'phone_number', max(phone_number),
                        'first_name', max(first_name),
                        'last_name', max(last_name),
                        'external_ids', jsonb_agg(external_id) FILTER (WHERE external_id IS NOT NULL),
                        'modified_before', min(modified_before),
                        'modified_after', max(modified_after)
                    )) AS filled
                    FROM outside_filled
                    WHERE customer_id NOT IN (
                        SELECT new_id FROM outside_person WHERE customer_id = new_id
                    )
                    GROUP BY customer_id
                ) AS told
            ) AS filled
        """
    )


def _rows(model: type[Model], condition: str) -> str:
    generated = [field.column for field in model._meta.concrete_fields if field.generated]
    row = " - ".join(["to_jsonb(part)", *(f"'{column}'" for column in generated)])
    return (
        f"SELECT coalesce(jsonb_agg({row} ORDER BY part.id), '[]'::jsonb) "  # noqa: S608 - as above
        f"FROM {model._meta.db_table} AS part WHERE part.{condition}"
    )
