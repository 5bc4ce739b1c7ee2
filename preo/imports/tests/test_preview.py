"""What an import would do, shown without doing it."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.customers.models import Customer
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.tests.runs import make_ready, run_all
from preo.orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = "Order ID;Order date;E-mail;First name;Product;Quantity;Unit price"
ROWS = [
    "A-1;2026-05-31;a@example.com;Zoë;Day ticket;2;45.50",
    "A-2;2026-05-31;b@example.com;Bo;Day ticket;1;45.50",
    "A-3;2026-05-31;c@example.com;Cy;Day ticket;1;x",
    "A-4;2026-05-31;d@example.com;Di;Camping;1;10",
    "A-1;2026-05-31;a@example.com;Zoë;Day ticket;1;5",
]


def preview(client: ApiClient, data_import: DataImport, query: str = "") -> Any:
    return client.send("GET", f"/v1/data-imports/{data_import.api_id}/preview-orders{query}")


@pytest.mark.parametrize("stage", set(ImportStage) - {ImportStage.NEEDS_PRODUCT_MAPPING})
def test_at_other_stages_it_is_a_conflict(cast: Cast, staff: ApiClient, stage: ImportStage) -> None:
    answer = preview(staff, make_ready(cast, HEADER, *ROWS, stage=stage))
    assert (answer.status_code, answer.json()["code"]) == (409, "import_stage")


def test_orders_are_shown_as_they_will_be_and_nothing_is_written(
    cast: Cast, staff: ApiClient
) -> None:
    product = make_product(edition=cast.edition, name="Day ticket")
    first = make_ready(cast, HEADER, ROWS[1])
    run_all(first)
    data_import = make_ready(cast, HEADER, *ROWS)
    ProductMapping.objects.filter(data_import=data_import, external_name="Camping").update(
        create_product=True
    )

    def state() -> tuple[Any, ...]:
        mappings = ProductMapping.objects.order_by("id")
        return (
            Order.objects.count(), Customer.objects.count(), Product.objects.count(),
            Activity.objects.count(), list(mappings.values()),
        )  # fmt: skip

    before = state()
    answer = preview(staff, data_import)
    assert state() == before
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["count"] == 4
    outcomes = [(row["row"], row["order_number"], row["outcome"]) for row in body["results"]]
    assert outcomes == [
        (2, "A-1", "created"), (3, "A-2", "unchanged"), (4, "A-3", "failed"), (5, "A-4", "created"),
    ]  # fmt: skip
    one, _, failed, draft = body["results"]
    assert (one["amount"], one["currency"], one["customer_name"]) == (96.0, "eur", "Zoë")
    assert (one["customer_email"], one["created"]) == ("a@example.com", "2026-05-30T22:00:00Z")
    assert [(item["quantity"], item["unit_price"]) for item in one["items"]] == [
        (2, 45.5),
        (1, 5.0),
    ]
    assert one["items"][0]["product"] == {"id": product.api_id, "name": "Day ticket"}
    assert draft["items"][0]["product"] is None
    assert [(p["row"], p["column"], p["code"]) for p in failed["problems"]] == [
        (4, "Unit price", "invalid_number")
    ]


def test_pages_follow_each_other_and_left_out_orders_are_not_counted(
    cast: Cast, staff: ApiClient
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    data_import = make_ready(cast, HEADER, *ROWS)
    ProductMapping.objects.filter(external_name="Camping").update(ignored=True)
    first = preview(staff, data_import, "?page_size=2").json()
    second = preview(staff, data_import, "?page=2&page_size=2").json()
    assert (first["count"], second["count"], second["next"]) == (3, 3, None)
    assert [row["row"] for row in first["results"] + second["results"]] == [2, 3, 4]
    assert preview(staff, data_import, "?page=3&page_size=2").status_code == 404


def test_what_is_shown_is_what_the_import_does(cast: Cast, staff: ApiClient) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    data_import = make_ready(cast, HEADER, *ROWS)
    shown = preview(staff, data_import).json()["results"]
    run_all(data_import)
    created = {row["order_number"]: row["amount"] for row in shown if row["outcome"] == "created"}
    orders = Order.objects.values_list("order_number", "amount")
    assert {number: amount / 100 for number, amount in orders} == created
    assert [row["problems"][0]["code"] for row in shown if row["outcome"] == "failed"] == [
        "invalid_number", "product_not_mapped",
    ]  # fmt: skip
