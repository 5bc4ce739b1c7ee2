"""The variants and options of a product as lists that a body replaces: refusals first."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.models import Option, Product, Variant
from preo.catalog.tests.asking import change, codes, conflict, create_product, delete
from preo.catalog.tests.factories import make_option, make_product, make_variant
from preo.orders.models import CartItem, Purchase
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(cast: Cast) -> Product:
    return make_product(edition=cast.edition)


def replace(client: ApiClient, product: Product, **lists: Any) -> Any:
    response = change(client, "products", product, **lists)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.safety
@pytest.mark.parametrize("model", [CartItem, Purchase])
def test_a_variant_that_was_ordered_stays(
    model: type[CartItem | Purchase], product: Product, cast: Cast, manager: ApiClient
) -> None:
    ordered, free = make_variant(product=product, name="L"), make_variant(product=product)
    make_order(edition=cast.edition, products=[product])
    model._default_manager.update(variant=ordered)
    response = change(manager, "products", product, name="Other", variants=[{"name": "S"}])
    assert conflict(response) == "still_referred_to"
    body = response.json()
    assert [error["pointer"] for error in body["errors"]] == ["/variants"]
    kind = "cart_item" if model is CartItem else "purchase"
    by = [{"kind": kind, "count": 1, "ids": [model._default_manager.get().api_id]}]
    assert body["references"] == [{"id": ordered.api_id, "by": by}]
    product.refresh_from_db()
    assert product.name != "Other"
    assert set(Variant.objects.all()) == {ordered, free}
    replace(manager, product, variants=[{"id": ordered.api_id, "name": "Large", "price": 9}])
    assert Variant.objects.get().price == 900


@pytest.mark.safety
def test_a_product_of_which_a_variant_alone_is_referred_to_stays(
    product: Product, cast: Cast, manager: ApiClient
) -> None:
    make_order(edition=cast.edition)
    Purchase.objects.update(variant=make_variant(product=product))
    response = delete(manager, "products", product)
    assert conflict(response) == "still_referred_to"
    assert response.json()["references"][0]["id"] == product.api_id


def test_an_id_stands_once_in_a_list(product: Product, manager: ApiClient) -> None:
    for field, row in (
        ("variants", make_variant(product=product)),
        ("options", make_option(product=product)),
    ):
        item = {"id": row.api_id, "name": "A"}
        response = change(manager, "products", product, **{field: [item, item]})
        assert codes(response) == [(f"/{field}/1/id", "repeated")]


def test_a_product_is_made_with_its_parts_in_their_order(cast: Cast, manager: ApiClient) -> None:
    response = create_product(
        manager,
        cast,
        variants=[{"name": "L", "code": "l", "price": 7.5}, {"name": "S"}],
        options=[
            {"name": "Camping", "price_mod": 20, "deposit_mod": 5},
            {"name": "Child", "price_mod": -2.5},
        ],
    )
    assert response.status_code == 201, response.content
    body = response.json()
    assert [(v["name"], v["code"], v["price"]) for v in body["variants"]] == [
        ("L", "l", 7.5),
        ("S", None, None),
    ]
    assert [(o["name"], o["price_mod"], o["deposit_mod"]) for o in body["options"]] == [
        ("Camping", 20.0, 5.0),
        ("Child", -2.5, 0.0),
    ]
    assert [v["id"][:4] for v in body["variants"]] == ["var_", "var_"]
    assert list(Option.objects.order_by("position").values_list("position", "organization_id")) == [
        (0, cast.northlight.pk),
        (1, cast.northlight.pk),
    ]


def test_an_item_with_its_id_keeps_its_row_and_the_rest_come_and_go(
    product: Product, manager: ApiClient
) -> None:
    first, second, third = (make_variant(product=product, name=name) for name in "ABC")
    option = make_option(product=product)
    body = replace(
        manager,
        product,
        variants=[
            {"id": third.api_id, "name": "C"},
            {"name": "D"},
            {"id": first.api_id, "name": "E"},
        ],
    )
    assert [row["name"] for row in body["variants"]] == ["C", "D", "E"]
    assert [row["id"] for row in body["variants"]][::2] == [third.api_id, first.api_id]
    assert not Variant.objects.filter(pk=second.pk).exists()
    assert [row["id"] for row in body["options"]] == [option.api_id]
    body = replace(manager, product, options=[])
    assert (body["options"], len(body["variants"])) == ([], 3)


def test_an_item_takes_all_its_values_from_the_body(product: Product, manager: ApiClient) -> None:
    variant = make_variant(product=product, name="L", code="l", price=700)
    option = make_option(product=product, price_mod=100, deposit_mod=50)
    body = replace(
        manager,
        product,
        variants=[{"id": variant.api_id, "name": "L"}],
        options=[{"id": option.api_id, "name": "Camping", "deposit_mod": 1}],
    )
    assert body["variants"] == [{"id": variant.api_id, "name": "L", "code": None, "price": None}]
    assert [(o["price_mod"], o["deposit_mod"]) for o in body["options"]] == [(0.0, 1.0)]


def test_variants_can_exchange_their_codes(product: Product, manager: ApiClient) -> None:
    rows = [make_variant(product=product, name=code, code=code) for code in "abc"]
    turned = [
        {"id": row.api_id, "name": "x", "code": code} for row, code in zip(rows, "bca", strict=True)
    ]
    body = replace(manager, product, variants=turned)
    assert [row["code"] for row in body["variants"]] == ["b", "c", "a"]
    body = replace(manager, product, variants=[{"name": "new", "code": "a"}])
    assert [row["code"] for row in body["variants"]] == ["a"]


def test_another_order_is_a_change_and_the_same_list_is_none(
    product: Product, manager: ApiClient
) -> None:
    for name in "AB":
        make_variant(product=product, name=name)
    listed = manager.get(f"/v1/products/{product.api_id}").json()["variants"]
    before = Variant.objects.order_by("pk").values_list("modified", "position")
    same = list(before)
    assert replace(manager, product, variants=listed)["variants"] == listed
    assert (list(before.all()), Activity.objects.count()) == (same, 0)
    turned = replace(manager, product, variants=listed[::-1])["variants"]
    assert turned == listed[::-1]
    assert Activity.objects.get().changed == ["variants"]
