"""What a list of customers reads where there are many: an index in its order, not everybody."""

import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from conftest import Cast
from preo.core.access import Grant, Principal, Role
from preo.core.ids import uuid7
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text
from preo.people.api.users import UserViewSet
from preo.people.queries import people_with_email, readable_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> QuerySet[Customer]:
    """As staff of one organization lists them."""
    by = Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.STAFF),))
    view: Any = UserViewSet()
    view.action, view.request = "list", type("Request", (), {"user": by})
    assert view.get_queryset().query.where == readable_people(by).query.where
    return view.get_queryset()  # type: ignore[no-any-return]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(inner for part in plan.get("Plans", ()) for inner in nodes(part))]


def plan_of(rows: QuerySet[Customer]) -> list[dict[str, Any]]:
    """What PostgreSQL would do with many rows: to read and to sort all of them is dear there."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        [[found]] = cursor.fetchall()
    [explained] = json.loads(found) if isinstance(found, str) else found
    return nodes(explained["Plan"])


@pytest.mark.parametrize(
    ("ordering", "index"),
    [
        ("date_joined", "customer_newest_first"),
        ("last_seen", "customer_by_last_seen"),
        ("full_name", "customer_by_full_name"),
        ("email", "customer_email_once"),
    ],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_each_order_is_that_of_an_index(
    ordering: str, index: str, sign: str, people: QuerySet[Customer]
) -> None:
    columns = {name: f"{sign}{column}" for name, column in UserViewSet.orderings.items()}
    rows = people.order_by(columns[ordering], f"{sign}id")[:100]
    plan = plan_of(rows)
    assert index in {node.get("Index Name") for node in plan}
    # Addresses are unique, but for those who have none: these are sorted by their ids.
    kinds = {node["Node Type"] for node in plan}
    assert kinds <= {"Limit", "Index Scan", *(["Incremental Sort"] if ordering == "email" else [])}


def test_text_is_found_by_its_index(db: None) -> None:
    everybody = Customer.objects.all()
    for rows in (
        customers_with_text(everybody, "Ada Maria Holm"),
        customers_with_text(everybody, "+45 20 12 34 56"),
        people_with_email(everybody, "holm@example"),
    ):
        plan = plan_of(rows)
        assert "customer_search" in {node.get("Index Name") for node in plan}
