"""How the engine asks: with as many statements for many orders as for few, and never by walking
through a table once for each row of another, or through a big one for a few rows."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from preo.customers.outside.shapes import OutsideCustomer
from preo.editions.models import Edition
from preo.orders.outside.shapes import OutsideOrder
from preo.orders.tests.outside import line, outside_order, take

BIG = {
    "orders_order",
    "orders_cart",
    "orders_cartitem",
    "orders_purchase",
    "orders_transaction",
    "customers_customer",
    "customers_externalid",
}
# A chunk names far fewer products than it has lines, and there are only twenty of them here.
SMALL = {
    "outside_product",
    "outside_mapping",
    "catalog_product",
    "catalog_category",
    "catalog_vendor",
}
FEW = 10
PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def orders(count: int, *, start: int = 0, price: int = 5000) -> list[OutsideOrder]:
    return [
        outside_order(
            f"A-{number}",
            line(f"Product {number % 20}", unit_price=price),
            line(f"Product {number % 7}", quantity=2),
            customer=OutsideCustomer(
                external_id=f"C-{number // 2}", email=f"buyer{number // 2}@example.org"
            ),
        )
        for number in range(start, start + count)
    ]


def count_statements(edition: Edition, chunk: list[OutsideOrder]) -> int:
    statements = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        take(edition, *chunk)
    return len(statements)


def explain(
    edition: Edition, chunk: list[OutsideOrder], *, run: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    """The plan of each statement of a call, made just before it runs; with `run` it is run for
    that and its effect taken back, so that the plan says how many rows there really were.
    """
    plans = []
    options = "ANALYZE, TIMING OFF, FORMAT JSON" if run else "FORMAT JSON"

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(maxsplit=1)[0] in PLANNED:
            with context["cursor"].db.cursor() as wrapped:
                cursor = wrapped.cursor  # without this wrapper around it
                cursor.execute("SAVEPOINT planned")
                cursor.execute(f"EXPLAIN ({options}) {sql}", params)
                (plan,) = cursor.fetchone()
                cursor.execute("ROLLBACK TO planned")
                cursor.execute("RELEASE planned")
            plan = json.loads(plan) if isinstance(plan, str) else plan
            plans.append((sql, plan[0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        take(edition, *chunk)
    return plans


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def walked(plan: dict[str, Any]) -> set[str]:
    """Big tables that are read from end to end."""
    return {
        node["Relation Name"]
        for node in nodes(plan)
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG
    }


def walked_for_each_row(plan: dict[str, Any]) -> set[str]:
    """Tables that are read from end to end once for each row of another that has many."""
    return {
        below["Relation Name"]
        for node in nodes(plan)
        if node["Node Type"] == "Nested Loop" and node["Plans"][0]["Plan Rows"] > FEW
        for below in nodes(node["Plans"][1])
        if below["Node Type"] == "Seq Scan" and below["Relation Name"] not in SMALL
    }


def work(plan: dict[str, Any]) -> int:
    """The most rows that any node of a plan that was run has looked at."""
    return max(
        int(node["Actual Loops"])
        * int(
            node["Actual Rows"]
            + node.get("Rows Removed by Filter", 0)
            + node.get("Rows Removed by Join Filter", 0)
        )
        for node in nodes(plan)
    )


@pytest.mark.django_db
def test_many_orders_take_as_many_statements_as_few(cast: Cast) -> None:
    few = count_statements(cast.edition, orders(2))
    many = count_statements(cast.edition, orders(200, start=100))
    assert few == many
    assert count_statements(cast.edition, orders(2)) == count_statements(
        cast.edition, orders(200, start=100)
    )
    assert count_statements(cast.edition, orders(2, price=1)) == count_statements(
        cast.edition, orders(200, start=100, price=1)
    )


@pytest.mark.django_db
def test_orders_that_are_unchanged_take_few_statements(cast: Cast) -> None:
    take(cast.edition, *orders(5))
    assert count_statements(cast.edition, orders(5)) < 35


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_no_statement_walks_through_a_big_table_for_each_row_or_for_a_few(cast: Cast) -> None:
    fill(cast.edition, 100_000)
    new = orders(1000, start=200_000)
    for chunk in (new, new, orders(1000, start=200_000, price=1)):
        for sql, plan in explain(cast.edition, chunk):
            assert walked_for_each_row(plan) == set(), (sql, json.dumps(plan, indent=1))
    one = orders(1, start=300_000)
    for chunk in (one, one, orders(1, start=300_000, price=1)):
        for sql, plan in explain(cast.edition, chunk):
            assert walked(plan) == set(), (sql, json.dumps(plan, indent=1))


@pytest.mark.django_db
def test_the_orders_of_an_edition_that_no_statistics_know_are_not_walked_through(
    cast: Cast,
) -> None:
    """As when a festival's first file comes in between two runs of autovacuum."""
    fill(cast.edition, 10_000)
    fill(cast.rival_edition, 4_000, analyze=False)
    new = orders(300, start=200_000)
    for chunk in (new, new, orders(300, start=200_000, price=1)):
        for sql, plan in explain(cast.rival_edition, chunk, run=True):
            assert work(plan) < 40_000, (sql, json.dumps(plan, indent=1))


@pytest.mark.django_db
def test_foreign_keys_are_looked_up_by_index_where_tables_were_small_when_they_were_planned(
    cast: Cast,
) -> None:
    """As when a festival's first file comes in after a few orders by hand."""
    take(cast.edition, *orders(40, start=900_000))
    commit = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(commit)
        cursor.execute("ANALYZE orders_order, orders_cartitem, customers_customer, catalog_product")
        cursor.execute("DISCARD PLANS")
        take(cast.edition, *orders(40, start=800_000))
        cursor.execute(commit)
        before = rows_walked()

        take(cast.edition, *orders(1_000))
        cursor.execute(commit)

    assert rows_walked() - before < 100_000


def rows_walked() -> int:
    """Rows that were read by reading tables whole, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('orders_order', 'orders_cartitem', 'customers_customer')"
        )
        return int(cursor.fetchone()[0])


def fill(edition: Edition, count: int, *, analyze: bool = True) -> None:
    """This many orders of two lines, by plain inserts, of which statistics know or do not."""
    take(edition, *orders(20, start=900_000))
    values: dict[str, Any] = {
        "edition": edition.id,
        "organization": edition.organization_id,
        "count": count,
    }
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)
        if analyze:
            cursor.execute(f"ANALYZE {', '.join(sorted(BIG))}, catalog_product")


FILL = (
    """
    INSERT INTO customers_customer
        (organization_id, email, first_name, last_name, language, date_joined, metadata)
    SELECT %(organization)s, 'filled' || n || '@example.org', 'Ada', 'Holm ' || n, 'en', now(), '{}'
    FROM generate_series(1, %(count)s / 2) AS n
    """,
    """
    INSERT INTO customers_externalid (organization_id, customer_id, service, external_id)
    SELECT organization_id, id, 'shop', 'filled-' || email
    FROM customers_customer WHERE organization_id = %(organization)s AND email LIKE 'filled%%'
    """,
    """
    INSERT INTO orders_order (
        organization_id, edition_id, customer_id, type, status, currency, subtotal, deposit,
        handling_fee, service_fee, discount, tax, vat, adjustment, amount, paid, refunded,
        items_count, customer_name, service, external_id, metadata, created
    )
    SELECT
        organization_id, %(edition)s, id, 'imported', 'completed', 'eur', 100, 0,
        0, 0, 0, 0, 0, 0, 100, 100, 0,
        2, full_name, 'shop', 'filled-' || half || email, '{}', now() - random() * interval '1 year'
    FROM customers_customer, generate_series(1, 2) AS half
    WHERE organization_id = %(organization)s AND email LIKE 'filled%%'
    """,
    """
    INSERT INTO orders_cart (organization_id, edition_id, order_id, status)
    SELECT organization_id, edition_id, id, 'ordered' FROM orders_order
    WHERE edition_id = %(edition)s AND external_id LIKE 'filled%%'
    """,
    """
    INSERT INTO orders_cartitem (
        organization_id, cart_id, product_id, position, quantity, options, price_with_options,
        deposit_with_options, handling_fee
    )
    SELECT cart.organization_id, cart.id, product.id, n, 1, '[]', 50, 0, 0
    FROM orders_cart AS cart
    JOIN orders_order AS o ON o.id = cart.order_id AND o.external_id LIKE 'filled%%'
    CROSS JOIN generate_series(0, 1) AS n
    JOIN (
        SELECT id FROM catalog_product WHERE edition_id = %(edition)s LIMIT 1
    ) AS product ON true
    WHERE o.edition_id = %(edition)s
    """,
    """
    INSERT INTO orders_purchase (
        organization_id, edition_id, order_id, cart_item_id, customer_id, product_id, position,
        status, quantity, currency, price_paid, deposit_paid, handling_fee_paid, refunded,
        total_uses, available_uses, is_unlimited_use, options
    )
    SELECT o.organization_id, o.edition_id, o.id, item.id, o.customer_id, item.product_id,
        item.position, 'paid', 1, 'eur', 50, 0, 0, 0, 1, 1, false, '[]'
    FROM orders_order AS o
    JOIN orders_cart AS cart ON cart.order_id = o.id
    JOIN orders_cartitem AS item ON item.cart_id = cart.id
    WHERE o.edition_id = %(edition)s AND o.external_id LIKE 'filled%%'
    """,
    """
    INSERT INTO orders_transaction (
        organization_id, order_id, kind, type, status, service, amount, currency, service_fee,
        handling_fee, refunded, message
    )
    SELECT organization_id, id, 'payment', 'imported', 'completed', 'shop', 100, 'eur', 0, 0, 0, ''
    FROM orders_order WHERE edition_id = %(edition)s AND external_id LIKE 'filled%%'
    """,
)
