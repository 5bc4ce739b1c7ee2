"""The example that sends a shop's export through a running Preo, with the real file."""

import importlib.util
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_key
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = os.environ.get("PREO_SAMPLE_DATA", "")
FILE = Path(SAMPLES) / "superstore.csv"

pytestmark = [
    pytest.mark.safety,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FILE.is_file(), reason="outside data: no superstore.csv"),
]

TABLES = [
    "orders_order", "orders_cart", "orders_cartitem", "orders_purchase", "orders_transaction",
    "customers_customer", "customers_externalid", "catalog_product",
]  # fmt: skip


def example() -> Any:
    path = ROOT / "examples" / "send_superstore.py"
    spec = importlib.util.spec_from_file_location("send_superstore", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def versions() -> dict[str, list[Any]]:
    """Each row's id and the transaction that last wrote it: equal only if nothing was written."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT id, xmin::text FROM {table} ORDER BY id")  # noqa: S608 - our own names
            found[table] = cursor.fetchall()
    return found


def test_the_file_goes_in_whole_and_a_second_time_writes_nothing(live_server: Any) -> None:
    organization = make_organization(name="Superstore", currency="usd")
    edition = make_edition(organization=organization, currency="usd")
    _, key = make_key(organization=organization, role=RoleWord.STAFF)
    script = example()
    orders = list(script.read_orders(FILE))

    def send_all() -> Counter[str]:
        total: Counter[str] = Counter()
        for chunk in script.chunks(orders):
            result = script.send(chunk, base=live_server.url, edition=edition.api_id, key=key)
            total.update({word: result[word] for word in ("created", "unchanged", "failed")})
        return total

    assert send_all() == Counter(created=5_009, unchanged=0, failed=0)
    before = versions()
    counts = {table: len(rows) for table, rows in before.items()}
    assert counts["orders_order"] == 5_009
    assert counts["orders_purchase"] == 9_994
    assert counts["customers_customer"] == 793
    assert counts["catalog_product"] == 1_862
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount) FROM orders_order")
        [cents] = cursor.fetchone() or [0]
    lines = (item["line_total"] for order in orders for item in order["items"])
    assert cents == sum(round(total * 100) for total in lines)

    assert send_all() == Counter(created=0, unchanged=5_009, failed=0)
    assert versions() == before
