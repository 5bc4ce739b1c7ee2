"""What products of a file probably are here. It is only suggested: people decide."""

import json
from typing import Any

from django.db import connection

from preo.catalog.models import MatchName, Variant
from preo.core import ids
from preo.imports.models import DataImport, ProductMapping
from preo.imports.products.matching import find_same
from preo.imports.products.naming import full_name
from preo.imports.products.saved import recall_products

LEAST = 0.3
"""The least similarity (pg_trgm's, 0 to 1) of names that is worth showing."""
MOST = 1_000
"""For so many of a file's products similar names are searched, the most frequent first: each is
compared with all products of the edition."""
SAME = 1.0

_FORM = MatchName.template % {"expressions": "asked.name"}
_SIMILAR = f"""
    SELECT asked.mapping_id, found.id, found.alike
    FROM jsonb_to_recordset(%(asked)s::jsonb) AS asked(mapping_id uuid, name text)
    CROSS JOIN LATERAL (
        SELECT product.id, similarity(product.match_name, {_FORM}) AS alike
        FROM catalog_product AS product
        WHERE product.organization_id = %(organization)s AND product.edition_id = %(edition)s
        ORDER BY alike DESC, product.is_draft, product.id
        LIMIT 1
    ) AS found
    WHERE found.alike >= %(least)s
"""  # noqa: S608 - our own expression


def prepare_products(data_import: DataImport) -> None:
    """Decide as it was for an earlier file of this system, and suggest something for the rest."""
    recall_products(data_import)
    undecided = ProductMapping.objects.filter(
        data_import=data_import, product=None, ignored=False, create_product=False
    )
    rows = {mapping.pk: mapping for mapping in undecided.order_by("-rows", "id")}
    found: dict[Any, tuple[Any, float]] = {
        key: (product, SAME) for key, product in find_same(data_import).items()
    }
    found = _similar(data_import, [row for key, row in rows.items() if key not in found]) | found
    variants = _variants({product for product, _ in found.values()})
    for key, row in rows.items():
        row.suggestion = None
        if key in found:
            product, confidence = found[key]
            variant = variants.get((product, row.external_variant.strip().casefold()))
            row.suggestion = {
                "product_id": ids.encode_id("prd", product),
                "variant_id": ids.encode_id("var", variant) if variant else None,
                "confidence": round(confidence, 2),
            }
    ProductMapping.objects.bulk_update(rows.values(), ["suggestion"], batch_size=2_000)


def _similar(data_import: DataImport, rows: list[ProductMapping]) -> dict[Any, tuple[Any, float]]:
    """By the name alone and by the name with its variant, whichever is more alike."""
    asked = [
        {"mapping_id": str(row.pk), "name": name}
        for row in rows[:MOST]
        for name in {
            row.external_name,
            full_name(row.external_name, row.external_variant),
        }
        if name
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _SIMILAR,
            {
                "asked": json.dumps(asked),
                "organization": data_import.organization_id,
                "edition": data_import.edition_id,
                "least": LEAST,
            },
        )
        found = sorted(cursor.fetchall(), key=lambda one: one[2])
    return {mapping: (product, float(alike)) for mapping, product, alike in found}


def _variants(products: set[Any]) -> dict[tuple[Any, str], Any]:
    """By product and the variant's name in lower case."""
    rows = Variant.objects.filter(product__in=products).values_list("product", "name", "id")
    return {(product, name.strip().casefold()): key for product, name, key in rows}
