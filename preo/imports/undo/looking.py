"""What an undo would do, found in a few statements over the whole import, without writing."""

import uuid
from collections import Counter
from typing import NamedTuple

from django.db import transaction

from preo.imports.models import DataImport, ImportKept, KeptKind
from preo.imports.undo.answers import SCOPE as ANSWERS
from preo.imports.undo.answers import count_answers, judge_answers
from preo.imports.undo.besides import (
    CATEGORIES,
    PRODUCTS,
    USERS,
    judge_categories,
    judge_products,
    judge_users,
)
from preo.imports.undo.counts import add_counts
from preo.imports.undo.filled import EDITED, count_filled
from preo.imports.undo.judging import SCOPE as ORDERS
from preo.imports.undo.judging import find_orders, judge_orders
from preo.imports.undo.parts import find_parts
from preo.imports.undo.sql import rows, values_of

SHOWN = 1_000
"""Of what stays so many are named."""

_KEPT = f"""
    SELECT kind, id, reason FROM (
        SELECT 1 AS place, 'order' AS kind, id, reason FROM {ORDERS} WHERE reason IS NOT NULL
        UNION ALL
        SELECT 2, 'user', id, reason FROM {USERS} WHERE reason IS NOT NULL
        UNION ALL
        SELECT 2, 'user', id, reason FROM ({EDITED}) AS edited
        UNION ALL
        SELECT 3, 'product', id, reason FROM {PRODUCTS} WHERE reason IS NOT NULL
        UNION ALL
        SELECT 4, 'category', id, reason FROM {CATEGORIES} WHERE reason IS NOT NULL
        UNION ALL
        SELECT 5, 'consent', id, reason FROM {ANSWERS} WHERE reason IS NOT NULL
    ) AS kept
    ORDER BY place, id
    LIMIT {SHOWN}
"""  # noqa: S608 - our tables


class Kept(NamedTuple):
    """One thing that stays as it is."""

    kind: KeptKind
    object_id: uuid.UUID
    reason: str


class Prospect(NamedTuple):
    """What an undo would do, or did."""

    counts: dict[str, int]
    kept: list[Kept]
    """The first of them."""


def look_ahead(data_import: DataImport) -> Prospect:
    """What an undo would do now."""
    with transaction.atomic():
        try:
            return _look_ahead(data_import)
        finally:
            transaction.set_rollback(True)


def look_back(data_import: DataImport) -> Prospect:
    """What the import's undo has done so far."""
    kept = ImportKept.objects.filter(data_import=data_import).order_by("id")[:SHOWN]
    return Prospect(
        add_counts(data_import.undo_counts, {}),
        [Kept(KeptKind(one.kind), one.object_id, one.reason) for one in kept],
    )


def _look_ahead(data_import: DataImport) -> Prospect:
    find_orders(data_import, after=None, limit=None)
    judge_orders(data_import)
    find_parts(None, data_import)
    judge_answers(data_import)
    counts = Counter(_count_orders())
    counts.update(count_answers())
    counts.update(count_filled(data_import))
    for kind, scope, judge in (
        ("users", USERS, judge_users),
        ("products", PRODUCTS, judge_products),
        ("categories", CATEGORIES, judge_categories),
    ):
        made = judge(data_import)
        [(kept,)] = rows(f"SELECT count(reason) FROM {scope}")  # noqa: S608 - our tables
        counts.update({f"{kind}_removed": made - kept, f"{kind}_kept": kept})
    found = rows(_KEPT, values_of(data_import))
    return Prospect(
        add_counts(counts, {}), [Kept(KeptKind(kind), key, reason) for kind, key, reason in found]
    )


def _count_orders() -> dict[str, int]:
    [(removed, restored, kept)] = rows(
        f"""
        SELECT
            count(*) FILTER (WHERE reason IS NULL AND outcome = 'created'),
            count(*) FILTER (WHERE reason IS NULL AND outcome = 'updated'),
            count(reason)
        FROM {ORDERS}
        """  # noqa: S608 - our table
    )
    return {"orders_removed": removed, "orders_restored": restored, "orders_kept": kept}
