"""Creating, changing and deleting categories and locations: refusals first."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.models import Category, Location
from preo.catalog.tests.asking import change, codes, conflict, delete
from preo.catalog.tests.factories import make_category, make_location, make_product
from preo.orders.models import CartItem, Purchase
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db


def create(client: ApiClient, cast: Cast, route: str, **fields: Any) -> Any:
    return client.send("POST", f"/v1/{route}", {"edition_id": cast.edition.api_id} | fields)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": {}}, ("/name", "empty")),
        ({"name": {"en": "", "da": " "}}, ("/name", "empty")),
        ({"name": "Food"}, ("/name", "not_a_dict")),
        ({"name": {"fi": "Ruoka"}}, ("/name", "unknown_language")),
        ({"name": {"en": "Food"}, "position": -1}, ("/position", "min_value")),
        ({"name": {"en": "Food"}, "position": 2_000_000}, ("/position", "max_value")),
    ],
)
def test_what_a_category_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], cast: Cast, manager: ApiClient
) -> None:
    assert codes(create(manager, cast, "categories", **fields)) == [error]
    category = make_category(edition=cast.edition)
    assert codes(change(manager, "categories", category, **fields)) == [error]


@pytest.mark.safety
def test_a_category_with_products_is_not_deleted(cast: Cast, manager: ApiClient) -> None:
    category = make_category(edition=cast.edition)
    product = make_product(edition=cast.edition)
    product.categories.add(category)
    response = delete(manager, "categories", category)
    assert conflict(response) == "still_referred_to"
    assert response.json()["references"] == [
        {"id": category.api_id, "by": [{"kind": "product", "count": 1, "ids": [product.api_id]}]}
    ]
    assert change(manager, "products", product, category_ids=[]).status_code == 200
    assert delete(manager, "categories", category).status_code == 204
    assert not Category.objects.exists()


def test_a_new_category_stands_last(cast: Cast, manager: ApiClient) -> None:
    make_category(edition=cast.other_edition, position=9)
    for wanted, given in ((0, {}), (7, {"position": 7}), (8, {}), (0, {"position": 0})):
        body = create(manager, cast, "categories", name={"en": "A", "pl": ""}, **given).json()
        assert (body["position"], body["name"]) == (wanted, {"en": "A"})
    assert body["edition_id"] == cast.edition.api_id
    assert body["organization_id"] == cast.northlight.api_id


def test_a_categorys_name_is_replaced_whole(cast: Cast, manager: ApiClient) -> None:
    category = make_category(edition=cast.edition, name={"en": "Food", "da": "Mad"})
    body = manager.get(f"/v1/categories/{category.api_id}").json()
    assert change(manager, "categories", category, **body).json() == body
    response = change(manager, "categories", category, name={"da": "Spise"})
    assert response.json()["name"] == {"da": "Spise"}
    activity = Activity.objects.get()
    assert (activity.type, activity.changed) == ("category.updated", ["name"])
    assert activity.edition_id == cast.edition.pk


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, ("/name", "blank")),
        ({"name": "East", "is_draft": "perhaps"}, ("/is_draft", "invalid")),
        ({"name": "East", "is_draft": None}, ("/is_draft", "null")),
    ],
)
def test_what_a_location_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], cast: Cast, manager: ApiClient
) -> None:
    assert codes(create(manager, cast, "locations", **fields)) == [error]
    location = make_location(edition=cast.edition)
    assert codes(change(manager, "locations", location, **fields)) == [error]


@pytest.mark.safety
def test_a_location_that_products_or_orders_name_is_not_deleted(
    cast: Cast, manager: ApiClient
) -> None:
    location = make_location(edition=cast.edition)
    product = make_product(edition=cast.edition, location=location)
    make_order(edition=cast.edition, products=[product])
    for model in (CartItem, Purchase):
        model._default_manager.update(location=location)
    response = delete(manager, "locations", location)
    assert conflict(response) == "still_referred_to"
    kinds = [found["kind"] for found in response.json()["references"][0]["by"]]
    assert sorted(kinds) == ["cart_item", "product", "purchase"]
    assert Location.objects.filter(pk=location.pk).exists()
    spare = make_location(edition=cast.edition)
    assert delete(manager, "locations", spare).status_code == 204


def test_a_location_is_made_and_changed(cast: Cast, manager: ApiClient) -> None:
    body = create(manager, cast, "locations", name="East").json()
    assert (body["id"][:4], body["name"], body["is_draft"]) == ("loc_", "East", False)
    changed = change(manager, "locations", body, **body | {"is_draft": True}).json()
    assert changed == body | {"is_draft": True, "modified": changed["modified"]}
    assert [(each.type, each.changed) for each in Activity.objects.order_by("created")] == [
        ("location.created", []),
        ("location.updated", ["is_draft"]),
    ]
