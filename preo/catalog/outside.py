"""Products of orders from elsewhere: found by what the orders call them, or made as drafts.

The phases work on the rows of one temporary table, `outside_product`, a row for each distinct way
in which a chunk's lines name a product, and leave in it the product that was found (`found_id`,
`found_variant_id`) or the word for what is wrong (`problem`, with the field `problem_at`).
A foreign id is not found: every search stays inside the edition.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from preo.catalog.models import MatchName, ProductType

NAME_LIMIT = 200
_FORM = MatchName.template % {"expressions": "name"}


class ProductReference(NamedTuple):
    """One way in which lines name a product, and the heading of a draft made for it."""

    ref: int
    product_id: uuid.UUID | None
    variant_id: uuid.UUID | None
    code: str | None
    name: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class MappedProduct:
    """The product, and perhaps its variant, that staff chose for a code or a name."""

    product_id: uuid.UUID
    variant_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ProductMapping:
    """What staff chose for the codes and names of another system."""

    codes: Mapping[str, MappedProduct] = field(default_factory=dict)
    names: Mapping[str, MappedProduct] = field(default_factory=dict)
    """Compared like names of products: whatever the case and the blanks."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose products are searched, and for which other system."""

    organization_id: uuid.UUID
    edition_id: uuid.UUID
    service: str
    language: str
    """In which categories are named."""

    def values(self) -> dict[str, Any]:
        return {
            "organization": self.organization_id,
            "edition": self.edition_id,
            "service": self.service,
            "language": self.language,
        }


def stage_products(*, references: Iterable[ProductReference], mapped: ProductMapping) -> None:
    """Make the temporary tables of this slice and fill them."""
    columns = ", ".join(ProductReference._fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE TEMP TABLE outside_product (
                ref integer PRIMARY KEY,
                product_id uuid,
                variant_id uuid,
                code text,
                name text,
                category text,
                match_name text GENERATED ALWAYS AS ({_FORM}) STORED,
                is_wanted boolean NOT NULL DEFAULT false,
                price bigint NOT NULL DEFAULT 0,
                deposit bigint NOT NULL DEFAULT 0,
                draft_id uuid NOT NULL DEFAULT uuidv7(),
                found_id uuid,
                found_variant_id uuid,
                names_found integer NOT NULL DEFAULT 0,
                problem text,
                problem_at text
            ) ON COMMIT DROP;
            CREATE TEMP TABLE outside_mapping (
                code text,
                name text,
                product_id uuid,
                variant_id uuid,
                match_name text GENERATED ALWAYS AS ({_FORM}) STORED
            ) ON COMMIT DROP
            """
        )
        with cursor.copy(f"COPY outside_product ({columns}) FROM STDIN") as copy:
            for reference in references:
                copy.write_row(reference)
        with cursor.copy(
            "COPY outside_mapping (code, name, product_id, variant_id) FROM STDIN"
        ) as copy:
            for code, chosen in mapped.codes.items():
                copy.write_row((code, None, chosen.product_id, chosen.variant_id))
            for name, chosen in mapped.names.items():
                copy.write_row((None, name, chosen.product_id, chosen.variant_id))
        cursor.execute("ANALYZE outside_product, outside_mapping")


def drop_staged_products() -> None:
    """For a second chunk within the same transaction."""
    _run("DROP TABLE outside_product, outside_mapping")


def find_products(shelf: Shelf, *, create: bool) -> None:
    """Find each product by id, mapped code, exact code, mapped name or same name, in this order.

    With `create`, a product that is found by none of them is no problem yet: `make_drafts`.
    """
    _find_by_product_id(shelf)
    _find_by_variant_id(shelf)
    _find_by_code_or_name(shelf)
    _name_problems(create=create)


def make_drafts(shelf: Shelf) -> None:
    """Make a draft for each wanted product that was not found, one for each code, else name.

    The caller has marked those as `is_wanted` and set `price` and `deposit` of one piece.
    Two systems may bring the same new product at the same time: the lock makes the second wait
    for the first's drafts and find them.
    """
    _lock_catalog(shelf)
    _find_by_code_or_name(shelf)
    _insert_drafts_with_code(shelf)
    _find_by_code(shelf)
    _find_by_name(shelf)
    _insert_drafts_with_name(shelf)
    _find_by_name(shelf)
    _insert_categories(shelf)
    _put_drafts_into_categories(shelf)
    _name_problems(create=False)


def _run(statement: str, values: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _find_by_code_or_name(shelf: Shelf) -> None:
    _find_by_mapped_code(shelf)
    _find_by_code(shelf)
    _find_by_mapped_name(shelf)
    _find_by_name(shelf)


def _find_by_product_id(shelf: Shelf) -> None:
    _run(
        """
        UPDATE outside_product AS staged
        SET found_id = product.id
        FROM catalog_product AS product
        WHERE product.id = staged.product_id
          AND product.organization_id = %(organization)s
          AND product.edition_id = %(edition)s
          AND staged.variant_id IS NULL
        """,
        shelf.values(),
    )


def _find_by_variant_id(shelf: Shelf) -> None:
    """A variant names its product; one that is given beside it must be that one."""
    _run(
        """
        UPDATE outside_product AS staged
        SET found_id = product.id, found_variant_id = variant.id
        FROM catalog_variant AS variant
        JOIN catalog_product AS product ON product.id = variant.product_id
        WHERE variant.id = staged.variant_id
          AND product.organization_id = %(organization)s
          AND product.edition_id = %(edition)s
          AND (staged.product_id IS NULL OR staged.product_id = product.id)
        """,
        shelf.values(),
    )


def _find_by_mapped_code(shelf: Shelf) -> None:
    _find_by_mapped(shelf, key="code")


def _find_by_mapped_name(shelf: Shelf) -> None:
    _find_by_mapped(shelf, key="match_name")


def _find_by_mapped(shelf: Shelf, *, key: str) -> None:
    _run(
        f"""
        UPDATE outside_product AS staged
        SET found_id = product.id, found_variant_id = variant.id
        FROM outside_mapping AS mapping
        JOIN catalog_product AS product ON product.id = mapping.product_id
        LEFT JOIN catalog_variant AS variant
          ON variant.id = mapping.variant_id AND variant.product_id = product.id
        WHERE mapping.{key} = staged.{key}
          AND product.organization_id = %(organization)s
          AND product.edition_id = %(edition)s
          AND staged.found_id IS NULL
        """,  # noqa: S608 - a column of ours
        shelf.values(),
    )


def _find_by_code(shelf: Shelf) -> None:
    _run(
        """
        UPDATE outside_product AS staged
        SET found_id = product.id
        FROM catalog_product AS product
        WHERE product.organization_id = %(organization)s
          AND product.edition_id = %(edition)s
          AND product.code = staged.code
          AND staged.found_id IS NULL
        """,
        shelf.values(),
    )


def _find_by_name(shelf: Shelf) -> None:
    """Take the one product of that name; of several none, since any choice would be a guess.

    Where both have a code of the same system the codes have spoken: they are two products there,
    even if they are called alike (a shop's `Staples` in two sizes).
    """
    _run(
        """
        UPDATE outside_product AS staged
        SET found_id = CASE WHEN named.products = 1 THEN named.id END, names_found = named.products
        FROM (
            SELECT searched.ref, count(*) AS products, (array_agg(product.id))[1] AS id
            FROM outside_product AS searched
            JOIN catalog_product AS product
              ON product.organization_id = %(organization)s
             AND product.edition_id = %(edition)s
             AND product.match_name = searched.match_name
            WHERE searched.found_id IS NULL
              AND searched.product_id IS NULL
              AND searched.variant_id IS NULL
              AND searched.match_name <> ''
              AND NOT (
                  searched.code IS NOT NULL
                  AND product.code IS NOT NULL
                  AND product.code <> searched.code
                  AND product.service IS NOT DISTINCT FROM %(service)s
              )
            GROUP BY searched.ref
        ) AS named
        WHERE staged.ref = named.ref
        """,
        shelf.values(),
    )


def _name_problems(*, create: bool) -> None:
    """Say of each product that was not found what is wrong, and at which field.

    What was asked for by id is never made anew. With `create` the rest will be drafts, if their
    name fits.
    """
    _run(
        """
        UPDATE outside_product AS staged
        SET problem = CASE
                WHEN staged.product_id IS NULL
                 AND staged.variant_id IS NULL
                 AND staged.names_found > 1 THEN %(ambiguous)s
                WHEN staged.product_id IS NULL
                 AND staged.variant_id IS NULL
                 AND %(create)s THEN CASE
                    WHEN length(coalesce(staged.name, staged.code)) > %(limit)s THEN %(long)s
                END
                ELSE %(unknown)s
            END,
            problem_at = CASE
                WHEN staged.variant_id IS NOT NULL THEN %(at_variant)s
                WHEN staged.product_id IS NOT NULL THEN %(at_product)s
                WHEN staged.code IS NOT NULL AND staged.names_found = 0 AND NOT %(create)s
                THEN %(at_code)s
                ELSE %(at_name)s
            END
        WHERE staged.found_id IS NULL
        """,
        {
            "create": create,
            "limit": NAME_LIMIT,
            "ambiguous": "ambiguous_product",
            "unknown": "unknown_product",
            "long": "too_long",
            "at_variant": "variant_id",
            "at_product": "product_id",
            "at_code": "external_product_id",
            "at_name": "external_product",
        },
    )


def _lock_catalog(shelf: Shelf) -> None:
    _run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"preo.catalog.outside:{shelf.edition_id}"},
    )


def _insert_drafts_with_code(shelf: Shelf) -> None:
    _insert_drafts(shelf, key="code", condition="code IS NOT NULL")


def _insert_drafts_with_name(shelf: Shelf) -> None:
    _insert_drafts(shelf, key="match_name", condition="code IS NULL AND names_found = 0")


def _insert_drafts(shelf: Shelf, *, key: str, condition: str) -> None:
    _run(
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
    _run(
        """
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
        """,
        shelf.values(),
    )


def _put_drafts_into_categories(shelf: Shelf) -> None:
    _run(
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
