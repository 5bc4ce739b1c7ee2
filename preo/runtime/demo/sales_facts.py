"""A batch of orders worked out in temporary tables, before a row of it is written.

All amounts are whole minor units; a division rounds down, and where it matters half is added
before. Every sum of an order is made of its own lines, so that orders add up by construction.
"""

TABLES = """
    CREATE TEMP TABLE demo_order (
        n bigint, edition smallint, edition_id uuid, created_ms bigint, settled_ms bigint,
        is_festival boolean, is_over boolean, is_first boolean, customer bigint, customer_id uuid,
        order_id uuid, cart_id uuid, payment_id uuid, type text, wish text, fate text, service text,
        external_id text, currency text, coupon text, percent int, lines int
    ) ON COMMIT DROP;
    CREATE TEMP TABLE demo_line (
        n bigint, position int, key bigint, item_id uuid, product_id uuid, variant_id uuid,
        location_id uuid, vendor_code text, options jsonb, price bigint, deposit bigint,
        handling_fee bigint, quantity int, uses int, is_unlimited_use boolean, refunded bigint
    ) ON COMMIT DROP;
    CREATE TEMP TABLE demo_total (
        n bigint, items int, subtotal bigint, deposit bigint, handling_fee bigint,
        service_fee bigint, discount bigint, tax bigint, vat bigint, adjustment bigint,
        amount bigint, paid bigint, gross bigint, worth bigint, refunded bigint, status text
    ) ON COMMIT DROP
"""

_CLEAR = "TRUNCATE demo_order, demo_line, demo_total"

# wish: the status that an order would have; one that costs nothing is completed at once.
# fate: what befell it afterwards, or which money came.
_ORDERS = """
    WITH placed AS (
        SELECT n, slot.edition, slot.is_festival, slot.is_recent,
            slot.starts_ms + (n - slot.first) * slot.step_ms
                + pg_temp.roll(n, 1, greatest(slot.step_ms / 2, 1)) AS created_ms,
            (n * %(buyers)s + %(orders)s - 1) / %(orders)s AS joined,
            ((n - 1) * %(buyers)s + %(orders)s - 1) / %(orders)s AS joined_before,
            (n - 1) / 18 AS block,
            pg_temp.roll(n, 2, 100) AS way, pg_temp.roll(n, 3, 1000) AS luck,
            pg_temp.roll(n, 4, 1000) AS turn, pg_temp.roll(n, 5, 1000) AS coupon_roll
        FROM demo_slot slot, generate_series(
            greatest(slot.first, %(first)s), least(slot.last, %(last)s)) n
        WHERE slot.last >= %(first)s AND slot.first <= %(last)s
    ), typed AS (
        SELECT *,
            CASE WHEN is_festival AND way < 85 THEN 'in-person'
                WHEN way < 88 OR (is_festival AND way < 98) THEN 'online'
                ELSE 'imported' END AS type,
            -- Half of those who come again are the ones who always do: early ones, more often.
            CASE WHEN joined > joined_before THEN joined
                WHEN pg_temp.roll(n, 6, 2) = 0 THEN 1 + pg_temp.roll(n, 7, joined)
                ELSE 1 + pg_temp.roll(n, 8, joined) * pg_temp.roll(n, 9, joined) / joined
            END AS customer
        FROM placed
    ), wished AS (
        SELECT *,
            CASE
                WHEN type = 'in-person' THEN CASE WHEN luck < 970 THEN 'completed' ELSE 'cancelled' END
                WHEN type = 'imported' THEN CASE WHEN luck < 940 THEN 'completed'
                    WHEN luck < 960 THEN 'confirmed' ELSE 'cancelled' END
                WHEN luck < 65 THEN 'cancelled'
                WHEN luck < CASE WHEN is_recent THEN 165 ELSE 95 END THEN 'confirmed'
                WHEN luck < CASE WHEN is_recent THEN 315 ELSE 110 END THEN 'pending'
                ELSE 'completed'
            END AS wish,
            CASE WHEN type = 'imported' THEN
                CASE pg_temp.roll(n, 10, 5) WHEN 0 THEN 'campfire' ELSE 'ticketdesk' END
            END AS service
        FROM typed
    ), fated AS (
        SELECT *,
            CASE wish
                WHEN 'completed' THEN CASE
                    WHEN turn < 8 THEN 'all_refunded'
                    WHEN turn < 40 THEN 'line_refunded'
                    WHEN is_festival AND turn < 240 THEN 'deposit_returned'
                    ELSE 'kept' END
                WHEN 'cancelled' THEN CASE WHEN turn < 400 THEN 'all_refunded' ELSE 'unpaid' END
                WHEN 'confirmed' THEN CASE WHEN turn < 300 THEN 'half_paid' ELSE 'unpaid' END
                ELSE 'unpaid'
            END AS fate,
            CASE WHEN type = 'online' THEN CASE
                WHEN coupon_roll < 40 THEN 'EARLYBIRD' WHEN coupon_roll < 65 THEN 'STUDENT'
                WHEN coupon_roll < 80 THEN 'CREW50' WHEN coupon_roll < 86 THEN 'GUESTLIST' END
            END AS coupon
        FROM wished
    )
    INSERT INTO demo_order
    SELECT n, fated.edition, edition.id, created_ms, created_ms + 95000, is_festival,
        edition.ends_ms < %(until_ms)s, joined > joined_before, customer, person.id,
        pg_temp.id_of(created_ms, %(slug)s || ' order ' || n),
        pg_temp.id_of(created_ms, %(slug)s || ' cart ' || n),
        pg_temp.id_of(created_ms + 95000, %(slug)s || ' payment ' || n),
        type, wish, fate, service,
        CASE service WHEN 'ticketdesk' THEN 'TD-' || 1000000 + n
            WHEN 'campfire' THEN 'campfire/' || edition.number_prefix || '/' || md5('campfire' || n) END,
        CASE WHEN service = 'campfire' AND edition.currency = 'dkk' THEN 'eur'
            ELSE edition.currency END,
        coupon,
        CASE coupon WHEN 'EARLYBIRD' THEN 10 WHEN 'STUDENT' THEN 15 WHEN 'CREW50' THEN 50
            WHEN 'GUESTLIST' THEN 100 ELSE 0 END,
        -- In each block of 18 orders there is one of each of these, in an order of its own: 44 lines.
        (ARRAY[1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 6, 8])[1 + mod(
            (n - 1) * (ARRAY[1, 5, 7, 11, 13, 17])[1 + pg_temp.roll(block, 11, 6)]
                + pg_temp.roll(block, 12, 18), 18)]
    FROM fated JOIN demo_edition edition USING (edition)
    JOIN demo_customer person ON person.number = fated.customer
"""

_LINES = """
    INSERT INTO demo_line
    SELECT n, position, key, pg_temp.id_of(created_ms, %(slug)s || ' item ' || key),
        product_id, variant_id, location_id, vendor_code, options, price, deposit,
        quantity * handling_fee, quantity, quantity * uses, is_unlimited_use, 0
    FROM (
        SELECT n, edition, created_ms, position, n * 16 + position AS key,
            CASE WHEN type = 'in-person' THEN 'bar'
                WHEN type = 'imported' AND currency = 'eur' THEN 'abroad'
                WHEN type = 'imported' THEN 'outside'
                WHEN position = 0 THEN 'lead'
                ELSE 'add' END AS deck
        FROM demo_order, generate_series(0, lines - 1) position
    ) line
    JOIN demo_card card USING (edition, deck),
    LATERAL (SELECT (1 + least(pg_temp.roll(key, 21, most), pg_temp.roll(key, 22, most)))::int
        AS quantity) drawn
    WHERE card.place = pg_temp.roll(key, 20, 1000)
"""

# worth: what the lines together can give back, which is less than their price after a discount.
_TOTALS = """
    WITH summed AS (
        SELECT n, count(*) AS items, sum(quantity * price)::bigint AS subtotal,
            sum(quantity * deposit)::bigint AS deposit, sum(handling_fee)::bigint AS handling_fee
        FROM demo_line GROUP BY n
    ), discounted AS (
        SELECT n, items, subtotal, deposit, handling_fee, service_fee, percent, wish, fate, edition,
            CASE percent WHEN 100 THEN subtotal + deposit + handling_fee + service_fee
                ELSE (subtotal * percent + 50) / 100 END AS discount,
            CASE WHEN type = 'imported' AND pg_temp.roll(n, 31, 100) < 3
                THEN pg_temp.roll(n, 32, 400) - 150 ELSE 0 END AS wanted_adjustment
        FROM summed JOIN demo_order USING (n),
        LATERAL (SELECT CASE type WHEN 'online' THEN (subtotal * 25 + 500) / 1000 ELSE 0 END
            AS service_fee) fees
    ), taxed AS (
        SELECT discounted.*,
            CASE tax_type WHEN 'sales' THEN (taxable * tax_rate + 50000) / 100000 ELSE 0 END AS tax,
            CASE tax_type WHEN 'vat' THEN (taxable * tax_rate) / (100000 + tax_rate) ELSE 0 END AS vat
        FROM discounted JOIN demo_edition USING (edition),
        LATERAL (SELECT greatest(subtotal + handling_fee + service_fee - discount, 0) AS taxable) base
    ), added AS (
        SELECT *, stated + adjustment AS amount, subtotal + deposit + handling_fee AS gross
        FROM taxed,
        LATERAL (SELECT subtotal + deposit + handling_fee + service_fee - discount + tax AS stated) s,
        LATERAL (SELECT greatest(wanted_adjustment, -stated) AS adjustment) a
    )
    INSERT INTO demo_total
    SELECT n, items, subtotal, deposit, handling_fee, service_fee, discount, tax, vat, adjustment,
        amount,
        CASE WHEN wish = 'completed' OR fate = 'all_refunded' THEN amount
            WHEN fate = 'half_paid' THEN amount / 2 ELSE 0 END,
        gross, greatest(gross - discount + least(adjustment, 0), 0), 0,
        CASE WHEN amount = 0 AND wish IN ('pending', 'confirmed') THEN 'completed' ELSE wish END
    FROM added
"""

_LINES_REFUNDED = """
    UPDATE demo_line line SET refunded = CASE total.gross WHEN 0 THEN 0 ELSE total.worth * CASE fate
            WHEN 'deposit_returned' THEN line.quantity * line.deposit
            ELSE line.quantity * (line.price + line.deposit) + line.handling_fee
        END / total.gross END
    FROM demo_order o JOIN demo_total total USING (n)
    WHERE line.n = o.n AND total.paid > 0
        AND (fate IN ('all_refunded', 'deposit_returned')
            OR (fate = 'line_refunded' AND line.position = 0))
"""

_ORDERS_REFUNDED = """
    UPDATE demo_total total SET refunded = CASE fate WHEN 'all_refunded' THEN paid ELSE back END
    FROM demo_order o
    JOIN (SELECT n, sum(refunded) AS back FROM demo_line GROUP BY n) line USING (n)
    WHERE total.n = o.n AND fate IN ('all_refunded', 'line_refunded', 'deposit_returned')
"""

STATEMENTS = (
    _CLEAR,
    _ORDERS,
    _LINES,
    _TOTALS,
    _LINES_REFUNDED,
    _ORDERS_REFUNDED,
)
