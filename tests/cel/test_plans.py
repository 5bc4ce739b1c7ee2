"""How PostgreSQL finds everybody for whom a condition holds: no look-up for each customer."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from preo.segments.audience import Audience
from preo.segments.calculation import limited, matching
from preo.segments.conditions import read_for
from preo.segments.context import names_in
from preo.segments.recipes import recipes_with
from tests.cel.crowd import CUSTOMERS, Crowd, make_crowd

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

BIG = ("orders_order", "orders_purchase", "consents_currentanswer")
"""Not the customers: each who was found may be fetched by the key, once."""
MOST_LOOPS = CUSTOMERS // 3
"""To look something up for few customers is good; for each of all is what must not be."""


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    """Made once, and taken away with its transaction, but for the sizes that ANALYZE wrote."""
    with django_db_blocker.unblock():
        connection.set_autocommit(False)
        yield make_crowd()
        connection.rollback()
        connection.set_autocommit(True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def realistic(crowd: Crowd) -> dict[str, str]:
    """Six questions that are asked of large audiences, in their shapes."""
    years = [edition.slug for edition in crowd.editions]
    products = [product.api_id for product in crowd.products]
    bought = 'o.status in ["confirmed", "completed"]'
    return {
        "spend in an edition": (
            f'orders.filter(o, o.edition == "{years[1]}" && {bought}).map(o, o.amount).sum() > 300'
        ),
        "bought A, not B": (
            f'purchases.exists(p, p.product == "{products[3]}")'
            f' && !purchases.exists(p, p.product == "{products[0]}")'
        ),
        "lapsed, with consent": (
            "!orders.exists(o, o.created > now - days(365))"
            f' && consents.exists(c, c.id == "{crowd.consent.api_id}" && c.accepted)'
        ),
        "three orders in a set of editions": (
            f'orders.filter(o, o.edition in ["{years[0]}", "{years[1]}", "{years[2]}"]).size() >= 3'
        ),
        "one of two": (
            'user.language == "se" || orders.exists(o,'
            f' o.edition == "{years[2]}" && o.amount > 100)'
        ),
        "totals beside selective parts": (
            "(orders.map(o, o.amount).sum() > 300 || user.orders_count >= 5)"
            f' && !purchases.exists(p, p.product == "{products[0]}")'
            ' && user.language in ["da", "se"]'
        ),
        "holds for nobody's orders too": "orders.map(o, o.amount).sum() < 100",
        "fewer than two": "purchases.size() < 2",
        "no lapse, by the last order": "user.last_order > now - days(100)",
        "never or long ago": "user.last_order == null || user.last_order < now - days(700)",
        "all of them": "orders.all(o, o.amount >= 10)",
        "exactly one": 'orders.exists_one(o, o.status == "cancelled")',
        "average": "orders.map(o, o.amount).avg() > 100",
        "lifetime spend beside two": (
            f'user.total_spent > 400 && orders.exists(o, o.edition == "{years[3]}")'
            f' && !purchases.exists(p, p.product == "{products[0]}")'
        ),
    }


def plan_of(crowd: Crowd, text: str) -> dict[str, Any]:
    """What PostgreSQL did for the very statement of a calculation, and what it took."""
    condition = read_for(text, organization=crowd.organization, edition=None)
    with limited(timedelta(seconds=20)), connection.cursor() as cursor:
        found = matching(Audience(crowd.organization), condition, now=timezone.now())
        cursor.execute(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT u.id{found.text}", found.values
        )
        [made] = cursor.fetchone() or [None]
    [explained] = json.loads(made) if isinstance(made, str) else made
    return dict(explained["Plan"])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def complaints(plan: dict[str, Any]) -> list[str]:
    """Sub-plans that are run for each row instead of once, and large tables read over and over."""
    text = json.dumps(plan)
    wrong = []
    for node in nodes(plan):
        name = node.get("Subplan Name", "")
        if node["Actual Loops"] <= MOST_LOOPS:
            continue
        if name.startswith("SubPlan") and f"hashed {name}" not in text:
            wrong.append(f"{name} runs {node['Actual Loops']} times")
        if node.get("Relation Name") in BIG:
            wrong.append(f"{node['Relation Name']} is read {node['Actual Loops']} times")
    return wrong


def test_a_look_up_for_each_customer_is_seen(crowd: Crowd) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT u.id FROM customers_customer u"
            " WHERE (SELECT sum(o.amount) FROM orders_order o WHERE o.customer_id = u.id"
            " AND o.organization_id = u.organization_id) > 30000"
        )
        [[made]] = cursor.fetchall()
    [explained] = json.loads(made) if isinstance(made, str) else made
    assert complaints(explained["Plan"]) != []


def test_realistic_conditions_look_nothing_up_for_each_customer(crowd: Crowd) -> None:
    wrong = {
        name: found
        for name, text in realistic(crowd).items()
        if (found := complaints(plan_of(crowd, text)))
    }
    assert wrong == {}


def test_recipes_look_nothing_up_for_each_customer(crowd: Crowd) -> None:
    wrong = {
        recipe.title: found
        for recipe in recipes_with(names_in(crowd.organization, None), currency="eur")
        if (found := complaints(plan_of(crowd, recipe.condition)))
    }
    assert wrong == {}
