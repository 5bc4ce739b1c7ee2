"""The real file of a shop through the whole flow over HTTP, and once more."""

import csv
import json
import os
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from conftest import ApiClient, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.imports.tests.undone import some, tables
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from tests.test_send_superstore import versions

SAMPLES = os.environ.get("PREO_SAMPLE_DATA", "")
FILE = Path(SAMPLES) / "superstore.csv"
IMPORTS = "/v1/data-imports"

pytestmark = [
    pytest.mark.safety,
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.is_file(), reason="outside data: no superstore.csv"),
]


def run_jobs() -> None:
    """Do what a worker would, until nothing is queued."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE task_name LIKE 'imports.%'"
                " RETURNING task_name, args"
            )
            jobs = cursor.fetchall()
        if not jobs:
            return
        for name, arguments in jobs:
            app.tasks[name].func(**json.loads(arguments))


def member(organization: Organization, role: RoleWord) -> ApiClient:
    person = make_staff()
    make_membership(staff=person, organization=organization, role=role)
    return sign_in(person)


class Flow:
    """One import, step by step."""

    def __init__(self, client: ApiClient, edition: Edition, path: Path = FILE) -> None:
        self.client = client
        with path.open("rb") as file:
            answer = client.post(IMPORTS, {"edition_id": edition.api_id, "data_file": file})
        assert answer.status_code == 201, answer.content
        self.address = f"{IMPORTS}/{answer.json()['id']}"
        run_jobs()

    def get(self, part: str = "") -> Any:
        answer = self.client.send("GET", self.address + part)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def send(self, method: str, part: str, body: Any = None) -> Any:
        answer = self.client.send(method, self.address + part, {} if body is None else body)
        assert answer.status_code == 200, answer.content
        run_jobs()
        return answer.json()

    def map_columns(self) -> None:
        """As suggested, with the one column that no word tells: a line's total is called Sales."""
        found = self.get("/column-mappings")
        names = {column["index"]: column["name"] for column in found["columns"]}
        mappings = [
            {"column": one["column"], "field": one["field"], "format": one["format"]}
            for one in found["mappings"]
        ]
        fields = {names[one["column"]]: one["field"] for one in mappings}
        assert {name: fields[name] for name in OWN_WORDS} == OWN_WORDS
        for one in mappings:
            if names[one["column"]] == "Sales":
                one["field"] = "line_total"
        self.send("PATCH", "/column-mappings", {"mappings": mappings})
        assert self.send("POST", "/validate-column-mappings")["error_count"] == 0
        self.send("POST", "/process-column-mappings")
        assert self.get()["stage"] == "needs_product_mapping"

    def let_drafts_be_made(self) -> int:
        """For every product of the file; their number."""
        rows, page = [], "/product-mappings?page_size=1000"
        while True:
            listed = self.get(page)
            rows += listed["results"]
            if listed["next"] is None:
                break
            page = "/product-mappings?" + listed["next"].partition("?")[2]
        decisions = [{"id": row["id"], "create_product": True} for row in rows]
        self.send("PATCH", "/product-mappings", {"mappings": decisions})
        return len(rows)

    def undo(self, client: ApiClient) -> dict[str, int]:
        """What was done, which is what had been told before; nothing has stayed."""
        self.client = client
        ahead = self.send("POST", "/undo")
        self.send("POST", "/undo", {"dry_run": False})
        done = self.get("/undo")
        assert done["undone_at"]
        assert done["counts"] == ahead["counts"]
        assert done["kept"] == ahead["kept"] == []
        return some(done["counts"])

    def start(self) -> dict[str, Any]:
        """The progress at the end."""
        self.send("POST", "/start")
        done = self.get()
        assert (done["stage"], done["error_report_url"]) == ("completed", None)
        progress: dict[str, Any] = done["progress"]
        return progress


OWN_WORDS = {
    "Order ID": "order_id",
    "Order Date": "created",
    "Customer ID": "customer_id",
    "Customer Name": "full_name",
    "Product ID": "product_code",
    "Product Name": "product",
    "Quantity": "quantity",
}


def line_totals() -> Iterator[int]:
    """Cents, rounded half up."""
    with FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield int((Decimal(row["Sales"]) * 100).to_integral_value(ROUND_HALF_UP))


def with_other_prices(path: Path, *, rows: int) -> Path:
    """The first rows of the file, each a dollar dearer; orders that go on behind them lack lines."""
    with FILE.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        found = [{**row, "Sales": str(Decimal(row["Sales"]) + 1)} for row in islice(reader, rows)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return path


def count(table: str) -> int:
    return len(versions()[table])


def assert_undone(
    flow: Flow, edition: Edition, manager: ApiClient, folder: Path, at_first: Any
) -> None:
    """What a second file changed is restored; then the first one goes, row by row."""
    stored = tables()
    changed = Flow(flow.client, edition, with_other_prices(folder / "changed.csv", rows=400))
    changed.map_columns()
    progress = changed.start()
    assert (progress["orders_created"], progress["rows_failed"]) == (0, 0)
    assert progress["orders_updated"] > 150
    assert changed.undo(manager) == {"orders_restored": progress["orders_updated"]}
    assert tables() == stored
    assert flow.undo(manager) == {
        "orders_removed": 5_009,
        "users_removed": 793,
        "products_removed": 1_862,
        "categories_removed": 3,
    }
    assert tables() == at_first


@pytest.fixture
def in_storage(settings: Any, tmp_path: Path) -> None:
    """Files lie in the test's own folder."""
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path)}}
    }


@pytest.mark.usefixtures("in_storage")
def test_a_real_shops_file_goes_in_over_http_again_changes_nothing_and_is_undone(
    tmp_path: Path,
) -> None:
    organization = make_organization(name="Superstore", currency="usd")
    edition = make_edition(organization=organization, currency="usd")
    client, manager = (member(organization, role) for role in (RoleWord.STAFF, RoleWord.MANAGER))
    at_first = tables()

    flow = Flow(client, edition)
    flow.map_columns()
    preview = flow.get("/preview-orders?page_size=3")
    assert preview["count"] == 5_009
    found = {(one["level"], one["code"]) for row in preview["results"] for one in row["problems"]}
    assert found == {("error", "product_not_mapped"), ("warning", "rounded")}
    assert flow.let_drafts_be_made() == 1_862
    assert {row["outcome"] for row in flow.get("/preview-orders")["results"]} == {"created"}
    assert count("orders_order") == 0
    progress = flow.start()
    assert (progress["rows_done"], progress["orders_created"]) == (9_994, 5_009)
    assert (progress["users_created"], progress["rows_failed"]) == (793, 0)
    before = versions()
    assert {table: len(rows) for table, rows in before.items()} == {
        "orders_order": 5_009,
        "orders_cart": 5_009,
        "orders_cartitem": 9_994,
        "orders_purchase": 9_994,
        "orders_transaction": 5_009,
        "customers_customer": 793,
        "customers_externalid": 793,
        "catalog_product": 1_862,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount), sum(adjustment) FROM orders_order")
        assert cursor.fetchone() == (sum(line_totals()), 0)

    again = Flow(client, edition)
    assert again.get()["same_file_import_id"] == flow.get()["id"]
    again.map_columns()
    progress = again.start()
    assert (progress["orders_unchanged"], progress["orders_created"]) == (5_009, 0)
    assert (progress["orders_updated"], progress["users_created"]) == (0, 0)
    assert versions() == before

    assert_undone(flow, edition, manager, tmp_path, at_first)
