"""Which products of a file are here under the same code or name."""

import uuid

from django.db import connection

from preo.catalog.outside.finding import find_products
from preo.catalog.outside.shapes import ProductMapping as Mapped
from preo.catalog.outside.shapes import ProductReference, Shelf
from preo.catalog.outside.tables import drop_staged_products, stage_products
from preo.imports.models import DataImport, ProductMapping
from preo.imports.products.naming import full_name


def find_same(data_import: DataImport) -> dict[uuid.UUID, uuid.UUID]:
    """The product of each undecided mapping that is here under the same code or name.

    By the engine's own rules, so that what is found here is what it would find.
    """
    open_ones = list(
        ProductMapping.objects.filter(
            data_import=data_import, product=None, ignored=False, create_product=False
        )
    )
    edition = data_import.edition
    shelf = Shelf(
        data_import.organization_id, edition.pk, data_import.source, edition.default_language
    )
    references = [
        ProductReference(
            ref,
            None,
            None,
            mapping.external_code or None,
            full_name(mapping.external_name, mapping.external_variant) or None,
            None,
        )
        for ref, mapping in enumerate(open_ones)
    ]
    stage_products(references=references, mapped=Mapped())
    find_products(shelf, create=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ref, found_id FROM outside_product WHERE found_id IS NOT NULL")
        found = {open_ones[ref].pk: product_id for ref, product_id in cursor.fetchall()}
    drop_staged_products()
    return found


def settle_products(data_import: DataImport) -> None:
    """Decide for the same code or name where nobody decided otherwise.

    From then on nothing that the import makes can change what its products are.
    """
    found = find_same(data_import)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE imports_productmapping AS mapping
            SET product_id = same.product_id
            FROM unnest(%(mappings)s::uuid[], %(products)s::uuid[]) AS same(mapping_id, product_id)
            WHERE mapping.id = same.mapping_id
            """,
            {"mappings": list(found), "products": list(found.values())},
        )
