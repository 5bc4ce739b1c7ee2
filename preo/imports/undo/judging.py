"""Which orders of an import were touched since, and why they stay as they are.

The import noted of each order when it was done with it (`done_at`) and the order's `modified` then.
`modified` is moved by a trigger with the clock of the moment of writing, so that whoever wrote to the
order afterwards, or waited for the import to let go of it, left a later one.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import ForeignKey

from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.imports.models import DataImport, ImportedOrder
from preo.imports.undo.references import references_to
from preo.imports.undo.sql import give_reasons, make_scope, run, values_of
from preo.orders.outside.images import ROWS
from preo.organizations.models import Organization

SCOPE = "undo_order"
_STANDING = (*ROWS, Organization, Edition)

_FILL = """
    INSERT INTO undo_order (id, outcome, after_modified, done_at)
    SELECT order_id, outcome, after_modified, coalesce(done_at, after_modified)
    FROM imports_importedorder
    WHERE data_import_id = %(import)s
      AND outcome IN (%(order_created)s, %(order_updated)s)
      AND (%(after)s::uuid IS NULL OR order_id > %(after)s::uuid)
    ORDER BY order_id
    LIMIT %(limit)s
"""

_ORDERS = """
    SELECT
        scoped.id,
        CASE
            WHEN stored.refunded > coalesce(
                (imported.before -> 'orders_order' -> 0 ->> 'refunded')::bigint, 0
            ) THEN 'refunded'
            WHEN EXISTS (
                SELECT FROM imports_importedorder AS other
                WHERE other.order_id = scoped.id
                  AND other.data_import_id <> %(import)s
                  AND other.outcome = %(order_updated)s
                  AND other.done_at > scoped.done_at
            ) THEN 'changed_by_import'
            WHEN EXISTS (
                SELECT FROM activity_activity AS told
                WHERE told.organization_id = %(organization)s
                  AND told.object_id = scoped.id
                  AND told.created > scoped.done_at
                  AND told.actor_kind = 'api_key'
                  AND told.type LIKE 'order.%%'
            ) THEN 'changed_by_system'
            ELSE 'edited'
        END AS reason
    FROM undo_order AS scoped
    JOIN orders_order AS stored ON stored.id = scoped.id
    JOIN imports_importedorder AS imported
        ON imported.data_import_id = %(import)s AND imported.order_id = scoped.id
    WHERE stored.modified <> scoped.after_modified
       OR (scoped.outcome = %(order_created)s AND stored.refunded > 0)
"""

_PURCHASES = """
    SELECT
        scoped.id,
        CASE
            WHEN purchase.refunded > 0 OR purchase.status = %(refunded)s THEN 'refunded'
            WHEN purchase.available_uses < purchase.total_uses
              OR purchase.status IN (%(partially_used)s, %(used)s) THEN 'used'
            ELSE 'edited'
        END AS reason
    FROM undo_order AS scoped
    JOIN orders_purchase AS purchase ON purchase.order_id = scoped.id
    WHERE purchase.modified > scoped.done_at
       OR (
           scoped.outcome = %(order_created)s
           AND (
               purchase.refunded > 0
               OR purchase.available_uses < purchase.total_uses
               OR purchase.status IN (%(partially_used)s, %(used)s, %(refunded)s)
           )
       )
"""

_PAYMENTS = """
    SELECT scoped.id, CASE WHEN payment.kind = 'refund' THEN 'refunded' ELSE 'edited' END AS reason
    FROM undo_order AS scoped
    JOIN orders_transaction AS payment ON payment.order_id = scoped.id
    WHERE payment.modified > scoped.done_at
"""

_CARTS = """
    SELECT scoped.id, 'edited' AS reason
    FROM undo_order AS scoped
    JOIN orders_cart AS cart ON cart.order_id = scoped.id
    LEFT JOIN orders_cartitem AS item ON item.cart_id = cart.id
    WHERE greatest(cart.modified, item.modified) > scoped.done_at
"""

_WITHOUT_IMAGE = """
    SELECT scoped.id, 'gone' AS reason
    FROM undo_order AS scoped
    JOIN imports_importedorder AS imported
        ON imported.data_import_id = %(import)s AND imported.order_id = scoped.id
    WHERE scoped.outcome = %(order_updated)s AND imported.before IS NULL
"""


def find_orders(data_import: DataImport, *, after: uuid.UUID | None, limit: int | None) -> int:
    """Put the import's orders, so many behind the one given, into `undo_order`; how many they are.

    Its columns: `id`, `outcome` (created or updated), and the `reason` for which one stays.
    """
    make_scope(
        SCOPE,
        "outcome text NOT NULL, after_modified timestamptz NOT NULL, done_at timestamptz NOT NULL,",
    )
    found = run(_FILL, values_of(data_import) | {"after": after, "limit": limit})
    run(f"ANALYZE {SCOPE}")
    return found


def judge_orders(data_import: DataImport) -> None:
    """Find out which of `undo_order` were touched, or cannot be what they were."""
    found = [_ORDERS, _PURCHASES, _PAYMENTS, _CARTS, _WITHOUT_IMAGE, *_referring(), *_gone()]
    give_reasons(SCOPE, found, values_of(data_import))


def _referring() -> Iterator[str]:
    """What refers to an order or a part of it: to one that was changed, what came since."""
    for model, rows in ROWS.items():
        for one in references_to(model, besides=(*ROWS, ImportedOrder)):
            since = "other.created > scoped.done_at" if one.has_created else "true"
            yield f"""
                SELECT scoped.id, 'in_use' AS reason
                FROM undo_order AS scoped
                JOIN {model._meta.db_table} AS part ON part.{rows.format(order="scoped.id")}
                JOIN {one.table} AS other ON other.{one.column} = part.id
                WHERE scoped.outcome = %(order_created)s OR {since}
            """  # noqa: S608 - names of our tables and columns


def _gone() -> Iterator[str]:
    """What an order's rows pointed to before the import and what was deleted, merged or erased since.

    Images are large: each table's part is read once, and each target is looked up by its key, where a
    join would be made anew for every order. An organization and an edition stand as long as the
    order does.
    """
    for model in ROWS:
        targets = {
            str(field.column): field.related_model
            for field in model._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model not in _STANDING
        }
        if targets:
            yield f"""
                SELECT scoped.id, 'gone' AS reason
                FROM undo_order AS scoped
                JOIN imports_importedorder AS imported
                    ON imported.data_import_id = %(import)s AND imported.order_id = scoped.id
                CROSS JOIN LATERAL jsonb_to_recordset(imported.before -> '{model._meta.db_table}')
                    AS was({", ".join(f"{column} uuid" for column in targets)})
                WHERE scoped.outcome = %(order_updated)s
                  AND ({" OR ".join(_is_gone(column, target) for column, target in targets.items())})
            """  # noqa: S608 - as above


def _is_gone(column: str, target: Any) -> str:
    """SQL for whether what a column pointed to is not there, or is a person who was emptied."""
    present = " AND erased_at IS NULL AND merged_into_id IS NULL" if target is Customer else ""
    return (
        f"(was.{column} IS NOT NULL AND NOT EXISTS ("
        f"SELECT FROM {target._meta.db_table} WHERE id = was.{column}{present}))"
    )
