"""Finding products by what lines call them. Every search stays inside the edition, so that a
foreign id is found no more than one that does not exist.

The planner knows nothing of an edition that is new, takes it for empty, and would compare all
its products with all of a chunk, or look for each by an index of the edition alone. So each search
is a `LATERAL` subquery with `LIMIT` or `OFFSET`, which is asked once for each row, and what it searches
in is given as a subquery too, whose value the planner does not see: it then expects an average one.
"""

from preo.catalog.models import MAX_MATCH_NAME
from preo.catalog.outside.shapes import Shelf
from preo.catalog.outside.tables import run

NAME_LIMIT = 200


def find_products(shelf: Shelf, *, create: bool) -> None:
    """Find each product by id, mapped code, exact code, mapped name or same name, in this order.

    With `create`, a product that is found by none of them is no problem yet: `make_drafts`.
    """
    _find_by_product_id(shelf)
    _find_by_variant_id(shelf)
    find_by_code_or_name(shelf)
    name_problems(create=create)
    run("ANALYZE outside_product")


def find_by_code_or_name(shelf: Shelf) -> None:
    _find_by_mapped_code(shelf)
    find_by_code(shelf)
    _find_by_mapped_name(shelf)
    find_by_name(shelf)


def _find_by_product_id(shelf: Shelf) -> None:
    run(
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
    run(
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
    run(
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


def find_by_code(shelf: Shelf) -> None:
    run(
        """
        UPDATE outside_product AS staged
        SET found_id = product.id
        FROM outside_product AS searched
        CROSS JOIN LATERAL (
            SELECT id
            FROM catalog_product
            WHERE organization_id = (SELECT %(organization)s::uuid)
              AND edition_id = (SELECT %(edition)s::uuid)
              AND code = searched.code
            LIMIT 1
        ) AS product
        WHERE staged.ref = searched.ref AND staged.found_id IS NULL
        """,
        shelf.values(),
    )


def find_by_name(shelf: Shelf) -> None:
    """Take the one product of that name; of several none, since any choice would be a guess.

    Where both have a code of the same system the codes have spoken: they are two products there,
    even if they are called alike (a shop's `Staples` in two sizes).
    """
    run(
        """
        UPDATE outside_product AS staged
        SET found_id = CASE WHEN named.products = 1 THEN named.id END, names_found = named.products
        FROM (
            SELECT searched.ref, count(*) AS products, (array_agg(product.id))[1] AS id
            FROM outside_product AS searched
            CROSS JOIN LATERAL (
                SELECT id, code, service
                FROM catalog_product
                WHERE organization_id = (SELECT %(organization)s::uuid)
                  AND edition_id = (SELECT %(edition)s::uuid)
                  AND match_name = searched.match_name
                OFFSET 0
            ) AS product
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


def name_problems(*, create: bool) -> None:
    """Say of each product that was not found what is wrong, and at which field.

    What was asked for by id is never made anew. With `create` the rest will be drafts, if their
    name fits.
    """
    run(
        """
        UPDATE outside_product AS staged
        SET problem = CASE
                WHEN staged.product_id IS NULL
                 AND staged.variant_id IS NULL
                 AND staged.names_found > 1 THEN %(ambiguous)s
                WHEN staged.product_id IS NULL
                 AND staged.variant_id IS NULL
                 AND %(create)s THEN CASE
                    WHEN length(coalesce(staged.name, staged.code)) > %(limit)s
                      OR octet_length(staged.match_name) > %(form_limit)s THEN %(long)s
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
            "form_limit": MAX_MATCH_NAME,
            "ambiguous": "ambiguous_product",
            "unknown": "unknown_product",
            "long": "too_long",
            "at_variant": "variant_id",
            "at_product": "product_id",
            "at_code": "external_product_id",
            "at_name": "external_product",
        },
    )
