"""In what the orders that are said differently differ from what is here."""

import json

from preo.orders.outside.order_numbers import ORDER_NUMBER
from preo.orders.outside.reading import PURCHASE_STATUS
from preo.orders.outside.sql import Place, rows, run
from preo.orders.outside.sums import BUYER_DIGEST

STAGES = json.dumps({str(status): str(stage) for status, stage in PURCHASE_STATUS.items()})
"""What purchases of an order of each status are, as the database reads it."""


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
        f"""
        UPDATE outside_order AS staged
        SET customer_id = stored.customer_id,
            is_new_buyer = stored.buyer_digest IS DISTINCT FROM {BUYER_DIGEST},
            is_new_stage = (%(stages)s::jsonb ->> stored.status) <> staged.purchase_status,
            was_cancelled = stored.status = %(order_cancelled)s,
            created = coalesce(staged.created, stored.created),
            changed = array_remove(
                ARRAY[
                    CASE WHEN stored.status <> staged.status THEN 'status' END,
                    CASE WHEN stored.amount <> sums.amount THEN 'amount' END,
                    CASE WHEN stored.currency <> staged.currency THEN 'currency' END,
                    CASE WHEN stored.created <> staged.created THEN 'created' END,
                    CASE
                        WHEN stored.order_number IS DISTINCT FROM {ORDER_NUMBER}
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
                        WHEN stored.buyer_digest IS DISTINCT FROM {BUYER_DIGEST}
                        THEN 'customer'
                    END
                ],
                NULL
            )
        FROM orders_order AS stored, outside_sum AS sums
        WHERE stored.id = staged.order_id
          AND sums.place = staged.place
          AND staged.outcome = %(updated)s
        """,  # noqa: S608 - expressions of ours
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


def spare_unchanged(place: Place) -> int:
    """Leave alone what is said in other words only; the number of orders that are still changed.

    So it is where the hash is made in another way than when the order came in last, or where the
    other system changed its mind and back while the change between could not be taken. The new hash
    is not stored: it would be a write, which moves `modified` and looks like a change to whoever
    reads or undoes. The price is that the order is compared once more with each file.
    """
    run(
        """
        UPDATE outside_order AS staged
        SET outcome = %(unchanged)s
        FROM outside_sum AS sums, orders_order AS stored
        WHERE staged.outcome = %(updated)s
          AND staged.changed = '{}'
          AND sums.place = staged.place
          AND stored.id = staged.order_id
          AND (
              stored.subtotal, stored.deposit, stored.handling_fee, stored.service_fee,
              stored.discount, stored.tax, stored.amount, stored.items_count
          ) = (
              sums.subtotal, sums.deposit, sums.handling_fee, staged.service_fee,
              staged.discount, staged.tax, sums.amount, sums.items_count
          )
          AND NOT EXISTS (
              SELECT
              FROM outside_line AS line
              JOIN orders_purchase AS purchase ON purchase.id = line.purchase_id
              JOIN orders_cartitem AS item ON item.id = purchase.cart_item_id
              WHERE line.place = staged.place
                AND (
                    item.price_with_options, item.deposit_with_options,
                    coalesce(line.external_line_id, purchase.external_line_id)
                ) IS DISTINCT FROM (
                    line.unit_price, line.unit_deposit, purchase.external_line_id
                )
          )
        """,
        place.values(),
    )
    [[count]] = rows(
        "SELECT count(*) FROM outside_order WHERE outcome = %(updated)s", place.values()
    )
    return int(count)
