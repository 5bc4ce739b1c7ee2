"""What an order comes to: its sums, the hash by which it is known again, and whether it is here."""

from preo.core.ids import QUICK_UUID7
from preo.core.money import MAX_MINOR
from preo.orders.outside.order_numbers import GIVEN
from preo.orders.outside.rows import StagedLine, StagedOrder
from preo.orders.outside.shapes import Said
from preo.orders.outside.sql import Place, rows, run

BUYER_DIGEST = """sha256(convert_to(ROW(
    staged.customer_external_id, staged.first_name, staged.last_name,
    staged.customer_email, staged.customer_phone
)::text, 'UTF8'))"""
"""SQL for the hash of what is said of the buyer of `outside_order AS staged`."""

# Two values that differ are never the same text in a row's: it quotes and tells NULL from ''. The
# time is there as seconds, which no setting of the session spells otherwise.
_LINE = """ROW(
    product.found_id, product.found_variant_id, line.external_line_id, line.quantity,
    line.unit_price, line.unit_deposit, line.price_paid, line.deposit_paid, line.handling_fee
)::text"""
_SOURCE_DIGEST = f"""sha256(convert_to(ROW(
    {GIVEN}, staged.status, staged.currency, extract(epoch FROM staged.created),
    staged.service_fee, staged.discount, staged.tax, coalesce(staged.total, sums.added),
    staged.coupon_code, staged.metadata,
    staged.customer_external_id, staged.first_name, staged.last_name,
    staged.customer_email, staged.customer_phone
)::text || chr(10) || summed.lines, 'UTF8'))"""


def _summed(lines: str) -> str:
    """SQL for the sums of `lines`, a table or what stands for one."""
    return f"""
        SELECT
            line.place,
            least(sum(line.price_paid), {MAX_MINOR + 1})::bigint AS subtotal,
            least(sum(line.deposit_paid), {MAX_MINOR + 1})::bigint AS deposit,
            least(sum(line.handling_fee), {MAX_MINOR + 1})::bigint AS handling_fee,
            count(*)::integer AS items_count,
            string_agg({_LINE}, chr(10) ORDER BY line.position) AS lines
        FROM {lines} AS line
        LEFT JOIN outside_product AS product ON product.ref = line.ref
        GROUP BY line.place
    """  # noqa: S608 - expressions of ours


_SUMS = """
    SELECT
        coalesce(summed.subtotal, 0) AS subtotal,
        coalesce(summed.deposit, 0) AS deposit,
        coalesce(summed.handling_fee, 0) AS handling_fee,
        coalesce(
            summed.subtotal + summed.deposit + summed.handling_fee
            + staged.service_fee - staged.discount + staged.tax, 0
        ) AS added
    OFFSET 0
"""

_ORDER_COLUMNS = ", ".join(name for name in StagedOrder._fields if name != "outcome")
_LINE_COLUMNS = ", ".join(StagedLine._fields)
_STAGE = f"""
    WITH {{rows}},
    summed AS MATERIALIZED ({_summed("said_line")}),
    known AS MATERIALIZED (
        SELECT
            staged.place, sums.subtotal, sums.deposit, sums.handling_fee, sums.added,
            coalesce(staged.total, sums.added) AS amount,
            coalesce(summed.items_count, 0) AS items_count,
            digest.source_digest, stored.id AS stored_id,
            CASE
                WHEN staged.outcome = %(failed)s THEN %(failed)s
                WHEN stored.id IS NULL THEN %(created)s
                WHEN stored.source_digest = digest.source_digest THEN %(unchanged)s
                ELSE %(updated)s
            END AS outcome
        FROM said_order AS staged
        LEFT JOIN summed ON summed.place = staged.place
        CROSS JOIN LATERAL ({_SUMS}) AS sums
        CROSS JOIN LATERAL (
            SELECT coalesce({_SOURCE_DIGEST}, '') AS source_digest OFFSET 0
        ) AS digest
        LEFT JOIN LATERAL (
            SELECT id, source_digest
            FROM orders_order
            WHERE edition_id = (SELECT %(edition)s::uuid)
              AND service = (SELECT %(service)s)
              AND external_id = staged.external_id
            LIMIT 1
        ) AS stored ON true
    ),
    sums AS (
        INSERT INTO outside_sum (
            place, subtotal, deposit, handling_fee, added, amount, items_count, source_digest
        )
        SELECT
            place, subtotal, deposit, handling_fee, added, amount, items_count, source_digest
        FROM known
        WHERE %(all)s OR outcome <> %(unchanged)s
    ),
    lines AS (
        INSERT INTO outside_line ({_LINE_COLUMNS})
        SELECT {", ".join(f"line.{name}" for name in StagedLine._fields)}
        FROM said_line AS line
        JOIN known ON known.place = line.place
        WHERE %(all)s OR known.outcome <> %(unchanged)s
    ),
    orders AS (
        INSERT INTO outside_order ({_ORDER_COLUMNS}, outcome, order_id, is_stored)
        SELECT
            {", ".join(f"staged.{name}" for name in StagedOrder._fields if name != "outcome")},
            known.outcome, coalesce(known.stored_id, {QUICK_UUID7}), known.stored_id IS NOT NULL
        FROM said_order AS staged
        JOIN known ON known.place = staged.place
        WHERE %(all)s OR known.outcome <> %(unchanged)s
    )
    SELECT outcome, count(*) FROM known GROUP BY outcome
"""  # noqa: S608 - expressions of ours


def stage(place: Place, said: Said, *, keep_unchanged: bool) -> dict[str, int]:
    """Sum the orders up, see which are here and the same, and stage the others; how many are what.

    With `keep_unchanged` the unchanged are staged too, for who asks after each.

    The products as they were matched are part of an order's hash: a corrected match must reach known
    orders. What staff changed here since is not: the other system has said nothing new.

    The planner knows nothing of an edition that is new, takes it for empty, and would compare all
    its orders with all of a chunk: the `LIMIT` makes it ask an index once for each of ours, and of
    a value in a subquery it expects what is average. For the same reason it must join by hashing
    what was said: it may take a chunk for a few rows. No order is asked for twice.
    """
    run("SET LOCAL enable_nestloop = off; SET LOCAL enable_memoize = off")
    counts = rows(
        _STAGE.replace("{rows}", said.rows),
        {**place.values(), "all": keep_unchanged, **said.values},
    )
    run("SET LOCAL enable_nestloop = on; SET LOCAL enable_memoize = on")
    return dict(counts)


def digest_again(place: Place) -> None:
    """Make the hashes anew, of the products that have been made since."""
    run(
        f"""
        UPDATE outside_sum AS sums
        SET source_digest = {_SOURCE_DIGEST}
        FROM outside_order AS staged
        JOIN ({_summed("outside_line")}) AS summed ON summed.place = staged.place
        WHERE sums.place = staged.place AND staged.outcome IN (%(created)s, %(updated)s)
        """,  # noqa: S608 - as above
        place.values(),
    )


def check_sums(place: Place) -> None:
    """Refuse orders whose values do not go together, and warn of totals that are not the sum."""
    run(
        """
        INSERT INTO outside_problem (place, pointer, code, value, is_warning)
        SELECT sums.place, found.pointer, found.code, to_char(found.value / 100.0, 'FM999999999999999990.00'), found.is_warning
        FROM outside_sum AS sums
        JOIN outside_order AS staged ON staged.place = sums.place
        CROSS JOIN LATERAL (
            VALUES
                (sums.subtotal > %(most)s, '/items', 'out_of_range', NULL::bigint, false),
                (sums.deposit > %(most)s, '/items', 'out_of_range', NULL, false),
                (sums.handling_fee > %(most)s, '/items', 'out_of_range', NULL, false),
                (
                    staged.total IS NULL AND sums.added < 0,
                    '/discount', 'does_not_add_up', staged.discount, false
                ),
                (
                    staged.total IS NULL AND sums.added > %(most)s
                        AND greatest(sums.subtotal, sums.deposit, sums.handling_fee) <= %(most)s,
                    '/items', 'out_of_range', sums.added, false
                ),
                (sums.amount <> sums.added, '/total', 'total_differs', staged.total, true)
        ) AS found(is_so, pointer, code, value, is_warning)
        WHERE staged.outcome <> %(failed)s
          AND (
              sums.amount <> sums.added
              OR sums.added < 0
              OR greatest(sums.added, sums.subtotal, sums.deposit, sums.handling_fee) > %(most)s
          )
          AND found.is_so
        """,
        place.values() | {"most": MAX_MINOR},
    )
    run(
        """
        INSERT INTO outside_problem (place, pointer, code, value)
        SELECT
            place, '/items/' || position || '/external_line_id', 'repeated_line', external_line_id
        FROM (
            SELECT
                place, position, external_line_id,
                row_number() OVER (PARTITION BY place, external_line_id ORDER BY position) AS nth
            FROM outside_line
            WHERE external_line_id IS NOT NULL
        ) AS named
        WHERE nth > 1
        """
    )
