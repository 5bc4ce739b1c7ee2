"""Which line of a changed order is which purchase, and what of it has been used or refunded."""

from preo.orders.outside.sql import Place, run

TOUCHED = """(
    purchase.refunded > 0
    OR purchase.available_uses < purchase.total_uses
    OR purchase.status IN (%(partially_used)s, %(used)s, %(refunded)s)
)"""
"""Somebody has used a piece of what was bought, or got money back for it."""

BY_ID = "purchase.external_line_id = line.external_line_id"

# Two ids that differ are two lines, wherever they stand.
BY_PLACE = """
    purchase.position = line.position
    AND (purchase.external_line_id IS NULL OR line.external_line_id IS NULL)
    AND NOT EXISTS (
        SELECT FROM outside_line AS other
        WHERE other.place = staged.place AND other.purchase_id = purchase.id
    )
"""


def match_lines(place: Place) -> None:
    """Match lines with purchases by the line's own id in the other system, else by place.

    A purchase keeps its place when its line moves; a new line takes the place it has in the order,
    or where that is taken one behind all others. A purchase without cart item is one whose line
    had vanished: if the line is there again, it is what it was before.
    """
    _match(place, BY_ID)
    _match(place, BY_PLACE)
    _find_free_positions(place)
    _note_changed_purchases(place)


def find_touched(place: Place) -> None:
    """Fail each order in which the change concerns something that has been used or refunded.

    And each whose customer was erased: it would bring the person back.
    """
    _find_erased_buyers(place)
    _find_touched_lines()
    _find_touched_vanished(place)
    _find_touched_buyers(place)
    _find_touched_payments(place)


def _match(place: Place, condition: str) -> None:
    run(
        f"""
        UPDATE outside_line AS line
        SET purchase_id = purchase.id,
            own_position = purchase.position,
            item_id = coalesce(purchase.cart_item_id, line.item_id),
            is_item_stored = purchase.cart_item_id IS NOT NULL,
            is_touched = {TOUCHED},
            is_changed = staged.is_new_stage OR purchase.cart_item_id IS NULL OR (
                purchase.product_id, purchase.variant_id, purchase.quantity, purchase.currency,
                purchase.price_paid, purchase.deposit_paid, purchase.handling_fee_paid
            ) IS DISTINCT FROM (
                product.found_id, product.found_variant_id, line.quantity, staged.currency,
                line.price_paid, line.deposit_paid, line.handling_fee
            )
        FROM outside_order AS staged, orders_purchase AS purchase, outside_product AS product
        WHERE staged.outcome = %(updated)s
          AND purchase.order_id = staged.order_id
          AND line.place = staged.place
          AND line.purchase_id IS NULL
          AND product.ref = line.ref
          AND {condition}
        """,  # noqa: S608 - conditions of ours
        place.values(),
    )


def _find_free_positions(place: Place) -> None:
    run(
        """
        UPDATE outside_line AS line
        SET own_position = free.position
        FROM (
            SELECT
                added.place,
                added.position AS given,
                last.position
                + row_number() OVER (PARTITION BY added.place ORDER BY added.position) AS position
            FROM (
                SELECT
                    staged.place,
                    staged.order_id,
                    greatest(max(purchase.position), max(sums.items_count) - 1) AS position
                FROM outside_order AS staged
                JOIN outside_sum AS sums ON sums.place = staged.place
                JOIN orders_purchase AS purchase ON purchase.order_id = staged.order_id
                WHERE staged.outcome = %(updated)s
                GROUP BY staged.place, staged.order_id
            ) AS last
            JOIN outside_line AS added ON added.place = last.place
            JOIN orders_purchase AS taken
              ON taken.order_id = last.order_id AND taken.position = added.position
            WHERE added.purchase_id IS NULL
        ) AS free
        WHERE line.place = free.place AND line.position = free.given
        """,
        place.values(),
    )


def _note_changed_purchases(place: Place) -> None:
    run(
        """
        UPDATE outside_order AS staged
        SET changed = staged.changed || 'purchases'::text
        WHERE staged.outcome = %(updated)s
          AND (
              EXISTS (
                  SELECT FROM outside_line AS line
                  WHERE line.place = staged.place
                    AND (line.is_changed OR line.purchase_id IS NULL)
              )
              OR EXISTS (
                  SELECT FROM orders_purchase AS purchase
                  WHERE purchase.order_id = staged.order_id
                    AND purchase.cart_item_id IS NOT NULL
                    AND NOT EXISTS (
                        SELECT FROM outside_line AS line
                        WHERE line.place = staged.place AND line.purchase_id = purchase.id
                    )
              )
          )
        """,
        place.values(),
    )


def _find_erased_buyers(place: Place) -> None:
    run(
        """
        INSERT INTO outside_problem (place, pointer, code)
        SELECT staged.place, '/customer', %(erased)s
        FROM outside_order AS staged
        JOIN customers_customer AS customer ON customer.id = staged.customer_id
        WHERE staged.outcome = %(updated)s AND customer.erased_at IS NOT NULL
        """,
        place.values() | {"erased": "customer_erased"},
    )


def _find_touched_lines() -> None:
    run(
        """
        INSERT INTO outside_problem (place, pointer, code)
        SELECT place, '/items/' || position, %(touched)s
        FROM outside_line
        WHERE is_touched AND is_changed
        """,
        {"touched": "order_touched"},
    )


def _find_touched_vanished(place: Place) -> None:
    run(
        f"""
        INSERT INTO outside_problem (place, pointer, code, value)
        SELECT
            staged.place,
            '/items',
            %(touched)s,
            coalesce(purchase.external_line_id, purchase.position::text)
        FROM outside_order AS staged
        JOIN orders_purchase AS purchase ON purchase.order_id = staged.order_id
        WHERE staged.outcome = %(updated)s
          AND purchase.status <> %(cancelled)s
          AND {TOUCHED}
          AND NOT EXISTS (
              SELECT FROM outside_line AS line
              WHERE line.place = staged.place AND line.purchase_id = purchase.id
          )
        """,  # noqa: S608 - a condition of ours
        place.values() | {"touched": "order_touched"},
    )


def _find_touched_buyers(place: Place) -> None:
    """What was bought goes to another person with the order."""
    run(
        f"""
        INSERT INTO outside_problem (place, pointer, code)
        SELECT staged.place, '/customer', %(touched)s
        FROM outside_order AS staged
        JOIN outside_customer AS buyer ON buyer.place = staged.place
        JOIN outside_person AS person ON person.person = buyer.person
        WHERE staged.outcome = %(updated)s
          AND person.customer_id IS DISTINCT FROM staged.customer_id
          AND EXISTS (
              SELECT FROM orders_purchase AS purchase
              WHERE purchase.order_id = staged.order_id AND {TOUCHED}
          )
        """,  # noqa: S608 - a condition of ours
        place.values() | {"touched": "order_touched"},
    )


def _find_touched_payments(place: Place) -> None:
    """A payment of which something was given back cannot be replaced by another."""
    run(
        """
        INSERT INTO outside_problem (place, pointer, code)
        SELECT staged.place, '', %(touched)s
        FROM outside_order AS staged
        JOIN outside_sum AS sums ON sums.place = staged.place
        JOIN orders_order AS stored ON stored.id = staged.order_id
        WHERE staged.outcome = %(updated)s
          AND stored.refunded > 0
          AND (stored.amount, stored.currency, stored.status)
              IS DISTINCT FROM (sums.amount, staged.currency, staged.status)
        """,
        place.values() | {"touched": "order_touched"},
    )
