"""The products of a file over HTTP: what they are here, decided many at a time."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_product, make_variant
from preo.imports.models import DataImport, ImportStage, ProductMapping, SavedProduct
from preo.imports.products.suggesting import prepare_products
from preo.imports.tests.runs import make_ready, run_all

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Variant;Unit price"
ROWS = [
    "A-1;a@example.com;Day ticket;;45",
    "A-2;b@example.com;Day ticket;;45",
    "A-3;c@example.com;T-shirt;Large;20",
]


def address(data_import: DataImport) -> str:
    return f"/v1/data-imports/{data_import.api_id}/product-mappings"


def listed(client: ApiClient, data_import: DataImport) -> dict[str, Any]:
    """The mappings by the product's name in the file."""
    answer = client.send("GET", address(data_import)).json()
    return {row["external_name"]: row for row in answer["results"]}


def change(client: ApiClient, data_import: DataImport, **decision: Any) -> Any:
    """What is answered to a decision on the T-shirt."""
    row = ProductMapping.objects.get(data_import=data_import, external_name="T-shirt")
    body = {"mappings": [{"id": row.api_id} | decision]}
    return client.send("PATCH", address(data_import), body)


def codes(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_products_of_others_are_refused(cast: Cast, staff: ApiClient) -> None:
    data_import = make_ready(cast, HEADER, *ROWS)
    foreign = make_product(edition=cast.rival_edition)
    elsewhere = make_product(edition=cast.other_edition)
    for product in (foreign, elsewhere):
        found = codes(change(staff, data_import, product_id=product.api_id))
        assert found == [("/mappings/0/product_id", "unknown_id")]
    own, other = make_product(edition=cast.edition), make_product(edition=cast.edition)
    variant = make_variant(product=other)
    found = codes(change(staff, data_import, product_id=own.api_id, variant_id=variant.api_id))
    assert found == [("/mappings/0/variant_id", "unknown_id")]
    assert not ProductMapping.objects.filter(product__isnull=False).exists()


def test_mappings_of_another_import_and_contradictions_are_refused(
    cast: Cast, staff: ApiClient
) -> None:
    data_import, other = make_ready(cast, HEADER, *ROWS), make_ready(cast, HEADER, *ROWS)
    row = ProductMapping.objects.filter(data_import=other)[0]
    body = {"mappings": [{"id": row.api_id, "ignored": True}]}
    answer = staff.send("PATCH", address(data_import), body)
    assert codes(answer) == [("/mappings/0/id", "unknown_id")]
    assert codes(change(staff, data_import, ignored=True, create_product=True)) == [
        ("/mappings/0/create_product", "contradiction")
    ]


@pytest.mark.parametrize("stage", set(ImportStage) - {ImportStage.NEEDS_PRODUCT_MAPPING})
def test_at_other_stages_it_is_a_conflict(cast: Cast, staff: ApiClient, stage: ImportStage) -> None:
    data_import = make_ready(cast, HEADER, *ROWS, stage=stage)
    answer = change(staff, data_import, ignored=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "import_stage")
    assert not ProductMapping.objects.filter(ignored=True).exists()


def test_products_are_listed_with_their_rows_and_suggestions(cast: Cast, staff: ApiClient) -> None:
    same = make_product(edition=cast.edition, name="DAY  ticket")
    alike = make_product(edition=cast.edition, name="T-shirt black")
    variant = make_variant(product=alike, name="large")
    data_import = make_ready(cast, HEADER, *ROWS)
    prepare_products(data_import)
    found = listed(staff, data_import)
    assert list(found) == ["Day ticket", "T-shirt"]
    ticket, shirt = found.values()
    assert (ticket["rows"], ticket["unit_price"], ticket["external_variant"]) == (2, 45.0, None)
    assert ticket["suggestion"] == {
        "product_id": same.api_id, "variant_id": None, "confidence": 1.0
    }  # fmt: skip
    assert shirt["external_variant"] == "Large"
    assert shirt["suggestion"]["product_id"] == alike.api_id
    assert shirt["suggestion"]["variant_id"] == variant.api_id
    assert 0.3 <= shirt["suggestion"]["confidence"] < 1
    assert shirt["product_id"] is None


def test_nothing_of_another_edition_is_suggested(cast: Cast, staff: ApiClient) -> None:
    make_product(edition=cast.rival_edition, name="T-shirt")
    make_product(edition=cast.other_edition, name="T-shirt")
    data_import = make_ready(cast, HEADER, *ROWS)
    prepare_products(data_import)
    assert listed(staff, data_import)["T-shirt"]["suggestion"] is None


def test_a_decision_replaces_the_one_before_and_is_kept_for_the_next_file(
    cast: Cast, staff: ApiClient
) -> None:
    product = make_product(edition=cast.edition, name="Shirt")
    variant = make_variant(product=product)
    data_import = make_ready(cast, HEADER, *ROWS)
    assert change(staff, data_import, create_product=True).status_code == 200
    assert listed(staff, data_import)["T-shirt"]["create_product"] is True
    change(staff, data_import, product_id=product.api_id, variant_id=variant.api_id)
    row = listed(staff, data_import)["T-shirt"]
    assert (row["product_id"], row["variant_id"]) == (product.api_id, variant.api_id)
    assert (row["create_product"], row["ignored"]) == (False, False)
    change(staff, data_import, ignored=True)
    change(staff, data_import, ignored=False)
    row = listed(staff, data_import)["T-shirt"]
    assert (row["product_id"], row["ignored"]) == (None, False)
    change(staff, data_import, ignored=True)
    run_all(data_import)
    assert SavedProduct.objects.get(external_name="T-shirt").ignored
    again = make_ready(cast, HEADER, *ROWS)
    prepare_products(again)
    assert listed(staff, again)["T-shirt"]["ignored"] is True
