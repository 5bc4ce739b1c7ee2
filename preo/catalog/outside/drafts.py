"""Making drafts of products that nobody here knows."""

from django.db import connection

from preo.catalog.models import ProductType
from preo.catalog.outside.finding import (
    find_by_code,
    find_by_code_or_name,
    find_by_name,
    name_problems,
)
from preo.catalog.outside.shapes import Shelf
from preo.catalog.outside.tables import run


def make_drafts(shelf: Shelf) -> bool:
    """Make a draft for each wanted product that was not found, one for each code, else name.

    The caller has marked those as `is_wanted` and set `price` and `deposit` of one piece. Answers
    whether there were any.
    Two systems may bring the same new product at the same time: the lock makes the second wait
    for the first's drafts and find them.
    """
    if not _is_any_missing():
        return False
    _lock_catalog(shelf)
    find_by_code_or_name(shelf)
    _insert_drafts_with_code(shelf)
    find_by_code(shelf)
    find_by_name(shelf)
    _insert_drafts_with_name(shelf)
    find_by_name(shelf)
    _insert_categories(shelf)
    _put_drafts_into_categories(shelf)
    name_problems(create=False)
    run("ANALYZE outside_product")
    return True


def _is_any_missing() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM outside_product WHERE is_wanted AND found_id IS NULL)"
        )
        return bool(cursor.fetchone()[0])


def _lock_catalog(shelf: Shelf) -> None:
    run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"preo.catalog.outside:{shelf.edition_id}"},
    )


def _insert_drafts_with_code(shelf: Shelf) -> None:
    _insert_drafts(shelf, key="code", condition="code IS NOT NULL")


def _insert_drafts_with_name(shelf: Shelf) -> None:
    _insert_drafts(shelf, key="match_name", condition="code IS NULL AND names_found = 0")


def _insert_drafts(shelf: Shelf, *, key: str, condition: str) -> None:
    run(
        f"""
        INSERT INTO catalog_product (
            id, organization_id, edition_id, type, name, code, service, description,
            price, deposit, handling_fee, uses, is_unlimited_use, is_draft, metadata
        )
        SELECT DISTINCT ON ({key})
            draft_id, %(organization)s, %(edition)s, %(type)s, coalesce(name, code), code,
            CASE WHEN code IS NOT NULL THEN %(service)s END, %(nothing)s::jsonb,
            price, deposit, 0, 1, false, true, %(nothing)s::jsonb
        FROM outside_product
        WHERE found_id IS NULL
          AND is_wanted
          AND problem IS NULL
          AND {condition}
        ORDER BY {key}, ref
        ON CONFLICT (edition_id, code) DO NOTHING
        """,  # noqa: S608 - columns of ours
        shelf.values() | {"type": ProductType.OTHER, "nothing": "{}"},
    )


def _insert_categories(shelf: Shelf) -> None:
    """Make the headings that the new drafts name and that the edition does not have."""
    run(
        """
        WITH made AS (
            INSERT INTO catalog_category (organization_id, edition_id, name, position)
            SELECT
                %(organization)s, %(edition)s, jsonb_build_object(%(language)s::text, wanted.category),
                coalesce((SELECT max(position) + 1 FROM catalog_category
                          WHERE organization_id = %(organization)s AND edition_id = %(edition)s), 0)
                + row_number() OVER (ORDER BY wanted.first_ref) - 1
            FROM (
                SELECT category, min(ref) AS first_ref
                FROM outside_product
                WHERE found_id = draft_id AND category IS NOT NULL
                GROUP BY category
            ) AS wanted
            WHERE NOT EXISTS (
                SELECT FROM catalog_category AS present
                WHERE present.organization_id = %(organization)s
                  AND present.edition_id = %(edition)s
                  AND present.name ->> %(language)s::text = wanted.category
            )
            RETURNING id
        )
        INSERT INTO outside_category (category_id) SELECT id FROM made
        """,
        shelf.values(),
    )


def _put_drafts_into_categories(shelf: Shelf) -> None:
    run(
        """
        INSERT INTO catalog_product_categories (product_id, category_id)
        SELECT draft.draft_id, category.id
        FROM outside_product AS draft
        JOIN LATERAL (
            SELECT id
            FROM catalog_category
            WHERE organization_id = %(organization)s
              AND edition_id = %(edition)s
              AND name ->> %(language)s::text = draft.category
            ORDER BY position, id
            LIMIT 1
        ) AS category ON true
        WHERE draft.found_id = draft.draft_id
        """,
        shelf.values(),
    )
