"""Plans of what is written of an import's orders while the planner knows nothing of its rows."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from preo.catalog.tests.factories import make_product
from preo.imports.models import ImportedOrder
from preo.imports.tests.runs import make_ready, run_all

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Quantity;Unit price"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def test_rows_are_not_compared_with_all_lines_where_tables_seem_empty(cast: Cast) -> None:
    """As after a purge: autovacuum has found nothing, and a file's rows come at once."""
    make_product(edition=cast.edition, name="Day ticket")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE imports_importrow, imports_importline, imports_importedorder")
    rows = [f"A-{n};a{n}@example.com;Day ticket;1;45" for n in range(300)]
    data_import = make_ready(cast, HEADER, *rows)
    loops: list[str] = []

    def explain(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if "INSERT INTO imports_importedorder" in sql:
            execute(f"EXPLAIN (FORMAT JSON) {sql}", params, many, context)
            [found] = context["cursor"].fetchone()
            plan = found if isinstance(found, list) else json.loads(found)
            loops.extend(
                node["Join Filter"]
                for node in nodes(plan[0]["Plan"])
                if node["Node Type"] == "Nested Loop" and "Join Filter" in node
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        run_all(data_import)

    assert ImportedOrder.objects.count() == 300
    assert loops == []
