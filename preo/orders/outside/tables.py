"""The temporary tables of a chunk: made, filled by COPY or by whoever has rows of his own, dropped."""

from collections.abc import Iterable, Sequence

from django.db import connection

from preo.catalog.outside.tables import drop_staged_products
from preo.core.ids import QUICK_UUID7
from preo.customers.outside.tables import drop_staged_customers, stage_customers
from preo.orders.outside.reading import ReadOrder
from preo.orders.outside.rows import StagedLine, StagedOrder
from preo.orders.outside.shapes import Said
from preo.orders.outside.sql import run

_ORDER = """
    place integer PRIMARY KEY,
    outcome text NOT NULL, -- failed where it is bad by itself, else created
    external_id text,
    order_number text, -- as given, of any length
    status text,
    purchase_status text,
    currency text,
    created timestamptz,
    service_fee bigint,
    discount bigint,
    tax bigint,
    total bigint, -- as stated
    coupon_code text,
    metadata jsonb,
    customer_external_id text,
    first_name text,
    last_name text,
    customer_email text,
    customer_phone text,
    phone_number text,
    language text
"""
_LINE = """
    place integer NOT NULL,
    position integer NOT NULL,
    ref integer,
    external_line_id text,
    quantity bigint NOT NULL,
    unit_price bigint NOT NULL,
    unit_deposit bigint NOT NULL,
    price_paid bigint NOT NULL, -- of the line, like the next two
    deposit_paid bigint NOT NULL,
    handling_fee bigint NOT NULL
"""

ORDERS = f"""
CREATE TEMP TABLE outside_order (
    {_ORDER},
    -- found or made on the way
    order_id uuid NOT NULL,
    cart_id uuid NOT NULL DEFAULT {QUICK_UUID7},
    payment_id uuid NOT NULL DEFAULT {QUICK_UUID7},
    is_stored boolean NOT NULL,
    is_new_buyer boolean NOT NULL DEFAULT true,
    is_new_stage boolean NOT NULL DEFAULT false,
    was_cancelled boolean NOT NULL DEFAULT false,
    customer_id uuid,
    changed text[]
) ON COMMIT DROP
"""

LINES = f"""
CREATE TEMP TABLE outside_line (
    {_LINE},
    -- found or made on the way
    item_id uuid NOT NULL DEFAULT {QUICK_UUID7},
    purchase_id uuid,
    is_item_stored boolean NOT NULL DEFAULT false,
    is_changed boolean NOT NULL DEFAULT false,
    is_touched boolean NOT NULL DEFAULT false,
    own_position integer,
    PRIMARY KEY (place, position)
) ON COMMIT DROP
"""

SAID = f"""
CREATE TEMP TABLE outside_said_order ({_ORDER}) ON COMMIT DROP;
CREATE TEMP TABLE outside_said_line ({_LINE}) ON COMMIT DROP
"""

SUMS = """
CREATE TEMP TABLE outside_sum (
    place integer PRIMARY KEY,
    subtotal bigint NOT NULL,
    deposit bigint NOT NULL,
    handling_fee bigint NOT NULL,
    added bigint NOT NULL,
    amount bigint NOT NULL,
    items_count integer NOT NULL,
    source_digest bytea NOT NULL
) ON COMMIT DROP
"""

PROBLEMS = """
CREATE TEMP TABLE outside_problem (
    place integer NOT NULL,
    pointer text NOT NULL,
    code text NOT NULL,
    value text,
    is_warning boolean NOT NULL DEFAULT false
) ON COMMIT DROP
"""


def make() -> None:
    """Make all tables of a chunk, empty but for the customers' and products' own."""
    stage_customers()
    run(";".join((ORDERS, LINES, SUMS, PROBLEMS)))


def copy_said(orders: Sequence[ReadOrder]) -> Said:
    """Copy a chunk of orders that were read in Python to where SQL can read them."""
    run(SAID)
    _copy("outside_said_order", StagedOrder._fields, (read.order for read in orders))
    _copy("outside_said_line", StagedLine._fields, (line for read in orders for line in read.lines))
    run("ANALYZE outside_said_order (place, external_id), outside_said_line (place, ref)")
    return Said(
        "said_order AS (SELECT * FROM outside_said_order),"
        " said_line AS (SELECT * FROM outside_said_line)"
    )


def analyze() -> None:
    """The planner would guess at tables that were never analyzed, and guess wrong for the large."""
    run("ANALYZE outside_order (place, outcome), outside_line (place, ref), outside_sum (place)")


def drop() -> None:
    """Drop the tables now, for a second chunk may come within the same transaction."""
    run("DROP TABLE outside_order, outside_line, outside_sum, outside_problem")
    run("DROP TABLE IF EXISTS pg_temp.outside_said_order, pg_temp.outside_said_line")
    drop_staged_customers()
    drop_staged_products()


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
