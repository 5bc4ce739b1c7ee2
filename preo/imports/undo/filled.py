"""Emptying again what an import filled in of customers who were here, where it still says the same."""

from preo.imports.models import DataImport
from preo.imports.undo.sql import rows, run, values_of

# Of who was made by the import too, who goes or stays as a whole, nothing is counted.
_WAS = """
    SELECT was.*, was.customer NOT IN (
        SELECT unnest(customers) FROM imports_importedpart WHERE data_import_id = %(import)s
    ) AS was_here
    FROM undo_part
    JOIN imports_importedpart AS part ON part.id = undo_part.id
    CROSS JOIN LATERAL jsonb_to_recordset(part.filled) AS was(
        customer uuid, email text, phone_number text, first_name text, last_name text,
        external_ids jsonb, modified_before timestamptz, modified_after timestamptz
    )
"""
_IS_EDITED = """(
    was.email IS DISTINCT FROM CASE WHEN was.email IS NOT NULL THEN customer.email END
    OR was.phone_number IS DISTINCT FROM
       CASE WHEN was.phone_number IS NOT NULL THEN customer.phone_number END
    OR (was.first_name || ' ' || was.last_name) IS DISTINCT FROM
       CASE WHEN was.first_name IS NOT NULL THEN customer.first_name || ' ' || customer.last_name END
)"""
_COUNT = f"""
    SELECT count(*) FILTER (WHERE NOT is_edited), count(*) FILTER (WHERE is_edited)
    FROM (
        SELECT {_IS_EDITED} AS is_edited
        FROM ({_WAS}) AS was
        JOIN customers_customer AS customer ON customer.id = was.customer
        WHERE was.was_here
    ) AS judged
"""  # noqa: S608 - our own
EDITED = f"""
    SELECT customer.id, 'edited' AS reason
    FROM ({_WAS}) AS was
    JOIN customers_customer AS customer ON customer.id = was.customer
    WHERE was.was_here AND {_IS_EDITED}
"""  # noqa: S608 - our own
_KEEP = f"""
    INSERT INTO imports_importkept (data_import_id, kind, object_id, reason)
    SELECT %(import)s, 'user', id, reason FROM ({EDITED}) AS edited ORDER BY id
"""  # noqa: S608 - our own
_EMPTY = f"""
    UPDATE customers_customer AS customer
    SET email = CASE WHEN customer.email = was.email THEN NULL ELSE customer.email END,
        phone_number = CASE
            WHEN customer.phone_number = was.phone_number THEN NULL ELSE customer.phone_number
        END,
        first_name = CASE WHEN same.name THEN '' ELSE customer.first_name END,
        last_name = CASE WHEN same.name THEN '' ELSE customer.last_name END,
        modified = CASE
            WHEN customer.modified = was.modified_after THEN was.modified_before
            ELSE customer.modified
        END
    FROM ({_WAS}) AS was
    JOIN customers_customer AS present ON present.id = was.customer
    CROSS JOIN LATERAL (
        SELECT coalesce(
            present.first_name = was.first_name AND present.last_name = was.last_name, false
        ) AS name
    ) AS same
    WHERE customer.id = present.id
      AND (customer.email = was.email OR customer.phone_number = was.phone_number OR same.name)
"""  # noqa: S608 - our own
_FORGET_IDS = f"""
    DELETE FROM customers_externalid AS known
    USING ({_WAS}) AS was CROSS JOIN LATERAL jsonb_array_elements_text(was.external_ids) AS added(id)
    WHERE known.organization_id = %(organization)s
      AND known.service = %(source)s
      AND known.external_id = added.id
      AND known.customer_id = was.customer
"""  # noqa: S608 - our own


def count_filled(data_import: DataImport) -> dict[str, int]:
    """How many customers would be restored, and of how many something was changed since."""
    [(restored, kept)] = rows(_COUNT, values_of(data_import))
    return {"users_restored": restored, "users_kept": kept}


def take_back_filled(data_import: DataImport) -> dict[str, int]:
    """Empty the fields of the chunk in `undo_part`, and forget the external ids that it added.

    A customer whom nobody changed since is as he was, `modified` included.
    """
    values = values_of(data_import)
    counts = count_filled(data_import)
    run(_KEEP, values)
    run(_EMPTY, values)
    run(_FORGET_IDS, values)
    return counts
