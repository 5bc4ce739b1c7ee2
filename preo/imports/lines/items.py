"""Lines of an order that stand in one cell, as WooCommerce's exports write them.

Two spellings are known: `product_id:4959|1|30|size: Medium` (what it is, quantity, total, then the
variant's facts) and `name:Tent|sku:T-1|quantity:1|total:30.00|meta:size=Medium`. A semicolon or a
line break parts the lines.
"""

ITEMS = r"""
    LEFT JOIN LATERAL (
        SELECT
            (piece.place - 1)::smallint AS part,
            keyed.id AS item_id,
            CASE WHEN keyed.is_keyed THEN coalesce(keyed.sku, keyed.product_id)
                ELSE CASE WHEN strpos(parts[1], ':') > 0
                    THEN substr(parts[1], strpos(parts[1], ':') + 1) ELSE parts[1] END
            END AS item_code,
            keyed.name AS item_name,
            CASE WHEN keyed.is_keyed THEN keyed.quantity ELSE parts[2] END AS item_quantity,
            CASE WHEN keyed.is_keyed THEN keyed.total ELSE parts[3] END AS item_total,
            CASE WHEN keyed.is_keyed THEN regexp_replace(keyed.meta, '[^=,|]+=', '', 'g')
                ELSE (
                    SELECT string_agg(btrim(substr(fact, strpos(fact, ':') + 1)), ' / ')
                    FROM unnest(parts[4:]) AS fact
                )
            END AS item_variant
        FROM string_to_table(translate(row.cells[{cell}], E'\n\r', ';;'), ';')
            WITH ORDINALITY AS piece(item, place)
        CROSS JOIN LATERAL (
            SELECT string_to_array(btrim(piece.item, %(blanks)s), '|') AS parts OFFSET 0
        ) AS parted
        CROSS JOIN LATERAL (
            SELECT
                max(written) FILTER (WHERE key = 'id') AS id,
                nullif(max(written) FILTER (WHERE key = 'sku'), '') AS sku,
                max(written) FILTER (WHERE key = 'product_id') AS product_id,
                max(written) FILTER (WHERE key = 'name') AS name,
                max(written) FILTER (WHERE key = 'quantity') AS quantity,
                max(written) FILTER (WHERE key = 'total') AS total,
                max(written) FILTER (WHERE key = 'meta') AS meta,
                coalesce(bool_or(key = 'quantity'), false) AS is_keyed
            FROM (
                SELECT btrim(split_part(fact, ':', 1)) AS key,
                    btrim(substr(fact, strpos(fact, ':') + 1)) AS written
                FROM unnest(parts) AS fact
                WHERE strpos(fact, ':') > 0
            ) AS facts
        ) AS keyed
        WHERE btrim(piece.item, %(blanks)s) <> ''
    ) AS items ON true
"""
"""Joins a row with its lines; `{cell}` is the cell's place, from 1."""
