"""Writing the lines of new and changed orders: cart items and purchases, one of each a line."""

from preo.core.ids import QUICK_UUID7
from preo.orders.outside.sql import Place, run

# PostgreSQL's integer; quantity times uses is far below it unless somebody jests.
MOST_USES = 2**31 - 1


def write_lines(place: Place) -> None:
    """Insert cart items and purchases for lines that have none."""
    _insert_items(place)
    _insert_purchases(place)


def change_lines(place: Place) -> None:
    """Bring the lines of changed orders to what the other system says now.

    A purchase whose line has vanished becomes cancelled and leaves the cart, which always shows
    what the order's sums are of. Purchases that do not differ are not written.
    """
    _update_items(place)
    _update_purchases(place)
    _cancel_vanished_purchases(place)
    _delete_vanished_items(place)


def _insert_items(place: Place) -> None:
    run(
        """
        INSERT INTO orders_cartitem (
            id, organization_id, cart_id, product_id, variant_id, location_id, position, quantity,
            options, price_with_options, deposit_with_options, handling_fee, created
        )
        SELECT
            line.item_id, %(organization)s, staged.cart_id, matched.found_id,
            matched.found_variant_id, product.location_id,
            coalesce(line.own_position, line.position), line.quantity,
            %(no_options)s::jsonb, line.unit_price, line.unit_deposit, line.handling_fee,
            CASE
                WHEN staged.outcome = %(created)s THEN coalesce(staged.created, %(now)s)
                ELSE %(now)s
            END
        FROM outside_line AS line
        JOIN outside_order AS staged ON staged.place = line.place
        JOIN outside_product AS matched ON matched.ref = line.ref
        JOIN catalog_product AS product ON product.id = matched.found_id
        WHERE staged.outcome IN (%(created)s, %(updated)s) AND NOT line.is_item_stored
        ORDER BY line.place, line.position
        """,
        place.values(),
    )


def _insert_purchases(place: Place) -> None:
    run(
        f"""
        INSERT INTO orders_purchase (
            id, organization_id, edition_id, order_id, cart_item_id, customer_id, product_id,
            variant_id, location_id, position, external_line_id, vendor_code, status, quantity,
            currency, price_paid, deposit_paid, handling_fee_paid, refunded,
            total_uses, available_uses, is_unlimited_use, options, created
        )
        SELECT
            {QUICK_UUID7},
            %(organization)s, %(edition)s, staged.order_id, line.item_id, staged.customer_id,
            matched.found_id, matched.found_variant_id, product.location_id,
            coalesce(line.own_position, line.position), line.external_line_id, vendor.code,
            staged.purchase_status, line.quantity,
            staged.currency, line.price_paid, line.deposit_paid, line.handling_fee, 0,
            least(line.quantity * product.uses, %(most_uses)s),
            least(line.quantity * product.uses, %(most_uses)s),
            product.is_unlimited_use, %(no_options)s::jsonb,
            CASE
                WHEN staged.outcome = %(created)s THEN coalesce(staged.created, %(now)s)
                ELSE %(now)s
            END
        FROM outside_line AS line
        JOIN outside_order AS staged ON staged.place = line.place
        JOIN outside_product AS matched ON matched.ref = line.ref
        JOIN catalog_product AS product ON product.id = matched.found_id
        LEFT JOIN catalog_vendor AS vendor ON vendor.id = product.vendor_id
        WHERE staged.outcome IN (%(created)s, %(updated)s) AND line.purchase_id IS NULL
        ORDER BY line.place, line.position
        """,  # noqa: S608 - an expression of ours
        place.values() | {"most_uses": MOST_USES},
    )


def _update_items(place: Place) -> None:
    run(
        """
        UPDATE orders_cartitem AS item
        SET product_id = matched.found_id,
            variant_id = matched.found_variant_id,
            location_id = CASE
                WHEN item.product_id = matched.found_id THEN item.location_id
                ELSE product.location_id
            END,
            quantity = line.quantity,
            price_with_options = line.unit_price,
            deposit_with_options = line.unit_deposit,
            handling_fee = line.handling_fee
        FROM outside_line AS line
        JOIN outside_order AS staged ON staged.place = line.place
        JOIN outside_product AS matched ON matched.ref = line.ref
        JOIN catalog_product AS product ON product.id = matched.found_id
        WHERE staged.outcome = %(updated)s
          AND line.is_item_stored
          AND item.id = line.item_id
          AND (
              item.product_id, item.variant_id, item.quantity, item.price_with_options,
              item.deposit_with_options, item.handling_fee
          ) IS DISTINCT FROM (
              matched.found_id, matched.found_variant_id, line.quantity, line.unit_price,
              line.unit_deposit, line.handling_fee
          )
        """,
        place.values(),
    )


def _update_purchases(place: Place) -> None:
    """Uses follow only what was bought: the product's present number is for new lines.

    A purchase that staff cancelled stays so, unless its line had vanished or the whole order was
    cancelled, and now is not any more.
    """
    run(
        """
        UPDATE orders_purchase AS purchase
        SET cart_item_id = line.item_id,
            customer_id = staged.customer_id,
            product_id = matched.found_id,
            variant_id = matched.found_variant_id,
            location_id = CASE
                WHEN purchase.product_id = matched.found_id THEN purchase.location_id
                ELSE product.location_id
            END,
            vendor_code = CASE
                WHEN purchase.product_id = matched.found_id THEN purchase.vendor_code
                ELSE vendor.code
            END,
            external_line_id = coalesce(line.external_line_id, purchase.external_line_id),
            status = CASE
                WHEN purchase.cart_item_id IS NULL THEN staged.purchase_status
                WHEN NOT staged.is_new_stage THEN purchase.status
                WHEN purchase.status = %(cancelled)s AND NOT staged.was_cancelled
                THEN purchase.status
                ELSE staged.purchase_status
            END,
            quantity = line.quantity,
            currency = staged.currency,
            price_paid = line.price_paid,
            deposit_paid = line.deposit_paid,
            handling_fee_paid = line.handling_fee,
            total_uses = bought.uses,
            available_uses = bought.uses - (purchase.total_uses - purchase.available_uses),
            is_unlimited_use = CASE
                WHEN purchase.product_id = matched.found_id THEN purchase.is_unlimited_use
                ELSE product.is_unlimited_use
            END
        FROM outside_line AS line
        JOIN outside_order AS staged ON staged.place = line.place
        JOIN outside_product AS matched ON matched.ref = line.ref
        JOIN catalog_product AS product ON product.id = matched.found_id
        LEFT JOIN catalog_vendor AS vendor ON vendor.id = product.vendor_id
        JOIN orders_purchase AS before ON before.id = line.purchase_id
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN before.product_id = matched.found_id AND before.quantity = line.quantity
                THEN before.total_uses
                ELSE least(line.quantity * product.uses, %(most_uses)s)
            END AS uses
        ) AS bought
        WHERE staged.outcome = %(updated)s
          AND purchase.id = line.purchase_id
          AND (
              line.is_changed
              OR purchase.customer_id <> staged.customer_id
              OR purchase.external_line_id IS DISTINCT FROM
                 coalesce(line.external_line_id, purchase.external_line_id)
          )
        """,
        place.values() | {"most_uses": MOST_USES},
    )


def _cancel_vanished_purchases(place: Place) -> None:
    run(
        """
        UPDATE orders_purchase AS purchase
        SET status = %(cancelled)s, cart_item_id = NULL
        FROM outside_order AS staged
        WHERE staged.outcome = %(updated)s
          AND purchase.order_id = staged.order_id
          AND (purchase.status <> %(cancelled)s OR purchase.cart_item_id IS NOT NULL)
          AND NOT EXISTS (
              SELECT FROM outside_line AS line
              WHERE line.place = staged.place
                AND coalesce(line.own_position, line.position) = purchase.position
          )
        """,
        place.values(),
    )


def _delete_vanished_items(place: Place) -> None:
    run(
        """
        DELETE FROM orders_cartitem AS item
        USING outside_order AS staged
        WHERE staged.outcome = %(updated)s
          AND item.cart_id = staged.cart_id
          AND NOT EXISTS (
              SELECT FROM outside_line AS line
              WHERE line.place = staged.place AND line.item_id = item.id
          )
        """,
        place.values(),
    )
