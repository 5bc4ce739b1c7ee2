"""The products of a file, one row for each, made from the rows that were read."""

from django.db import connection

from preo.imports.models import DataImport

_GROUPED = """
    CREATE TEMPORARY TABLE import_product ON COMMIT DROP AS
    SELECT
        code, name_key, variant,
        (array_agg(name ORDER BY rows DESC, first_number))[1] AS name,
        (array_agg(unit_price ORDER BY rows DESC, first_number)
            FILTER (WHERE unit_price IS NOT NULL))[1] AS unit_price,
        sum(rows)::int AS rows,
        min(first_number) AS first_number
    FROM (
        SELECT
            coalesce(product_code, '') AS code,
            CASE WHEN product_code IS NULL THEN coalesce(product_name, '') ELSE '' END AS name_key,
            coalesce(product_variant, '') AS variant,
            coalesce(product_name, '') AS name,
            unit_price, count(*) AS rows, min(number) AS first_number
        FROM import_read
        WHERE coalesce(product_code, product_name) IS NOT NULL
          AND coalesce(length(product_code), 0) <= 128
          AND coalesce(length(product_name), 0) <= 300
          AND coalesce(length(product_variant), 0) <= 200
        GROUP BY 1, 2, 3, 4, 5
    ) AS counted
    GROUP BY code, name_key, variant
"""
"""By its code where it has one: then the most frequent name is its name."""

_FORGOTTEN = """
    DELETE FROM imports_productmapping AS mapping
    WHERE mapping.data_import_id = %(import)s
      AND NOT EXISTS (
          SELECT FROM import_product AS found
          WHERE found.code = mapping.external_code
            AND found.name = mapping.external_name
            AND found.variant = mapping.external_variant
      )
"""

_KEPT = """
    INSERT INTO imports_productmapping (
        organization_id, data_import_id, external_code, external_name, external_variant,
        rows, unit_price, ignored, create_product
    )
    SELECT %(organization)s, %(import)s, code, name, variant, rows, unit_price, false, false
    FROM import_product
    ORDER BY first_number
    ON CONFLICT (data_import_id, external_code, external_name, external_variant)
    DO UPDATE SET rows = excluded.rows, unit_price = excluded.unit_price
"""


def make_products(data_import: DataImport) -> None:
    """Bring the import's product mappings to what its rows name; what staff decided stays."""
    values = {"import": data_import.pk, "organization": data_import.organization_id}
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED)
        cursor.execute("ANALYZE import_product")
        cursor.execute(_FORGOTTEN, values)
        cursor.execute(_KEPT, values)
