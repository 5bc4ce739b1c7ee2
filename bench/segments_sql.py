"""The benchmark's conditions, each in CEL and in the SQL that one would write by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.segments_data import Place
from preo.segments.cel.sql import Sql

FROM = "SELECT count(*) FROM customers_customer u WHERE u.organization_id = %s AND "


@dataclass(frozen=True)
class Condition:
    """What is asked, in CEL, and by hand in several shapes."""

    title: str
    cel: Callable[[Place], str]
    hand: Callable[[Place], Mapping[str, Sql]]


def _spend(at: Place) -> Mapping[str, Sql]:
    own, edition = at.organization.pk, at.editions[1].pk
    where = (
        "FROM orders_order o WHERE o.organization_id = %s AND o.edition_id = %s"
        " AND o.status IN ('confirmed', 'completed')"
    )
    return {
        "IN (GROUP BY HAVING)": Sql(
            FROM
            + f"u.id IN (SELECT o.customer_id {where} GROUP BY 1 HAVING sum(o.amount) > 30000)",
            (own, own, edition),
        ),
        "JOIN (GROUP BY HAVING)": Sql(
            "SELECT count(*) FROM customers_customer u JOIN (SELECT o.customer_id AS id"
            f" {where} GROUP BY 1 HAVING sum(o.amount) > 30000) g USING (id)"
            " WHERE u.organization_id = %s",
            (own, edition, own),
        ),
    }


def _bought(at: Place) -> Mapping[str, Sql]:
    own, wanted, other = at.organization.pk, at.products[3].pk, at.products[0].pk
    one = "SELECT 1 FROM orders_purchase p WHERE p.customer_id = u.id AND p.product_id = %s"
    many = "SELECT p.customer_id FROM orders_purchase p WHERE p.organization_id = %s"
    return {
        "EXISTS, NOT EXISTS": Sql(
            FROM + f"EXISTS ({one}) AND NOT EXISTS ({one})", (own, wanted, other)
        ),
        "the same with the organization": Sql(
            FROM + f"EXISTS ({one} AND p.organization_id = %s)"
            f" AND NOT EXISTS ({one} AND p.organization_id = %s)",
            (own, wanted, own, other, own),
        ),
        "IN, NOT IN": Sql(
            FROM + f"u.id IN ({many} AND p.product_id = %s)"
            f" AND u.id NOT IN ({many} AND p.product_id = %s)",
            (own, own, wanted, own, other),
        ),
    }


def _lapsed(at: Place) -> Mapping[str, Sql]:
    own, consent = at.organization.pk, at.consents[0].pk
    recent = (
        "SELECT 1 FROM orders_order o WHERE o.customer_id = u.id AND o.organization_id = %s"
        " AND o.created > now() - interval '365 days'"
    )
    asked = "consents_currentanswer a WHERE a.consent_id = %s AND a.accepted"
    return {
        "NOT EXISTS, EXISTS": Sql(
            FROM + f"NOT EXISTS ({recent})"
            f" AND EXISTS (SELECT 1 FROM {asked} AND a.customer_id = u.id)",
            (own, own, consent),
        ),
        "NOT EXISTS, IN": Sql(
            FROM + f"NOT EXISTS ({recent}) AND u.id IN (SELECT a.customer_id FROM {asked})",
            (own, own, consent),
        ),
    }


def _frequent(at: Place) -> Mapping[str, Sql]:
    own, editions = at.organization.pk, [edition.pk for edition in at.editions[:3]]
    where = "FROM orders_order o WHERE o.organization_id = %s AND o.edition_id = ANY(%s)"
    return {
        "IN (GROUP BY HAVING)": Sql(
            FROM + f"u.id IN (SELECT o.customer_id {where} GROUP BY 1 HAVING count(*) >= 3)",
            (own, own, editions),
        ),
        "JOIN (GROUP BY HAVING)": Sql(
            "SELECT count(*) FROM customers_customer u JOIN (SELECT o.customer_id AS id"
            f" {where} GROUP BY 1 HAVING count(*) >= 3) g USING (id) WHERE u.organization_id = %s",
            (own, editions, own),
        ),
    }


def _mixed(at: Place) -> Mapping[str, Sql]:
    own, edition = at.organization.pk, at.editions[2].pk
    where = "o.organization_id = %s AND o.edition_id = %s AND o.amount > 10000"
    return {
        "EXISTS under OR": Sql(
            FROM + "(u.language = 'se' OR EXISTS"
            f" (SELECT 1 FROM orders_order o WHERE o.customer_id = u.id AND {where}))",
            (own, own, edition),
        ),
        "IN under OR": Sql(
            FROM + "(u.language = 'se' OR u.id IN"
            f" (SELECT o.customer_id FROM orders_order o WHERE {where}))",
            (own, own, edition),
        ),
        "LEFT JOIN": Sql(
            "SELECT count(*) FROM customers_customer u LEFT JOIN (SELECT DISTINCT o.customer_id"
            f" AS id FROM orders_order o WHERE {where}) g ON g.id = u.id"
            " WHERE u.organization_id = %s AND (u.language = 'se' OR g.id IS NOT NULL)",
            (own, edition, own),
        ),
    }


def _lifetime(at: Place) -> Mapping[str, Sql]:
    own, edition, product = at.organization.pk, at.editions[3].pk, at.products[0].pk
    counted = "o.organization_id = %s AND o.status IN ('confirmed', 'completed')"
    there = (
        "EXISTS (SELECT 1 FROM orders_order e WHERE e.customer_id = u.id"
        " AND e.organization_id = %s AND e.edition_id = %s)"
    )
    without = (
        "NOT EXISTS (SELECT 1 FROM orders_purchase p WHERE p.customer_id = u.id"
        " AND p.organization_id = %s AND p.product_id = %s)"
    )
    total = "sum(o.amount - o.refunded)"
    return {
        "IN (GROUP BY HAVING) of all orders": Sql(
            FROM + f"{there} AND {without} AND u.id IN (SELECT o.customer_id FROM orders_order o"
            f" WHERE {counted} AND o.currency = 'eur' GROUP BY 1 HAVING {total} > 40000)",
            (own, own, edition, own, product, own),
        ),
        "fenced, then each one's sum": Sql(
            f"SELECT count(*) FROM (SELECT u.id FROM customers_customer u WHERE"
            f" u.organization_id = %s AND {there} AND {without} OFFSET 0) AS u WHERE"
            f" (SELECT {total} FROM orders_order o WHERE o.customer_id = u.id AND {counted}"
            " AND o.currency = 'eur') > 40000",
            (own, own, edition, own, product, own),
        ),
    }


CONDITIONS = (
    Condition(
        "spent over 300 in an edition",
        lambda at: (
            f'orders.filter(o, o.edition == "{at.editions[1].slug}"'
            ' && o.status in ["confirmed", "completed"]).map(o, o.amount).sum() > 300'
        ),
        _spend,
    ),
    Condition(
        "bought A, not B",
        lambda at: (
            f'purchases.exists(p, p.product == "{at.products[3].api_id}")'
            f' && !purchases.exists(p, p.product == "{at.products[0].api_id}")'
        ),
        _bought,
    ),
    Condition(
        "no order for 12 months, with consent",
        lambda at: (
            "!orders.exists(o, o.created > now - days(365))"
            f' && consents.exists(c, c.id == "{at.consents[0].api_id}" && c.accepted)'
        ),
        _lapsed,
    ),
    Condition(
        "three orders or more in a set of editions",
        lambda at: (
            "orders.filter(o, o.edition in ["
            + ", ".join(f'"{edition.slug}"' for edition in at.editions[:3])
            + "]).size() >= 3"
        ),
        _frequent,
    ),
    Condition(
        "language, or a large order in an edition",
        lambda at: (
            'user.language == "se" || orders.exists(o,'
            f' o.edition == "{at.editions[2].slug}" && o.amount > 100)'
        ),
        _mixed,
    ),
    Condition(
        "lifetime spend beside selective conditions",
        lambda at: (
            f'user.total_spent > 400 && orders.exists(o, o.edition == "{at.editions[3].slug}")'
            f' && !purchases.exists(p, p.product == "{at.products[0].api_id}")'
        ),
        _lifetime,
    ),
)
