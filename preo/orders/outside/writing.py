"""Writing new and changed orders, their carts and payments. Lines are written by `lines`.

`LATERAL` with `OFFSET 0` makes the planner ask an index once for each of our rows, where it would
else trust statistics of a column that may be empty in all orders but these.
"""

from preo.orders.outside.order_numbers import ORDER_NUMBER
from preo.orders.outside.sql import Place, run
from preo.orders.outside.sums import BUYER_DIGEST


def write_orders(place: Place) -> None:
    """Insert the new orders with their payments, and a cart for each order that has none."""
    _insert_orders(place)
    _insert_payments(place)
    _insert_carts(place)


def change_orders(place: Place) -> None:
    """Bring changed orders and their payments to what the other system says now.

    A payment is never rewritten: one whose amount is no longer true is cancelled and a new one
    added, so that completed payments always sum up to what is paid.
    """
    _cancel_wrong_payments(place)
    _replace_payments(place)
    _update_orders(place)


def _insert_orders(place: Place) -> None:
    run(
        f"""
        INSERT INTO orders_order (
            id, organization_id, edition_id, customer_id, order_number, type, status, currency,
            subtotal, deposit, handling_fee, service_fee, discount, tax, vat, adjustment,
            amount, paid, refunded, coupon_code, items_count,
            customer_name, customer_email, customer_phone, service, external_id,
            source_digest, buyer_digest, completed_transaction_id, metadata, created
        )
        SELECT
            staged.order_id, %(organization)s, %(edition)s, staged.customer_id, {ORDER_NUMBER},
            %(imported)s, staged.status, staged.currency,
            sums.subtotal, sums.deposit, sums.handling_fee, staged.service_fee, staged.discount,
            staged.tax, 0, sums.amount - sums.added,
            sums.amount, CASE WHEN staged.status = %(completed)s THEN sums.amount ELSE 0 END, 0,
            staged.coupon_code, sums.items_count,
            btrim(staged.first_name || ' ' || staged.last_name), staged.customer_email,
            staged.customer_phone, %(service)s, staged.external_id,
            sums.source_digest, {BUYER_DIGEST},
            CASE WHEN staged.status = %(completed)s THEN staged.payment_id END, staged.metadata,
            coalesce(staged.created, %(now)s)
        FROM outside_order AS staged
        JOIN outside_sum AS sums ON sums.place = staged.place
        WHERE staged.outcome = %(created)s
        ORDER BY staged.place
        """,  # noqa: S608 - expressions of ours
        place.values(),
    )


def _insert_carts(place: Place) -> None:
    run(
        """
        INSERT INTO orders_cart (id, organization_id, edition_id, order_id, status, created)
        SELECT
            cart_id, %(organization)s, %(edition)s, order_id, %(ordered)s,
            coalesce(created, %(now)s)
        FROM outside_order
        WHERE outcome IN (%(created)s, %(updated)s)
        ORDER BY place
        ON CONFLICT (order_id) DO NOTHING
        """,
        place.values(),
    )


def _insert_payments(place: Place) -> None:
    run(
        """
        INSERT INTO orders_transaction (
            id, organization_id, order_id, kind, type, status, service, amount, currency,
            service_fee, handling_fee, refunded, message, created
        )
        SELECT
            staged.payment_id, %(organization)s, staged.order_id, %(payment)s, %(imported)s,
            %(payment_completed)s, %(service)s, sums.amount, staged.currency,
            staged.service_fee, sums.handling_fee, 0, '', coalesce(staged.created, %(now)s)
        FROM outside_order AS staged
        JOIN outside_sum AS sums ON sums.place = staged.place
        WHERE staged.outcome = %(created)s AND staged.status = %(completed)s
        ORDER BY staged.place
        """,
        place.values(),
    )


def _cancel_wrong_payments(place: Place) -> None:
    run(
        """
        UPDATE orders_transaction AS payment
        SET status = %(payment_cancelled)s
        FROM (
            SELECT present.id
            FROM outside_order AS staged
            JOIN outside_sum AS sums ON sums.place = staged.place
            CROSS JOIN LATERAL (
                SELECT completed_transaction_id AS id
                FROM orders_order
                WHERE id = staged.order_id
                OFFSET 0
            ) AS completed
            CROSS JOIN LATERAL (
                SELECT id, amount, currency
                FROM orders_transaction
                WHERE id = completed.id
                OFFSET 0
            ) AS present
            WHERE staged.outcome = %(updated)s
              AND (
                  staged.status <> %(completed)s
                  OR present.amount <> sums.amount
                  OR present.currency <> staged.currency
              )
        ) AS wrong
        WHERE payment.id = wrong.id
        """,
        place.values(),
    )


def _replace_payments(place: Place) -> None:
    run(
        """
        INSERT INTO orders_transaction (
            id, organization_id, order_id, kind, type, status, service, amount, currency,
            service_fee, handling_fee, refunded, message, created
        )
        SELECT
            staged.payment_id, %(organization)s, staged.order_id, %(payment)s, %(imported)s,
            %(payment_completed)s, %(service)s, sums.amount, staged.currency,
            staged.service_fee, sums.handling_fee, 0, '', %(now)s
        FROM outside_order AS staged
        JOIN outside_sum AS sums ON sums.place = staged.place
        CROSS JOIN LATERAL (
            SELECT completed_transaction_id AS id
            FROM orders_order
            WHERE id = staged.order_id
            OFFSET 0
        ) AS completed
        WHERE staged.outcome = %(updated)s
          AND staged.status = %(completed)s
          AND (
              SELECT payment.id
              FROM orders_transaction AS payment
              WHERE payment.id = completed.id AND payment.status = %(payment_completed)s
          ) IS NULL
        """,
        place.values(),
    )


def _update_orders(place: Place) -> None:
    run(
        f"""
        UPDATE orders_order AS stored
        SET customer_id = staged.customer_id,
            order_number = {ORDER_NUMBER},
            status = staged.status,
            currency = staged.currency,
            subtotal = sums.subtotal,
            deposit = sums.deposit,
            handling_fee = sums.handling_fee,
            service_fee = staged.service_fee,
            discount = staged.discount,
            tax = staged.tax,
            adjustment = sums.amount - sums.added,
            amount = sums.amount,
            paid = CASE WHEN staged.status = %(completed)s THEN sums.amount ELSE 0 END,
            coupon_code = staged.coupon_code,
            items_count = sums.items_count,
            customer_name = btrim(staged.first_name || ' ' || staged.last_name),
            customer_email = staged.customer_email,
            customer_phone = staged.customer_phone,
            source_digest = sums.source_digest,
            buyer_digest = {BUYER_DIGEST},
            completed_transaction_id = CASE
                WHEN staged.status <> %(completed)s THEN NULL
                WHEN EXISTS (
                    SELECT FROM orders_transaction AS payment WHERE payment.id = staged.payment_id
                ) THEN staged.payment_id
                ELSE stored.completed_transaction_id
            END,
            metadata = stored.metadata || staged.metadata,
            created = staged.created
        FROM outside_order AS staged
        JOIN outside_sum AS sums ON sums.place = staged.place
        WHERE stored.id = staged.order_id AND staged.outcome = %(updated)s
        """,  # noqa: S608 - as above
        place.values(),
    )
