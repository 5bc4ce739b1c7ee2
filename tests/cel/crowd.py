"""So many customers, orders and purchases that the planner shows what it would do with a million."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from preo.catalog.models import Product
from preo.catalog.tests.factories import make_category, make_location, make_product, make_vendor
from preo.consents.models import Consent
from preo.consents.tests.factories import make_consent
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

CUSTOMERS, ORDERS, LINES = 20_000, 40_000, 2
_LARGE = ("customers_customer", "orders_order", "orders_purchase", "consents_consentanswer")

_CUSTOMERS = """
    INSERT INTO customers_customer
        (id, organization_id, email, first_name, last_name, language, date_joined, metadata)
    SELECT uuidv7(), %(organization)s, 'g' || n || '@example.org', 'First' || n %% 97,
           'Last' || n %% 797, (ARRAY['en', 'da', 'se', 'nl', 'pl'])[1 + n %% 5],
           now() - n %% 2000 * interval '1 day', jsonb_build_object('club', n %% 12)
    FROM generate_series(1, %(customers)s) AS n
"""
_ORDERS = """
    WITH numbered AS (
        SELECT row_number() OVER (ORDER BY id) AS n, id FROM customers_customer
        WHERE organization_id = %(organization)s
    )
    INSERT INTO orders_order
        (id, organization_id, edition_id, customer_id, type, status, currency, subtotal, amount,
         paid, items_count, customer_name, created, deposit, handling_fee, service_fee, discount,
         tax, vat, adjustment, refunded, metadata)
    SELECT uuidv7(), %(organization)s, (%(editions)s::uuid[])[1 + made.n %% %(edition_count)s],
           numbered.id, 'online',
           (ARRAY['completed', 'completed', 'confirmed', 'cancelled'])[1 + made.n / 7 %% 4], 'eur',
           made.amount, made.amount, made.amount, 2, '', now() - made.n %% 1500 * interval '1 day',
           0, 0, 0, 0, 0, 0, 0, 0, '{}'
    FROM (SELECT n, 500 + n * 7919 %% 19500 AS amount,
                 1 + floor(power(n * 31 %% 1000 / 1000.0, 2) * %(customers)s)::int
                 + n %% 17 AS customer
          FROM generate_series(1, %(orders)s) AS n) AS made
    JOIN numbered ON numbered.n = made.customer
"""
_PURCHASES = """
    INSERT INTO orders_purchase
        (id, organization_id, edition_id, order_id, customer_id, product_id, position, status,
         quantity, currency, price_paid, deposit_paid, handling_fee_paid, refunded, total_uses,
         available_uses, is_unlimited_use, options, created)
    SELECT uuidv7(), o.organization_id, o.edition_id, o.id, o.customer_id,
           (%(products)s::uuid[])[1 + (line * 7 + o.amount) %% %(product_count)s],
           line, 'paid', 1 + o.amount %% 5, 'eur', o.amount / 2, 0, 0, 0, 1, 1, FALSE, '[]',
           o.created
    FROM orders_order AS o, generate_series(1, %(lines)s) AS line
    WHERE o.organization_id = %(organization)s
"""
_ANSWERS = """
    INSERT INTO consents_consentanswer
        (id, organization_id, customer_id, consent_id, accepted, answered, method, actor_kind)
    SELECT uuidv7(), %(organization)s, c.id, %(consent)s, hashtext(c.id::text) %% 3 <> 0,
           now() - interval '1 day', 'checkout', 'system'
    FROM customers_customer AS c
    WHERE c.organization_id = %(organization)s AND hashtext(c.id::text) %% 2 = 0
"""


@dataclass(frozen=True)
class Crowd:
    """The organization of the crowd and what conditions can name there."""

    organization: Organization
    editions: list[Edition]
    products: list[Product]
    consent: Consent


def make_crowd() -> Crowd:
    """20,000 customers, 40,000 orders, 80,000 purchases, 10,000 answers, with their statistics."""
    organization = make_organization(name="Crowd", currency="eur")
    editions = [
        make_edition(organization=organization, name=str(year), slug=f"year-{year}", currency="eur")
        for year in range(2020, 2026)
    ]
    vendor = make_vendor(organization=organization)
    location = make_location(edition=editions[0])
    category = make_category(edition=editions[0])
    products = [
        make_product(edition=editions[0], name=f"Product {n}", vendor=vendor, location=location)
        for n in range(40)
    ]
    products[0].categories.add(category)
    consent = make_consent(organization=organization)
    values: dict[str, Any] = {
        "organization": organization.pk,
        "customers": CUSTOMERS,
        "orders": ORDERS,
        "lines": LINES,
        "editions": [edition.pk for edition in editions],
        "edition_count": len(editions),
        "products": [product.pk for product in products],
        "product_count": len(products),
        "consent": consent.pk,
    }
    with connection.cursor() as cursor, _keys_checked_at_once(cursor):
        for statement in (_CUSTOMERS, _ORDERS, _PURCHASES, _ANSWERS):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Crowd(organization, editions, products, consent)


@contextmanager
def _keys_checked_at_once(cursor: Any) -> Iterator[None]:
    """Take the foreign keys of the large tables away meanwhile: row by row they take 30 seconds.

    They are back before anything is planned, for the planner estimates by them.
    """
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [list(_LARGE)],
    )
    keys = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
