"""1,000,000 customers, 2,000,000 orders, 4,000,000 purchases, 1,500,000 answers, made once.

Written by plain SQL into the tables as migrated, in an organization of their own. The two search
indexes are dropped meanwhile and made anew: no condition reads them, and they cost most.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from preo.catalog.models import Product
from preo.consents.models import Consent, ConsentType
from preo.core.money import Currency
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders.models import Order
from preo.organizations.models import Organization

CUSTOMERS = 1_000_000
ORDERS = 2_000_000
PURCHASES_OF_AN_ORDER = 2
ANSWERS_OF_A_CONSENT = 500_000
EDITIONS = 8
PRODUCTS = 200
CONSENTS = 3
SLUG = "bench-segments"

CUSTOMERS_SQL = """
    INSERT INTO customers_customer
        (id, organization_id, email, phone_number, first_name, last_name, language, date_joined,
         last_seen, metadata)
    SELECT uuidv7(), %(organization)s,
           CASE WHEN n %% 50 <> 0 THEN 'guest' || n || '@example.org' END,
           CASE WHEN n %% 3 = 0 THEN '+45' || (20000000 + n) END,
           'First' || n %% 997, 'Last' || n %% 7919,
           (ARRAY['en', 'da', 'se', 'nl', 'pl'])[1 + n %% 5],
           now() - n %% 2000 * interval '1 day', now() - n %% 700 * interval '1 day',
           jsonb_build_object('club', n %% 12)
    FROM generate_series(0, %(customers)s - 1) AS n
"""
NUMBERED_SQL = """
    CREATE TEMP TABLE numbered AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM customers_customer
    WHERE organization_id = %(organization)s;
    ALTER TABLE numbered ADD PRIMARY KEY (n); ANALYZE numbered
"""
# The square lets few customers have many orders and a third of them none.
ORDERS_SQL = """
    INSERT INTO orders_order
        (id, organization_id, edition_id, customer_id, order_number, type, status, currency,
         subtotal, amount, paid, items_count, customer_name, created, deposit, handling_fee,
         service_fee, discount, tax, vat, adjustment, refunded, metadata)
    SELECT uuidv7(), %(organization)s, (%(editions)s::uuid[])[1 + made.n %% %(edition_count)s],
           c.id, made.n::text, 'online',
           (ARRAY['completed', 'completed', 'completed', 'completed', 'confirmed', 'confirmed',
                  'pending', 'cancelled'])[1 + made.n / 7 %% 8],
           'eur', amount, amount, amount, 2, '',
           now() - made.n %% 1500 * interval '1 day', 0, 0, 0, 0, 0, 0, 0, 0, '{}'
    FROM (SELECT n, 500 + (random() * 19500)::int AS amount,
                 floor(power(random(), 2) * %(customers)s)::int AS customer
          FROM generate_series(0, %(orders)s - 1) AS n) AS made
    JOIN numbered AS c ON c.n = made.customer
"""
PURCHASES_SQL = """
    INSERT INTO orders_purchase
        (id, organization_id, edition_id, order_id, customer_id, product_id, position, status,
         quantity, currency, price_paid, deposit_paid, handling_fee_paid, refunded, total_uses,
         available_uses, is_unlimited_use, options, created)
    SELECT uuidv7(), o.organization_id, o.edition_id, o.id, o.customer_id,
           (%(products)s::uuid[])[1 + floor(power(random(), 2) * %(product_count)s)::int],
           line, 'paid', 1, 'eur', o.amount / 2, 0, 0, 0, 1, 1, FALSE, '[]', o.created
    FROM orders_order AS o, generate_series(1, %(lines)s) AS line
    WHERE o.organization_id = %(organization)s
"""
ANSWERS_SQL = """
    INSERT INTO consents_consentanswer
        (id, organization_id, customer_id, consent_id, accepted, answered, method, actor_kind)
    SELECT uuidv7(), %(organization)s, c.id, consent.id, (c.n + consent.place) %% 3 <> 0,
           now() - c.n %% 900 * interval '1 day', 'checkout', 'system'
    FROM unnest(%(consents)s::uuid[]) WITH ORDINALITY AS consent(id, place)
    JOIN numbered AS c ON (c.n + 7 * consent.place) %% 2 = 0
"""


@dataclass(frozen=True)
class Place:
    """The organization of the benchmark and what its conditions name."""

    organization: Organization
    editions: list[Edition]
    products: list[Product]
    consents: list[Consent]


def place() -> Place:
    """The data, made if it is not there yet (some minutes)."""
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None or Order.objects.filter(organization=organization).count() < ORDERS:
        organization = organization or _make_place()
        _fill(organization)
    return Place(
        organization,
        list(Edition.objects.filter(organization=organization).order_by("slug")),
        list(Product.objects.filter(organization=organization).order_by("name")),
        list(Consent.objects.filter(organization=organization).order_by("order")),
    )


def _make_place() -> Organization:
    organization = Organization.objects.create(name="Benchmark", slug=SLUG)
    for number in range(EDITIONS):
        Edition.objects.create(
            organization=organization,
            name=f"Year {number}",
            full_name=f"Festival Year {number}",
            slug=f"year-{number}",
            currency=Currency.EUR,
        )
    first = Edition.objects.filter(organization=organization).earliest("slug")
    for number in range(PRODUCTS):
        Product.objects.create(
            organization=organization, edition=first, name=f"Product {number:03}"
        )
    for number in range(CONSENTS):
        Consent.objects.create(
            organization=organization,
            title=f"News {number}",
            type=ConsentType.MARKETING,
            order=number,
        )
    return organization


def _fill(organization: Organization) -> None:
    def ids(model: type[Edition | Product | Consent]) -> list[uuid.UUID]:
        rows = model._default_manager.filter(organization=organization)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    values: dict[str, Any] = {
        "organization": organization.pk,
        "customers": CUSTOMERS,
        "orders": ORDERS,
        "lines": PURCHASES_OF_AN_ORDER,
        "editions": ids(Edition),
        "edition_count": EDITIONS,
        "products": ids(Product),
        "product_count": PRODUCTS,
        "consents": ids(Consent),
    }
    searches = [
        index
        for model in (Customer, Order)
        for index in model._meta.indexes
        if index.name.endswith("_search")
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        definitions = [_definition(index.name) for index in searches]
        for index in searches:
            cursor.execute(f'DROP INDEX "{index.name}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT setseed(0.42)")
        for statement in (CUSTOMERS_SQL, NUMBERED_SQL, ORDERS_SQL, PURCHASES_SQL, ANSWERS_SQL):
            cursor.execute(statement, values)
        for definition in definitions:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _definition(index: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        row = cursor.fetchone()
    return str(row[0])
