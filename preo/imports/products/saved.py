"""What was decided on another system's products, kept for its next file."""

from django.db import connection

from preo.imports.models import DataImport

_SAVE = """
    INSERT INTO imports_savedproduct (
        organization_id, edition_id, source, external_code, external_name, external_variant,
        product_id, variant_id, ignored
    )
    SELECT
        %(organization)s, %(edition)s, %(source)s, external_code, external_name,
        external_variant, product_id, variant_id, ignored
    FROM imports_productmapping
    WHERE data_import_id = %(import)s AND (ignored OR product_id IS NOT NULL)
    ON CONFLICT (edition_id, source, external_code, external_name, external_variant)
    DO UPDATE SET
        product_id = excluded.product_id,
        variant_id = excluded.variant_id,
        ignored = excluded.ignored
"""

# By its code where it has one: then its name may be written otherwise in the next file.
_RECALL = """
    UPDATE imports_productmapping AS mapping
    SET product_id = saved.product_id, variant_id = saved.variant_id, ignored = saved.ignored
    FROM (
        SELECT DISTINCT ON (fresh.id) fresh.id AS mapping_id, kept.*
        FROM imports_productmapping AS fresh
        JOIN imports_savedproduct AS kept
            ON kept.external_code = fresh.external_code
            AND kept.external_variant = fresh.external_variant
            AND (fresh.external_code <> '' OR kept.external_name = fresh.external_name)
        WHERE fresh.data_import_id = %(import)s
          AND kept.edition_id = %(edition)s
          AND kept.source = %(source)s
        ORDER BY fresh.id, kept.modified DESC, kept.id
    ) AS saved
    WHERE mapping.id = saved.mapping_id
      AND mapping.product_id IS NULL AND NOT mapping.ignored AND NOT mapping.create_product
"""


def save_products(data_import: DataImport) -> None:
    """Keep what was decided for the next file of this system in this edition."""
    _run(_SAVE, data_import)


def recall_products(data_import: DataImport) -> None:
    """Decide what nobody decided yet as it was for an earlier file of this system."""
    _run(_RECALL, data_import)


def _run(statement: str, data_import: DataImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "import": data_import.pk,
                "organization": data_import.organization_id,
                "edition": data_import.edition_id,
                "source": data_import.source,
            },
        )
