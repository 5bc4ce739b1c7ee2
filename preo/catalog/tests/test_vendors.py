"""Creating, changing and deleting vendors: refusals first."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.models import Vendor
from preo.catalog.tests.asking import change, codes, conflict, delete
from preo.catalog.tests.factories import make_product, make_vendor

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    body = {"organization_id": cast.northlight.api_id, "name": "Bakery"}
    return client.send("POST", "/v1/vendors", body | fields)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, ("/name", "blank")),
        ({"name": None}, ("/name", "null")),
        ({"code": "x" * 65}, ("/code", "max_length")),
        ({"code": 7}, ("/code", "invalid")),
        ({"email": "a@example.com"}, ("/email", "unknown_field")),
    ],
)
def test_what_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], cast: Cast, manager: ApiClient
) -> None:
    assert codes(create(manager, cast, **fields)) == [error]
    assert codes(
        change(manager, "vendors", make_vendor(organization=cast.northlight), **fields)
    ) == [error]


@pytest.mark.safety
def test_a_code_belongs_to_one_vendor_of_the_organization(cast: Cast, manager: ApiClient) -> None:
    holder = make_vendor(organization=cast.northlight, code="B1")
    make_vendor(organization=cast.rival, code="B2")
    response = create(manager, cast, code="B1")
    assert (conflict(response), response.json()["held_by"]) == ("code_taken", holder.api_id)
    other = create(manager, cast, code="B2")
    assert other.status_code == 201
    response = change(manager, "vendors", other.json(), code="B1")
    assert (conflict(response), response.json()["held_by"]) == ("code_taken", holder.api_id)


@pytest.mark.safety
def test_a_vendor_who_sells_is_not_deleted(cast: Cast, manager: ApiClient) -> None:
    vendor = make_vendor(organization=cast.northlight)
    products = [make_product(edition=cast.edition, vendor=vendor) for _ in range(12)]
    response = delete(manager, "vendors", vendor)
    assert conflict(response) == "still_referred_to"
    (found,) = response.json()["references"][0]["by"]
    assert (found["kind"], found["count"], len(found["ids"])) == ("product", 12, 10)
    assert response.json()["detail"] == f"Rows that refer to {vendor.api_id}: product: 12."
    for product in products:
        product.delete()
    assert delete(manager, "vendors", vendor).status_code == 204
    assert not Vendor.objects.exists()
    activity = Activity.objects.get()
    assert (activity.type, activity.edition_id) == ("vendor.deleted", None)


def test_a_vendor_is_made_and_changed(cast: Cast, manager: ApiClient) -> None:
    body = create(manager, cast, code="B1").json()
    assert body["id"].startswith("vnd_")
    assert (body["organization_id"], body["name"], body["code"]) == (
        cast.northlight.api_id, "Bakery", "B1",
    )  # fmt: skip
    response = change(manager, "vendors", body, **body | {"name": "Brewery"})
    assert response.json() == body | {"name": "Brewery", "modified": response.json()["modified"]}
    assert change(manager, "vendors", body, name="Brewery").json() == response.json()
    assert [(each.type, each.changed) for each in Activity.objects.order_by("created")] == [
        ("vendor.created", []),
        ("vendor.updated", ["name"]),
    ]
    response = change(manager, "vendors", body, organization_id=cast.rival.api_id)
    assert codes(response) == [("/organization_id", "read_only")]
