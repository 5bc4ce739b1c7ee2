"""Taking back what a chunk of an import brought besides its orders; the last chunk first.

Its orders are gone by then, or have stayed.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from preo.imports.models import DataImport, ImportedPart, KeptKind
from preo.imports.undo.answers import take_back_answers
from preo.imports.undo.besides import (
    CATEGORIES,
    PRODUCTS,
    USERS,
    judge_categories,
    judge_products,
    judge_users,
)
from preo.imports.undo.filled import take_back_filled
from preo.imports.undo.judging import SCOPE
from preo.imports.undo.sql import make_scope, run, values_of, write_kept

_LOCK = """
    SELECT count(*) FROM (
        SELECT FROM customers_customer AS customer
        WHERE customer.id IN (
            SELECT unnest(part.customers) FROM imports_importedpart AS part
            JOIN undo_part ON undo_part.id = part.id
            UNION
            SELECT (was ->> 'customer')::uuid FROM imports_importedpart AS part
            JOIN undo_part ON undo_part.id = part.id
            CROSS JOIN LATERAL jsonb_array_elements(part.filled) AS was
        )
        ORDER BY customer.id
        FOR UPDATE OF customer
    ) AS locked
"""
_GONE_USERS = (
    "DELETE FROM customers_externalid AS part USING undo_user AS scoped "
    "WHERE part.customer_id = scoped.id AND scoped.reason IS NULL",
    "DELETE FROM customers_customer AS part USING undo_user AS scoped "
    "WHERE part.id = scoped.id AND scoped.reason IS NULL",
)
_GONE_PRODUCTS = (
    "UPDATE imports_productmapping AS part SET product_id = NULL, variant_id = NULL "
    "FROM undo_product AS scoped WHERE part.product_id = scoped.id AND scoped.reason IS NULL",
    "DELETE FROM imports_savedproduct AS part USING undo_product AS scoped "
    "WHERE part.product_id = scoped.id AND scoped.reason IS NULL",
    "DELETE FROM catalog_product_categories AS part USING undo_product AS scoped "
    "WHERE part.product_id = scoped.id AND scoped.reason IS NULL",
    "DELETE FROM catalog_product AS part USING undo_product AS scoped "
    "WHERE part.id = scoped.id AND scoped.reason IS NULL",
)
_GONE_CATEGORIES = (
    "DELETE FROM catalog_category AS part USING undo_category AS scoped "
    "WHERE part.id = scoped.id AND scoped.reason IS NULL",
)


def find_parts(parts: Sequence[int] | None, data_import: DataImport) -> None:
    """Name in `undo_part` the chunks that are looked at; None is all of the import."""
    run(
        """
        DROP TABLE IF EXISTS pg_temp.undo_part;
        CREATE TEMP TABLE undo_part (id bigint PRIMARY KEY) ON COMMIT DROP
        """
    )
    run(
        """
        INSERT INTO undo_part
        SELECT id FROM imports_importedpart
        WHERE data_import_id = %(import)s AND (%(parts)s::bigint[] IS NULL OR id = ANY(%(parts)s))
        """,
        {"import": data_import.pk, "parts": None if parts is None else list(parts)},
    )


def take_back_part(data_import: DataImport, *, now: dt.datetime) -> dict[str, int] | None:
    """Take back what one more chunk brought, and say that it is done; what became of it.

    None where no chunk is left. Within a transaction, the import's row locked.
    """
    parts = ImportedPart.objects.filter(data_import=data_import, is_undone=False)
    last = parts.order_by("-id").values_list("pk", flat=True).first()
    if last is None:
        return None
    values = values_of(data_import)
    find_parts([last], data_import)
    make_scope(SCOPE)
    run(_LOCK)
    counts = Counter(take_back_answers(data_import, now=now))
    counts.update(take_back_filled(data_import))
    made = judge_users(data_import)
    kept = write_kept(USERS, KeptKind.USER, values)
    counts.update(users_removed=made - kept, users_kept=kept)
    made = judge_products(data_import)
    kept = write_kept(PRODUCTS, KeptKind.PRODUCT, values)
    counts.update(products_removed=made - kept, products_kept=kept)
    for statement in (*_GONE_USERS, *_GONE_PRODUCTS):
        run(statement)
    ImportedPart.objects.filter(pk=last).update(is_undone=True)
    return counts


def take_back_categories(data_import: DataImport) -> dict[str, int]:
    """Take back the categories of all chunks, the drafts being gone; what became of them."""
    find_parts(None, data_import)
    make_scope(SCOPE)
    make_scope(PRODUCTS)
    made = judge_categories(data_import)
    kept = write_kept(CATEGORIES, KeptKind.CATEGORY, values_of(data_import))
    for statement in _GONE_CATEGORIES:
        run(statement)
    return {"categories_removed": made - kept, "categories_kept": kept}
