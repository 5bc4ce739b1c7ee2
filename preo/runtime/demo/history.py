"""What happened to the latest orders, as the application itself would have recorded it."""

import uuid

from django.db import connection

LATEST = 3_000
"""Orders that have a history: enough for all that anyone opens."""

# Numbered at once: the dispatcher would otherwise tell its listeners of an invented past.
_ACTIVITIES = """
    WITH latest AS (
        SELECT * FROM orders_order WHERE organization_id = %(organization)s
        ORDER BY created DESC, id DESC LIMIT %(latest)s
    ), happened AS (
        SELECT latest.*, 'order.created' AS what, created AS at, '{}'::text[] AS touched,
            NULL::uuid AS transaction_id
        FROM latest
        UNION ALL
        SELECT latest.*, 'order.completed', latest.modified, '{status,paid}', completed_transaction_id
        FROM latest WHERE status = 'completed' AND refunded = 0
        UNION ALL
        SELECT latest.*, 'order.completed', payment.created, '{status,paid}', payment.id
        FROM latest JOIN orders_transaction payment ON payment.id = completed_transaction_id
        WHERE latest.refunded > 0
        UNION ALL
        SELECT latest.*, 'refund.completed', back.created, '{refunded}', back.id
        FROM latest JOIN orders_transaction back ON back.order_id = latest.id
        WHERE back.kind = 'refund' AND back.status = 'completed'
        UNION ALL
        SELECT latest.*, 'order.cancelled', modified, '{status}', NULL
        FROM latest WHERE status = 'cancelled'
    ), acted AS (
        SELECT *, CASE WHEN what LIKE 'refund%%' OR type = 'in-person' THEN 'staff'
            WHEN type = 'online' THEN 'customer' ELSE 'system' END AS actor
        FROM happened
    )
    INSERT INTO activity_activity (
        id, created, modified, organization_id, edition_id, type, object_id, actor_kind, actor_id,
        changed, details, sequence
    )
    SELECT pg_temp.id_of((extract(epoch FROM at) * 1000)::bigint, what || id || coalesce(transaction_id, id)),
        at, at, organization_id, edition_id, what, id, actor,
        CASE actor WHEN 'staff' THEN %(staff)s::uuid WHEN 'customer' THEN customer_id END, touched,
        CASE WHEN transaction_id IS NULL THEN '{}'::jsonb
            ELSE jsonb_build_object('transaction', transaction_id) END,
        %(after)s + row_number() OVER (ORDER BY at, id, what, transaction_id)
    FROM acted
"""
_AFTER = "SELECT coalesce(max(sequence), 0) FROM activity_activity WHERE organization_id = %s"


def write_history(*, organization_id: uuid.UUID, staff_id: uuid.UUID) -> None:
    """Activities of the latest orders; what people of the staff did, `staff_id` did."""
    with connection.cursor() as cursor:
        # Without it the planner reads all payments of all orders for the latest.
        cursor.execute("ANALYZE orders_order, orders_transaction")
        cursor.execute(_AFTER, [organization_id])
        (after,) = cursor.fetchone()
        cursor.execute(
            _ACTIVITIES,
            {
                "organization": organization_id,
                "staff": staff_id,
                "latest": LATEST,
                "after": after,
            },
        )
