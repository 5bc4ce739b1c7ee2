"""What the orders are here already: new, unchanged or changed, and which line is which purchase."""

import json

from preo.orders.outside.reading import PURCHASE_STATUS
from preo.orders.outside.sql import Place, rows, run

NOBODY = "00000000-0000-0000-0000-000000000000"
STAGES = json.dumps({str(status): str(stage) for status, stage in PURCHASE_STATUS.items()})
"""What purchases of an order of each status are, as the database reads it."""


def digest_orders() -> None:
    """Make of each order the hash by which it is known to be unchanged.

    The products as they were matched are part of it: a corrected match must reach known orders.
    What staff changed here since is not: the other system has said nothing new.
    """
    run(
        """
        UPDATE outside_order AS staged
        SET source_digest = sha256(staged.said_digest || matched.products)
        FROM (
            SELECT
                line.place,
                string_agg(
                    uuid_send(coalesce(product.found_id, %(nobody)s))
                    || uuid_send(coalesce(product.found_variant_id, %(nobody)s)),
                    ''::bytea ORDER BY line.position
                ) AS products
            FROM outside_line AS line
            JOIN outside_product AS product ON product.ref = line.ref
            GROUP BY line.place
        ) AS matched
        WHERE matched.place = staged.place AND staged.said_digest IS NOT NULL
        """,
        {"nobody": NOBODY},
    )


def find_stored(place: Place) -> dict[str, int]:
    """Find the orders that are here, and how many of the good ones are of each outcome.

    The planner knows nothing of an edition that is new, takes it for empty, and would compare all
    its orders with all of a chunk: the `LIMIT` makes it ask an index once for each of ours, and of
    a value in a subquery it expects what is average.
    """
    run(
        """
        UPDATE outside_order AS staged
        SET is_stored = true,
            order_id = stored.id,
            outcome = CASE
                WHEN staged.outcome = %(failed)s THEN %(failed)s
                WHEN stored.source_digest = staged.source_digest THEN %(unchanged)s
                ELSE %(updated)s
            END
        FROM outside_order AS searched
        CROSS JOIN LATERAL (
            SELECT id, source_digest
            FROM orders_order
            WHERE edition_id = (SELECT %(edition)s::uuid)
              AND service = (SELECT %(service)s)
              AND external_id = searched.external_id
            LIMIT 1
        ) AS stored
        WHERE staged.place = searched.place
        """,
        place.values(),
    )
    run("ANALYZE outside_order (place, outcome)")
    return dict(rows("SELECT outcome, count(*) FROM outside_order GROUP BY outcome"))


def lock_changed(place: Place) -> None:
    """Keep everybody else from using and refunding what is about to change.

    Orders first, then their purchases, each in the order of their ids: who locks in the same order
    waits instead of running into a deadlock.
    """
    _lock_orders(place)
    _lock_purchases(place)


def compare_changed(place: Place) -> None:
    """See in which fields the changed orders differ from what is stored. They must be locked."""
    _compare_fields(place)
    _find_carts(place)


def _lock_orders(place: Place) -> None:
    run(
        """
        SELECT count(*)
        FROM (
            SELECT stored.id
            FROM orders_order AS stored
            JOIN outside_order AS staged ON staged.order_id = stored.id
            WHERE staged.outcome = %(updated)s
            ORDER BY stored.id
            FOR NO KEY UPDATE OF stored
        ) AS locked
        """,
        place.values(),
    )


def _lock_purchases(place: Place) -> None:
    run(
        """
        SELECT count(*)
        FROM (
            SELECT purchase.id
            FROM orders_purchase AS purchase
            JOIN outside_order AS staged ON staged.order_id = purchase.order_id
            WHERE staged.outcome = %(updated)s
            ORDER BY purchase.id
            FOR NO KEY UPDATE OF purchase
        ) AS locked
        """,
        place.values(),
    )


def _compare_fields(place: Place) -> None:
    run(
        """
        UPDATE outside_order AS staged
        SET customer_id = stored.customer_id,
            is_new_buyer = stored.buyer_digest IS DISTINCT FROM staged.buyer_digest,
            is_new_stage = (%(stages)s::jsonb ->> stored.status) <> staged.purchase_status,
            was_cancelled = stored.status = %(order_cancelled)s,
            created = coalesce(staged.created, stored.created),
            changed = array_remove(
                ARRAY[
                    CASE WHEN stored.status <> staged.status THEN 'status' END,
                    CASE WHEN stored.amount <> staged.amount THEN 'amount' END,
                    CASE WHEN stored.currency <> staged.currency THEN 'currency' END,
                    CASE WHEN stored.created <> staged.created THEN 'created' END,
                    CASE
                        WHEN stored.order_number IS DISTINCT FROM staged.order_number
                        THEN 'order_number'
                    END,
                    CASE
                        WHEN stored.coupon_code IS DISTINCT FROM staged.coupon_code
                        THEN 'coupon_code'
                    END,
                    CASE
                        WHEN stored.metadata <> stored.metadata || staged.metadata THEN 'metadata'
                    END,
                    CASE
                        WHEN stored.buyer_digest IS DISTINCT FROM staged.buyer_digest
                        THEN 'customer'
                    END
                ],
                NULL
            )
        FROM orders_order AS stored
        WHERE stored.id = staged.order_id AND staged.outcome = %(updated)s
        """,
        place.values() | {"stages": STAGES},
    )


def _find_carts(place: Place) -> None:
    run(
        """
        UPDATE outside_order AS staged
        SET cart_id = cart.id
        FROM orders_cart AS cart
        WHERE cart.order_id = staged.order_id AND staged.outcome = %(updated)s
        """,
        place.values(),
    )
