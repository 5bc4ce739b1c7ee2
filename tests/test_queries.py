"""Lists cost the same number of queries for one row and for many, and both ways of rendering agree."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_product
from preo.core import viewsets
from preo.editions.tests.factories import make_edition
from preo.orders.tests.factories import make_order
from tests.access import ROWS, address
from tests.test_access import lists

pytestmark = pytest.mark.django_db

LISTS = lists()


def make_rows(path: str, cast: Cast, count: int) -> None:
    for _ in range(count):
        if path == "editions":
            make_edition(organization=cast.northlight)
        else:
            ROWS[f"{path}/{{id}}"][1](cast.edition)


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert work().status_code == 200
    return len(captured)


def digit_by_digit(body: bytes) -> Any:
    """What JSON says, numbers as they are written: blanks in it are PostgreSQL's own or none."""
    return json.loads(body, parse_float=str, parse_int=str)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_queries_for_one_row_and_for_many(
    path: str, cast: Cast, admin: ApiClient
) -> None:
    make_rows(path, cast, 1)
    few = queries(lambda: admin.send("GET", address(path, cast)))
    make_rows(path, cast, 6)
    assert queries(lambda: admin.send("GET", address(path, cast))) == few


def test_an_order_costs_the_same_queries_for_one_line_and_for_many(
    cast: Cast, admin: ApiClient
) -> None:
    small = make_order(edition=cast.edition)
    products = [make_product(edition=cast.edition) for _ in range(6)]
    large = make_order(edition=cast.edition, products=products)
    few = queries(lambda: admin.send("GET", f"/v1/orders/{small.api_id}"))
    assert queries(lambda: admin.send("GET", f"/v1/orders/{large.api_id}")) == few


@pytest.mark.parametrize("path", LISTS)
def test_the_row_plan_gives_what_the_serializer_gives(
    path: str, cast: Cast, admin: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_rows(path, cast, 3)
    fast = admin.send("GET", address(path, cast)).content
    monkeypatch.setattr(viewsets, "plan_for", lambda serializer: None)
    assert digit_by_digit(admin.send("GET", address(path, cast)).content) == digit_by_digit(fast)
