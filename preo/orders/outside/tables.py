"""The temporary tables of a chunk: made, filled by COPY, dropped with the transaction."""

from collections.abc import Iterable, Sequence

from django.db import connection

from preo.catalog.outside.shapes import ProductMapping
from preo.catalog.outside.tables import drop_staged_products, stage_products
from preo.customers.outside.tables import drop_staged_customers, stage_customers
from preo.orders.outside.reading import ReadOrder
from preo.orders.outside.rows import ProductNames, StagedLine, StagedOrder
from preo.orders.outside.sql import run

ORDERS = """
CREATE TEMP TABLE outside_order (
    place integer PRIMARY KEY,
    outcome text NOT NULL,
    external_id text,
    order_number text,
    status text,
    purchase_status text,
    currency text,
    created timestamptz,
    subtotal bigint,
    deposit bigint,
    handling_fee bigint,
    service_fee bigint,
    discount bigint,
    tax bigint,
    adjustment bigint,
    amount bigint,
    items_count integer,
    coupon_code text,
    metadata jsonb,
    customer_external_id text,
    first_name text,
    last_name text,
    customer_email text,
    customer_phone text,
    phone_number text,
    language text,
    said_digest bytea,
    buyer_digest bytea,
    -- found or made on the way
    order_id uuid NOT NULL DEFAULT uuidv7(),
    cart_id uuid NOT NULL DEFAULT uuidv7(),
    payment_id uuid NOT NULL DEFAULT uuidv7(),
    source_digest bytea,
    is_stored boolean NOT NULL DEFAULT false,
    is_new_buyer boolean NOT NULL DEFAULT true,
    is_new_stage boolean NOT NULL DEFAULT false,
    was_cancelled boolean NOT NULL DEFAULT false,
    customer_id uuid,
    changed text[]
) ON COMMIT DROP
"""

LINES = """
CREATE TEMP TABLE outside_line (
    place integer NOT NULL,
    position integer NOT NULL,
    ref integer,
    external_line_id text,
    quantity bigint NOT NULL,
    unit_price bigint NOT NULL,
    unit_deposit bigint NOT NULL,
    price_paid bigint NOT NULL,
    deposit_paid bigint NOT NULL,
    handling_fee bigint NOT NULL,
    -- found or made on the way
    item_id uuid NOT NULL DEFAULT uuidv7(),
    purchase_id uuid,
    is_item_stored boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    is_touched boolean NOT NULL DEFAULT false,
    own_position integer,
    PRIMARY KEY (place, position)
) ON COMMIT DROP
"""

PROBLEMS = """
CREATE TEMP TABLE outside_problem (
    place integer NOT NULL,
    pointer text NOT NULL,
    code text NOT NULL,
    value text
) ON COMMIT DROP
"""


def stage(orders: Sequence[ReadOrder], products: ProductNames, mapped: ProductMapping) -> None:
    """Make the tables and copy a chunk into them.

    The planner would guess at tables that were never analyzed, and guess wrong for the large.
    """
    stage_products(references=products, mapped=mapped)
    stage_customers()
    for table in (ORDERS, LINES, PROBLEMS):
        run(table)
    _copy("outside_order", StagedOrder._fields, (read.order for read in orders))
    _copy("outside_line", StagedLine._fields, (line for read in orders for line in read.lines))
    run("ANALYZE outside_order (place, outcome, external_id), outside_line (place, position, ref)")


def drop() -> None:
    """Drop the tables now, for a second chunk may come within the same transaction."""
    run("DROP TABLE outside_order, outside_line, outside_problem")
    drop_staged_customers()
    drop_staged_products()


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
