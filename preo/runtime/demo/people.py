"""Writes an organization's customers: everything about one hangs on the person's number.

E-mail addresses are at domains that RFC 2606 reserves. Telephone numbers are of ranges that are
kept for fiction: Sweden's (PTS), the United Kingdom's (Ofcom) and North America's 555-01xx.
None is known to us of Denmark, the Netherlands and Poland: their people have one of the latter two.
"""

from typing import TYPE_CHECKING

from django.db import connection

from preo.core.languages import Language
from preo.runtime.demo.people_names import first_names, last_names, plain
from preo.runtime.demo.plan import OrganizationPlan

if TYPE_CHECKING:
    from preo.runtime.demo.dice import Value

_TABLES = """
    CREATE TEMP TABLE demo_name (
        language text, place int, first text, plain_first text, last text, plain_last text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE demo_customer (
        number bigint PRIMARY KEY, person bigint, id uuid, joined_ms bigint, language text,
        first text, last text, email text, phone text
    ) ON COMMIT DROP
"""

# Customers come in with the first order of their own: number c is the buyer of order
# ceil(c * orders / buyers), so that nobody has ordered before joining. Some only signed up.
_PEOPLE = """
    WITH joined AS (
        SELECT number, slot.starts_ms - pg_temp.roll(number, 101, 3000000) AS ms
        FROM demo_slot slot, generate_series(
            ((slot.first - 1) * %(buyers)s + %(orders)s - 1) / %(orders)s + 1,
            (slot.last * %(buyers)s + %(orders)s - 1) / %(orders)s
        ) number
        UNION ALL
        SELECT number, %(opens_ms)s + pg_temp.roll(number, 102, %(until_ms)s - %(opens_ms)s)
        FROM generate_series(%(buyers)s + 1, %(customers)s) number
    ), person AS (
        SELECT number, ms,
            CASE WHEN mod(number, %(known_every)s) = 0 THEN number ELSE number + 1000000000 END AS p
        FROM joined
    ), spoken AS (
        SELECT *, CASE
            WHEN pg_temp.roll(p, 103, 100) < 44 THEN 'da'
            WHEN pg_temp.roll(p, 103, 100) < 66 THEN 'en'
            WHEN pg_temp.roll(p, 103, 100) < 82 THEN 'se'
            WHEN pg_temp.roll(p, 103, 100) < 91 THEN 'nl'
            ELSE 'pl' END AS language
        FROM person
    )
    INSERT INTO demo_customer
    SELECT number, p, pg_temp.id_of(ms, %(slug)s || ' customer ' || number), ms, language,
        given.first, family.last,
        CASE WHEN pg_temp.roll(p, 106, 100) >= 4 THEN
            CASE WHEN pg_temp.roll(p, 107, 4) = 0 THEN left(given.plain_first, 1)
                ELSE given.plain_first END
            || '.' || family.plain_last || p ||
            CASE WHEN pg_temp.roll(p, 108, 100) < 60 THEN '@example.com'
                WHEN pg_temp.roll(p, 108, 100) < 85 THEN '@example.org' ELSE '@example.net' END
        END,
        CASE WHEN pg_temp.roll(p, 109, 100) < 65 THEN
            CASE WHEN language = 'se' THEN '+46701740' || 605 + pg_temp.roll(p, 110, 95)
                WHEN pg_temp.roll(p, 111, 100) < 60 THEN
                    '+447700900' || lpad(pg_temp.roll(p, 112, 1000)::text, 3, '0')
                ELSE '+1' || (ARRAY['202', '212', '303', '312', '404', '415', '503', '512', '617',
                        '646', '702', '718', '773', '818', '917', '929'])[1 + pg_temp.roll(p, 113, 16)]
                    || '55501' || lpad(pg_temp.roll(p, 114, 100)::text, 2, '0') END
        END
    FROM spoken
    JOIN demo_name given USING (language)
    JOIN demo_name family USING (language)
    WHERE given.place = least(pg_temp.roll(p, 104, 40), pg_temp.roll(p, 114, 40))
        AND family.place = least(pg_temp.roll(p, 105, 40), pg_temp.roll(p, 115, 40))
"""

_CUSTOMERS = """
    INSERT INTO customers_customer (
        id, created, modified, organization_id, email, phone_number, first_name, last_name,
        language, date_joined, last_seen, metadata
    )
    SELECT id, pg_temp.moment(joined_ms), pg_temp.moment(joined_ms), %(organization)s, email, phone,
        first, last, language, pg_temp.moment(joined_ms),
        CASE WHEN pg_temp.roll(person, 116, 5) > 0 THEN pg_temp.moment(
            %(until_ms)s - pg_temp.roll(person, 117, %(until_ms)s - joined_ms)) END,
        CASE pg_temp.roll(person, 118, 12)
            WHEN 0 THEN '{"shirt": "M"}'::jsonb
            WHEN 1 THEN '{"shirt": "L", "volunteer": true}'::jsonb
            WHEN 2 THEN '{"newsletter": true}'::jsonb
            ELSE '{}'::jsonb END
    FROM demo_customer ORDER BY joined_ms, number
"""


def buyers(plan: OrganizationPlan) -> int:
    """How many of the customers have ordered; the rest have only signed up."""
    return max(1, plan.customers * 92 // 100)


def write_people(plan: OrganizationPlan, *, opens_ms: int, until_ms: int) -> None:
    """Write all customers and leave them in `demo_customer` by number. Needs `demo_slot`."""
    parameters: dict[str, Value] = {
        "organization": plan.id,
        "slug": plan.slug,
        "orders": plan.orders,
        "customers": plan.customers,
        "buyers": buyers(plan),
        "known_every": plan.known_every,
        "opens_ms": opens_ms,
        "until_ms": until_ms,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        with cursor.copy("COPY demo_name FROM STDIN") as copy:
            for row in _names():
                copy.write_row(row)
        cursor.execute(_PEOPLE, parameters)
        cursor.execute("ANALYZE demo_customer")
        cursor.execute(_CUSTOMERS, parameters)


def _names() -> list[tuple[str, int, str, str, str, str]]:
    return [
        (language, place, first, plain(first), last, plain(last))
        for language in Language.values
        for place, (first, last) in enumerate(
            zip(first_names(language), last_names(language), strict=True)
        )
    ]
