"""Orders out of a file's lines, for the engine: the database itself puts them into its tables.

What is of an order stands on its first line (`lines.merging`). The order's place in the file is its
place in the chunk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from preo.catalog.outside.shapes import ProductMapping as Mapped
from preo.catalog.outside.tables import stage_products
from preo.core.money import MAX_MINOR
from preo.imports.columns.fields import METADATA
from preo.imports.lines.expressions import BLANKS
from preo.imports.models import DataImport
from preo.orders.outside.comparison import STAGES
from preo.orders.outside.reading import TOO_MUCH
from preo.orders.outside.shapes import Outcome, Said
from preo.orders.outside.values import EMAIL_LIMIT

_PHONE = r"^\+[1-9][0-9]{6,14}$"
BAD_ROW = "bad_row"
NOT_MAPPED = "product_not_mapped"
MESSAGES = {
    BAD_ROW: "A row of this order cannot be read.",
    NOT_MAPPED: "Nobody has said what this product is here: choose one, let a draft be made, or "
    "leave it out.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some orders of an import, by their places."""

    data_import: DataImport
    condition: str
    """SQL of `order_place`."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the condition binds."""

    @property
    def lines(self) -> str:
        """SQL of `line`, the table of lines."""
        return f"line.data_import_id = %(import)s AND line.order_place {self.condition}"

    def bound(self) -> dict[str, Any]:
        return {"import": self.data_import.pk, **self.values}


# Of several lines of one product the first says under which category a draft of it goes.
_REFERENCES = """
    CREATE TEMP TABLE import_reference ON COMMIT DROP AS
    SELECT
        (row_number() OVER (ORDER BY first.order_place, mapping.id) - 1)::integer AS ref,
        mapping.id AS mapping_id, mapping.product_id, mapping.variant_id, mapping.ignored,
        mapping.external_code, mapping.external_name, mapping.external_variant, first.category,
        NOT mapping.ignored AND NOT mapping.create_product AND mapping.product_id IS NULL
            AS is_undecided
    FROM (
        SELECT
            line.product_mapping_id, min(line.order_place) AS order_place, {category} AS category
        FROM imports_importline AS line
        WHERE {lines} AND line.product_mapping_id IS NOT NULL
        GROUP BY line.product_mapping_id
    ) AS first
    JOIN imports_productmapping AS mapping ON mapping.id = first.product_mapping_id
"""

_CATEGORY = """(array_agg(
    line.values ->> 'category' ORDER BY line.order_place, line.number, line.part
))[1]"""
_SETTLED = """
    SELECT
        coalesce(array_agg(mapping_id) FILTER (WHERE ignored), '{}'),
        coalesce(array_agg(mapping_id) FILTER (WHERE is_undecided), '{}')
    FROM import_reference
"""

# The mapping's words and not the line's: one product may be written in several ways.
_PRODUCTS = """
    INSERT INTO outside_product (ref, product_id, variant_id, code, name, category)
    SELECT
        ref, product_id, variant_id,
        CASE WHEN product_id IS NULL THEN nullif(external_code, '') END,
        CASE WHEN product_id IS NULL THEN nullif(concat_ws(
            ' / ', nullif(external_name, ''), nullif(external_variant, '')
        ), '') END,
        category
    FROM import_reference
    WHERE NOT ignored
"""

# A line that cannot be read lets the order fail even if its product is left out: what is of the
# order may have stood there alone. A price that is too large for an amount is replaced by one that
# is just too large: the product of two numbers may not fit any number.
_SAID = f"""
    line AS MATERIALIZED (
        SELECT
            line.order_place, line.order_key, line.values, line.product_mapping_id, line.is_ignored,
            row_number() OVER placed AS nth,
            count(*) FILTER (WHERE NOT line.is_ignored) OVER placed - 1 AS position,
            count(*) FILTER (WHERE NOT line.is_ignored) OVER whole AS items,
            bool_or(line.is_bad OR line.is_undecided) OVER whole AS has_failed
        FROM (
            SELECT
                line.*,
                line.product_mapping_id IS NOT NULL
                    AND line.product_mapping_id = ANY(%(ignored)s::uuid[]) AS is_ignored,
                line.product_mapping_id IS NOT NULL
                    AND line.product_mapping_id = ANY(%(undecided)s::uuid[]) AS is_undecided
            FROM imports_importline AS line
            WHERE {{lines}}
        ) AS line
        WINDOW
            whole AS (PARTITION BY line.order_place),
            placed AS (whole ORDER BY line.number, line.part)
    ),
    said_line AS MATERIALIZED (
        SELECT
            order_place AS place, position, ref, line_id AS external_line_id, quantity,
            coalesce((2 * line_total + quantity) / (2 * quantity), unit_price, 0) AS unit_price,
            unit_deposit,
            coalesce(
                line_total,
                CASE
                    WHEN unit_price > {MAX_MINOR} / quantity THEN {TOO_MUCH}
                    ELSE unit_price * quantity
                END,
                0
            ) AS price_paid,
            CASE
                WHEN unit_deposit > {MAX_MINOR} / quantity THEN {TOO_MUCH}
                ELSE unit_deposit * quantity
            END AS deposit_paid,
            handling_fee
        FROM (
            SELECT
                order_place, position, reference.ref,
                values ->> 'line_id' AS line_id,
                coalesce((values ->> 'quantity')::bigint, 1) AS quantity,
                (values ->> 'unit_price')::bigint AS unit_price,
                (values ->> 'line_total')::bigint AS line_total,
                coalesce((values ->> 'unit_deposit')::bigint, 0) AS unit_deposit,
                coalesce((values ->> 'handling_fee')::bigint, 0) AS handling_fee
            FROM line
            LEFT JOIN import_reference AS reference
              ON reference.mapping_id = line.product_mapping_id
            WHERE NOT is_ignored
            OFFSET 0
        ) AS item
    ),
    said_order AS MATERIALIZED (
        SELECT
            first.order_place AS place,
            CASE WHEN first.has_failed THEN %(failed)s ELSE %(created)s END AS outcome,
            first.order_key AS external_id,
            values ->> 'order_number' AS order_number,
            said.status,
            %(stages)s::jsonb ->> said.status AS purchase_status,
            coalesce(values ->> 'currency', %(currency)s) AS currency,
            (values ->> 'created')::timestamptz AS created,
            coalesce((values ->> 'service_fee')::bigint, 0) AS service_fee,
            coalesce((values ->> 'discount')::bigint, 0) AS discount,
            coalesce((values ->> 'tax')::bigint, 0) AS tax,
            (values ->> 'order_total')::bigint AS total,
            nullif(btrim(values ->> 'coupon_code', %(blanks)s), '') AS coupon_code,
            {{metadata}} AS metadata,
            values ->> 'customer_id' AS customer_external_id,
            coalesce(values ->> 'first_name', '') AS first_name,
            coalesce(values ->> 'last_name', '') AS last_name,
            values ->> 'email' AS customer_email,
            said.phone AS customer_phone,
            CASE WHEN said.phone ~ '{{phone}}' THEN said.phone ELSE (
                SELECT CASE WHEN number ~ '{{phone}}' THEN number END
                FROM regexp_replace(
                    regexp_replace(said.phone, '[[:space:]()./-]+', '', 'g'), '^00', '+'
                ) AS number
            ) END AS phone_number,
            values ->> 'language' AS language
        FROM line AS first
        CROSS JOIN LATERAL (
            SELECT
                coalesce(values ->> 'status', %(completed)s) AS status,
                values ->> 'phone_number' AS phone
            OFFSET 0
        ) AS said
        WHERE first.nth = 1 AND first.items > 0
    )
"""  # noqa: S608 - numbers of ours

_BAD_ROWS = """
    INSERT INTO outside_problem (place, pointer, code)
    SELECT DISTINCT line.order_place, '', %(bad_row)s
    FROM imports_importline AS line
    JOIN outside_order AS staged ON staged.place = line.order_place
    WHERE {lines} AND line.is_bad
"""

_NOT_MAPPED = """
    INSERT INTO outside_problem (place, pointer, code, value)
    SELECT
        order_place,
        '/items/' || position
            || CASE WHEN values ? 'product' THEN '/external_product' ELSE '/external_product_id' END,
        %(not_mapped)s,
        coalesce(values ->> 'product', values ->> 'product_code')
    FROM (
        SELECT
            line.order_place, line.values, reference.is_undecided,
            count(*) FILTER (WHERE reference.ignored IS NOT TRUE) OVER (
                PARTITION BY line.order_place ORDER BY line.number, line.part
            ) - 1 AS position
        FROM imports_importline AS line
        LEFT JOIN import_reference AS reference ON reference.mapping_id = line.product_mapping_id
        WHERE {lines} AND EXISTS (SELECT FROM import_reference WHERE is_undecided)
    ) AS line
    WHERE is_undecided
"""

# All else was found when the file was checked, of which bad rows are what is left.
_BUYERS = f"""
    INSERT INTO outside_problem (place, pointer, code, value, is_warning)
    SELECT staged.place, found.pointer, found.code, left(found.value, {EMAIL_LIMIT}), found.is_warning
    FROM outside_order AS staged
    CROSS JOIN LATERAL (
        SELECT
            coalesce(staged.customer_external_id, staged.customer_email, staged.phone_number)
                IS NOT NULL AS is_known,
            length(lower(normalize(staged.customer_email, NFC))) > {EMAIL_LIMIT} AS is_long
    ) AS buyer
    CROSS JOIN LATERAL (
        VALUES
            (buyer.is_long, '/customer/email', 'invalid_email', staged.customer_email, false),
            (
                staged.customer_phone IS NULL AND NOT buyer.is_known,
                '/customer', 'required', NULL, false
            ),
            (
                staged.customer_phone IS NOT NULL AND staged.phone_number IS NULL,
                '/customer/phone_number',
                CASE
                    WHEN buyer.is_known THEN 'phone_not_international' ELSE 'invalid_phone'
                END,
                staged.customer_phone,
                buyer.is_known
            )
    ) AS found(is_so, pointer, code, value, is_warning)
    WHERE staged.outcome <> %(failed)s
      AND (
          staged.customer_phone IS NOT NULL AND staged.phone_number IS NULL
          OR coalesce(staged.customer_external_id, staged.customer_email, staged.phone_number)
              IS NULL
          OR octet_length(staged.customer_email) > {EMAIL_LIMIT} / 3
      )
      AND found.is_so
"""  # noqa: S608 - as above


def say_orders(part: Part) -> Said:
    """Let the engine read these orders; those of which all is left out are not among them.

    Makes the temporary table `import_reference` of the products that they name.
    """
    stage_products(references=(), mapped=Mapped())
    metadata, names = _metadata(part.data_import)
    mapped = {mapping.get("field") for mapping in part.data_import.mappings}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.import_reference")
        category = _CATEGORY if "category" in mapped else "NULL::text"
        cursor.execute(_REFERENCES.format(lines=part.lines, category=category), part.bound())
        # The planner may take lines that came in just now for few, and look for each one's product.
        cursor.execute("CREATE UNIQUE INDEX ON import_reference (mapping_id)")
        cursor.execute(_PRODUCTS)
        cursor.execute("ANALYZE import_reference, outside_product")
        cursor.execute(_SETTLED)
        [ignored, undecided] = cursor.fetchone() or ([], [])
    values = (
        part.bound()
        | names
        | {
            "stages": STAGES,
            "currency": part.data_import.edition.currency,
            "blanks": BLANKS,
            "ignored": ignored,
            "undecided": undecided,
        }
    )
    return Said(_SAID.format(lines=part.lines, metadata=metadata, phone=_PHONE), values)


def check_orders(part: Part) -> None:
    """Say what is wrong with these orders by themselves, as far as they are staged."""
    values = part.bound() | {
        "failed": Outcome.FAILED,
        "bad_row": BAD_ROW,
        "not_mapped": NOT_MAPPED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BAD_ROWS.format(lines=part.lines), values)
        cursor.execute(_NOT_MAPPED.format(lines=part.lines), values)
        cursor.execute(_BUYERS, values)


def _metadata(data_import: DataImport) -> tuple[str, dict[str, str]]:
    """SQL for an order's own facts, with what it binds."""
    fields = [
        mapping["field"]
        for mapping in data_import.mappings
        if (mapping.get("field") or "").startswith(METADATA)
    ]
    if not fields:
        return "'{}'::jsonb", {}
    names: dict[str, str] = {}
    members = []
    for number, one in enumerate(dict.fromkeys(fields)):
        names |= {f"field_{number}": one, f"name_{number}": one.removeprefix(METADATA)}
        members.append(f"%(name_{number})s::text, values -> %(field_{number})s::text")
    # A function takes at most 100 arguments.
    parts = [
        f"jsonb_build_object({', '.join(members[start : start + 50])})"
        for start in range(0, len(members), 50)
    ]
    return f"jsonb_strip_nulls({' || '.join(parts)})", names
