"""A batch of orders put from the temporary tables into the real ones."""

# Orders point at payments that are not there yet: foreign keys are checked when all are in.
_ORDERS = """
    INSERT INTO orders_order (
        id, created, modified, organization_id, edition_id, customer_id, order_number, type, status,
        currency, subtotal, deposit, handling_fee, service_fee, discount, tax, vat, adjustment,
        amount, paid, refunded, coupon_code, items_count, customer_name, customer_email,
        customer_phone, service, external_id, completed_transaction_id, metadata
    )
    SELECT order_id, pg_temp.moment(created_ms),
        pg_temp.moment(CASE WHEN refunded > 0 THEN settled_ms
                + pg_temp.roll(n, 40, least(1728000000, %(until_ms)s - settled_ms))
            WHEN status = 'pending' THEN created_ms ELSE settled_ms END),
        %(organization)s, edition_id, customer_id,
        CASE WHEN status = 'pending' THEN NULL WHEN length(external_id) <= 16 THEN external_id
            ELSE number_prefix || '-' || lpad(n::text, 7, '0') END,
        type, status, o.currency, subtotal, deposit, handling_fee, service_fee, discount, tax, vat,
        adjustment, amount, paid, refunded, coupon, items,
        -- Some have married or moved since: the order keeps who they were.
        CASE WHEN type = 'in-person' AND pg_temp.roll(n, 41, 100) < 30 THEN ''
            WHEN pg_temp.roll(n, 41, 100) < 32 THEN first ELSE first || ' ' || last END,
        CASE WHEN pg_temp.roll(n, 42, 100) < 3 THEN 'formerly.' || email ELSE email END,
        phone, service, external_id,
        CASE WHEN paid = amount AND amount > 0 THEN payment_id END,
        CASE WHEN type = 'imported' THEN jsonb_build_object('shop', service)
            WHEN pg_temp.roll(n, 43, 20) = 0 THEN '{"utm_source": "newsletter"}'::jsonb
            ELSE '{}'::jsonb END
    FROM demo_order o JOIN demo_total total USING (n) JOIN demo_edition USING (edition)
    JOIN demo_customer person ON person.number = o.customer
    ORDER BY n
"""

_CARTS = """
    INSERT INTO orders_cart (id, created, modified, organization_id, edition_id, order_id, status)
    SELECT cart_id, pg_temp.moment(created_ms), pg_temp.moment(created_ms), %(organization)s,
        edition_id, order_id,
        CASE WHEN status <> 'pending' THEN 'ordered'
            WHEN created_ms < %(until_ms)s - 86400000 THEN 'abandoned' ELSE 'created' END
    FROM demo_order JOIN demo_total USING (n)
    ORDER BY n
"""

_ITEMS = """
    INSERT INTO orders_cartitem (
        id, created, modified, organization_id, cart_id, product_id, variant_id, location_id,
        position, quantity, options, price_with_options, deposit_with_options, handling_fee
    )
    SELECT item_id, pg_temp.moment(created_ms), pg_temp.moment(created_ms), %(organization)s,
        cart_id, product_id, variant_id, location_id, position, quantity, options, price, deposit,
        handling_fee
    FROM demo_line JOIN demo_order USING (n)
    ORDER BY key
"""

# What was paid may have been refused once before; half of it may be awaited still.
_PAYMENTS = """
    INSERT INTO orders_transaction (
        id, created, modified, organization_id, order_id, kind, type, status, service, external_id,
        amount, currency, service_fee, handling_fee, refunded, message
    )
    SELECT own_id, pg_temp.moment(ms), pg_temp.moment(ms), %(organization)s, order_id, 'payment',
        type, state, by,
        CASE WHEN by <> 'cash' THEN substr(by, 1, 2) || '_' || translate(own_id::text, '-', '') END,
        sum, currency,
        CASE part WHEN 'rest' THEN 0 ELSE service_fee END,
        CASE part WHEN 'rest' THEN 0 ELSE handling_fee END,
        CASE WHEN state = 'completed' THEN refunded ELSE 0 END,
        CASE state WHEN 'failed' THEN (ARRAY['Card declined', 'Insufficient funds',
            '3-D Secure failed', 'Timed out'])[1 + pg_temp.roll(n, 51, 4)] ELSE '' END
    FROM (
        SELECT *, CASE WHEN service IS NOT NULL THEN service
            WHEN type = 'in-person' THEN CASE pg_temp.roll(n, 52, 5) WHEN 0 THEN 'cash' ELSE 'terminal' END
            WHEN fate = 'half_paid' OR status = 'confirmed' THEN 'bank'
            WHEN pg_temp.roll(n, 52, 3) = 0 THEN 'mobilkasse' ELSE 'cardway' END AS by
        FROM demo_order JOIN demo_total USING (n) WHERE amount > 0
    ) o,
    LATERAL (VALUES
        ('refused', created_ms + 40000, 'failed', amount,
            type = 'online' AND by <> 'bank' AND pg_temp.roll(n, 50, 100) < 7),
        ('main', settled_ms, CASE WHEN paid > 0 THEN 'completed' WHEN status <> 'cancelled' THEN 'pending'
            WHEN pg_temp.roll(n, 53, 2) = 0 THEN 'failed' ELSE 'cancelled' END,
            CASE WHEN paid > 0 THEN paid ELSE amount END,
            -- Who left before choosing how to pay has none at all.
            status <> 'pending' OR pg_temp.roll(n, 54, 3) > 0),
        ('rest', settled_ms + 1000, 'pending', amount - paid, fate = 'half_paid' AND paid > 0)
    ) AS movement (part, ms, state, sum, happens),
    LATERAL (SELECT CASE part WHEN 'main' THEN payment_id
        ELSE pg_temp.id_of(ms, %(slug)s || ' ' || part || ' ' || n) END AS own_id) named
    WHERE happens
    ORDER BY n, ms
"""

# A refund comes back in one sum or in two, now and then after one that failed.
_REFUNDS = """
    INSERT INTO orders_transaction (
        id, created, modified, organization_id, order_id, payment_id, kind, type, status, service,
        external_id, amount, currency, service_fee, handling_fee, refunded, message
    )
    SELECT pg_temp.id_of(ms, %(slug)s || ' ' || part || ' ' || n), pg_temp.moment(ms),
        pg_temp.moment(ms), %(organization)s, o.order_id, payment.id, 'refund', o.type, state,
        payment.service, CASE WHEN payment.service <> 'cash' THEN
            're_' || md5(%(slug)s || part || n) END,
        -sum, o.currency, 0, 0, 0, CASE state WHEN 'failed' THEN 'Account closed' ELSE '' END
    FROM (
        SELECT *, pg_temp.roll(n, 61, 4) = 0 AND refunded > 1 AS in_two, settled_ms
            + pg_temp.roll(n, 40, least(1728000000, %(until_ms)s - settled_ms)) AS ms_back
        FROM demo_order JOIN demo_total USING (n) WHERE refunded > 0
    ) o
    JOIN orders_transaction payment ON payment.id = o.payment_id,
    LATERAL (VALUES
        ('refund', ms_back, 'completed', CASE WHEN in_two THEN o.refunded / 2 ELSE o.refunded END, true),
        ('refund again', ms_back, 'completed', o.refunded - o.refunded / 2, in_two),
        ('refund failed', (settled_ms + ms_back) / 2, 'failed', o.refunded, pg_temp.roll(n, 62, 20) = 0)
    ) AS movement (part, ms, state, sum, happens)
    WHERE happens
"""

_PURCHASES = """
    INSERT INTO orders_purchase (
        id, created, modified, organization_id, edition_id, order_id, cart_item_id, customer_id,
        product_id, variant_id, location_id, position, external_line_id, vendor_code, status,
        quantity, currency, price_paid, deposit_paid, handling_fee_paid, refunded, total_uses,
        available_uses, is_unlimited_use, options
    )
    SELECT pg_temp.id_of(created_ms, %(slug)s || ' purchase ' || key), pg_temp.moment(created_ms),
        pg_temp.moment(CASE WHEN state IN ('used', 'partially_used') THEN used_ms ELSE settled_ms END),
        %(organization)s, edition_id, order_id, item_id, customer_id, product_id, variant_id,
        location_id, position, CASE WHEN type = 'imported' THEN external_id || '#' || position + 1 END,
        vendor_code, state, quantity, currency, quantity * price, quantity * deposit,
        handling_fee, refunded, uses,
        CASE state WHEN 'used' THEN 0 WHEN 'cancelled' THEN 0 WHEN 'refunded' THEN 0
            WHEN 'expired' THEN 0
            WHEN 'partially_used' THEN 1 + pg_temp.roll(key, 71, uses - 1)
            ELSE uses END,
        is_unlimited_use, options
    FROM (
        SELECT o.*, line.position, line.key, line.item_id, line.product_id, line.variant_id,
            line.location_id, line.vendor_code, line.options, line.price, line.deposit,
            line.handling_fee, line.quantity, line.uses, line.is_unlimited_use, line.refunded,
            least(greatest(settled_ms, starts_ms) + pg_temp.roll(key, 72, 259200000),
                %(until_ms)s) AS used_ms,
            CASE
                WHEN total.status IN ('pending', 'confirmed') THEN 'reserved'
                WHEN fate IN ('all_refunded', 'line_refunded') AND line.refunded > 0 THEN 'refunded'
                WHEN total.status = 'cancelled' THEN 'cancelled'
                WHEN starts_ms > %(until_ms)s THEN 'paid'
                WHEN is_unlimited_use THEN CASE WHEN is_over THEN 'expired' ELSE 'ready' END
                WHEN type = 'in-person' OR (is_over AND hap < 78) OR hap < 25 THEN
                    CASE WHEN line.uses > 1 AND pg_temp.roll(key, 74, 100) < 30 THEN 'partially_used'
                        ELSE 'used' END
                WHEN is_over AND hap < 94 THEN 'expired'
                WHEN hap < 50 THEN 'ready'
                ELSE 'paid'
            END AS state
        FROM demo_line line JOIN demo_order o USING (n) JOIN demo_total total USING (n)
        JOIN demo_edition USING (edition),
        LATERAL (SELECT pg_temp.roll(key, 73, 100) AS hap) h
    ) line
    ORDER BY key
"""

# A customer has one first order, so that nothing here can come twice.
_EXTERNAL_IDS = """
    INSERT INTO customers_externalid (
        id, created, modified, organization_id, customer_id, service, external_id
    )
    SELECT pg_temp.id_of(created_ms, %(slug)s || ' external ' || n), pg_temp.moment(created_ms),
        pg_temp.moment(created_ms), %(organization)s, customer_id, service, 'C' || 500000 + customer
    FROM demo_order WHERE is_first AND type = 'imported'
"""

_PASSES = """
    INSERT INTO customers_pass (
        id, created, modified, organization_id, edition_id, customer_id, design_id, platform, status
    )
    SELECT pg_temp.id_of(settled_ms, %(slug)s || ' pass ' || platform || n),
        pg_temp.moment(settled_ms), pg_temp.moment(settled_ms), %(organization)s, edition_id,
        customer_id, design_id, platform,
        CASE pg_temp.roll(n, 82, 8) WHEN 0 THEN 'removed' ELSE 'active' END
    FROM demo_order JOIN demo_edition USING (edition),
    (VALUES ('apple', 0, 180), ('google', 150, 300)) AS share (platform, least, most)
    WHERE is_first AND type = 'online' AND wish = 'completed'
        AND pg_temp.roll(n, 81, 1000) >= least AND pg_temp.roll(n, 81, 1000) < most
"""

STATEMENTS = (
    _ORDERS,
    _CARTS,
    _ITEMS,
    _PAYMENTS,
    _REFUNDS,
    _PURCHASES,
    _EXTERNAL_IDS,
    _PASSES,
)
