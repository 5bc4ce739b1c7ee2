"""The temporary tables on which the phases work.

`outside_product` has a row for each distinct way in which a chunk's lines name a product. The phases
leave in it the product that was found (`found_id`, `found_variant_id`) or the word for what is wrong
(`problem`, with the field `problem_at`). `outside_category` has the categories that were made.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from preo.catalog.models import MatchName
from preo.catalog.outside.shapes import ProductMapping, ProductReference

_FORM = MatchName.template % {"expressions": "name"}


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
            ) ON COMMIT DROP;
            CREATE TEMP TABLE outside_category (category_id uuid NOT NULL) ON COMMIT DROP
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
    run("DROP TABLE outside_product, outside_mapping, outside_category")


def run(statement: str, values: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
