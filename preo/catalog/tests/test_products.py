"""Creating, changing and deleting products: refusals first."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.activity.models import Activity
from preo.catalog.models import Product
from preo.catalog.tests.asking import change, codes, conflict, create_product, delete
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_option,
    make_product,
    make_variant,
    make_vendor,
)
from preo.orders.models import CartItem, Purchase
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db
GROWS = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"
"""One sign, whose form for comparison has eighteen letters (33 bytes)."""


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, ("/name", "blank")),
        ({"name": "x" * 201}, ("/name", "max_length")),
        ({"name": GROWS * 61}, ("/name", "too_long")),
        ({"code": ""}, ("/code", "blank")),
        ({"code": "x" * 129}, ("/code", "max_length")),
        ({"type": "spaceship"}, ("/type", "invalid_choice")),
        ({"price": -0.01}, ("/price", "negative")),
        ({"price": 1.005}, ("/price", "too_many_decimals")),
        ({"price": "12.50"}, ("/price", "not_a_number")),
        ({"deposit": 10**15}, ("/deposit", "out_of_range")),
        ({"handling_fee": None}, ("/handling_fee", "null")),
        ({"uses": 0}, ("/uses", "min_value")),
        ({"uses": 10_001}, ("/uses", "max_value")),
        ({"description": {"fi": "Lippu"}}, ("/description", "unknown_language")),
        ({"metadata": [1]}, ("/metadata", "not_an_object")),
        ({"variants": [{"code": "L"}]}, ("/variants/0/name", "required")),
        ({"variants": [{"name": GROWS * 61}]}, ("/variants/0/name", "too_long")),
        ({"variants": [{"name": "L", "price": -1}]}, ("/variants/0/price", "negative")),
        ({"variants": [{"name": "L", "size": 1}]}, ("/variants/0/size", "unknown_field")),
        (
            {"variants": [{"name": "L", "code": "a"}, {"name": "M", "code": "a"}]},
            ("/variants/1/code", "repeated"),
        ),
        ({"options": [{"name": "A"}] * 201}, ("/options", "max_length")),
        ({"category_ids": ["prd_" + "0" * 26]}, ("/category_ids/0", "unknown_id")),
        ({"currency": "usd"}, ("/currency", "unknown_field")),
    ],
)
def test_what_cannot_be_is_named(
    fields: dict[str, Any], error: tuple[str, str], cast: Cast, manager: ApiClient
) -> None:
    assert codes(create_product(manager, cast, **fields)) == [error]
    product = make_product(edition=cast.edition)
    if "currency" in fields:
        error = ("/currency", "read_only")
    assert codes(change(manager, "products", product, **fields)) == [error]
    assert not Activity.objects.exists()


def test_the_longest_name_that_can_be_compared_is_kept_and_found(
    cast: Cast, manager: ApiClient
) -> None:
    # Signs that grow as much, no two alike, so that an index cannot press them together.
    words = "".join(chr(sign) for sign in range(0x3300, 0x3358))
    assert create_product(manager, cast, name=words).status_code == 201
    assert codes(create_product(manager, cast, name=words + GROWS * 40)) == [("/name", "too_long")]
    assert create_product(manager, cast, name=GROWS * 60).status_code == 201


def test_a_category_stands_once_in_a_product(cast: Cast, manager: ApiClient) -> None:
    key = make_category(edition=cast.edition).api_id
    response = create_product(manager, cast, category_ids=[key, key])
    assert codes(response) == [("/category_ids/1", "repeated")]


@pytest.mark.safety
def test_a_code_belongs_to_one_product_of_the_edition(cast: Cast, manager: ApiClient) -> None:
    holder = make_product(edition=cast.edition, name="Day ticket", code="DAY")
    make_product(edition=cast.other_edition, code="NIGHT")
    created = create_product(manager, cast, code="DAY")
    other = create_product(manager, cast, code="NIGHT").json()
    changed = change(manager, "products", other, code="DAY", name="Renamed", variants=[])
    for response in (created, changed):
        assert conflict(response) == "code_taken"
        body = response.json()
        assert body["held_by"] == holder.api_id
        assert body["errors"] == [
            {
                "pointer": "/code",
                "code": "code_taken",
                "detail": f"That is the code of Day ticket ({holder.api_id}).",
            }
        ]
    assert sorted(Product.objects.filter(edition=cast.edition).values_list("code", "name")) == [
        ("DAY", "Day ticket"),
        ("NIGHT", "Day ticket"),
    ]
    assert create_product(manager, cast, code=None).status_code == 201
    assert create_product(manager, cast, code=None).status_code == 201


def test_a_new_product_is_a_draft_in_the_editions_currency(cast: Cast, manager: ApiClient) -> None:
    cast.edition.currency = "dkk"
    cast.edition.save()
    response = create_product(manager, cast, price=12.5)
    assert response.status_code == 201, response.content
    assert b'"price":12.50' in response.content
    body = response.json()
    assert body.pop("id").startswith("prd_")
    assert body.pop("created") == body.pop("modified")
    assert body == {
        "organization_id": cast.northlight.api_id,
        "edition_id": cast.edition.api_id,
        "vendor_id": None,
        "location_id": None,
        "category_ids": [],
        "type": "other",
        "name": "Day ticket",
        "code": None,
        "service": None,
        "description": {},
        "currency": "dkk",
        "price": 12.5,
        "deposit": 0.0,
        "handling_fee": 0.0,
        "uses": 1,
        "is_unlimited_use": False,
        "is_draft": True,
        "variants": [],
        "options": [],
        "metadata": {},
    }
    activity = Activity.objects.get()
    assert (activity.type, activity.edition_id) == ("product.created", cast.edition.pk)
    assert activity.organization_id == cast.northlight.pk


def test_a_product_is_made_with_all_that_stands_around_it(cast: Cast, manager: ApiClient) -> None:
    second = make_category(edition=cast.edition, position=2)
    first = make_category(edition=cast.edition, position=1)
    fields = {
        "vendor_id": make_vendor(organization=cast.northlight).api_id,
        "location_id": make_location(edition=cast.edition).api_id,
        "category_ids": [second.api_id, first.api_id],
        "type": "drink",
        "code": "BEER",
        "description": {"en": "A beer", "da": "En øl", "pl": ""},
        "price": 6,
        "deposit": 0.5,
        "handling_fee": 0.25,
        "uses": 3,
        "is_unlimited_use": True,
        "is_draft": False,
        "metadata": {"shelf": 4},
    }
    body = create_product(manager, cast, **fields).json()
    fields["category_ids"] = [first.api_id, second.api_id]
    fields["description"] = {"en": "A beer", "da": "En øl"}
    assert {name: body[name] for name in fields} == fields
    assert manager.get(f"/v1/products/{body['id']}").json() == body


def test_what_was_got_can_be_sent_back_with_a_change(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition, vendor=make_vendor(organization=cast.northlight))
    make_variant(product=product, price=700)
    make_option(product=product, price_mod=-100)
    body = manager.get(f"/v1/products/{product.api_id}").json()
    before = Product.objects.values().get()
    assert change(manager, "products", product, **body).json() == body
    assert Product.objects.values().get() == before
    assert not Activity.objects.exists()
    response = change(manager, "products", product, **body | {"name": "Night ticket"})
    assert response.json() == body | {
        "name": "Night ticket", "modified": response.json()["modified"]
    }  # fmt: skip
    assert response.json()["modified"] > body["modified"]
    response = change(manager, "products", product, edition_id=cast.other_edition.api_id)
    assert codes(response) == [("/edition_id", "read_only")]


def test_an_activity_names_the_fields_that_changed(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition, price=500)
    category = make_category(edition=cast.edition)
    response = change(
        manager, "products", product,
        price=5, deposit=1, category_ids=[category.api_id], variants=[{"name": "L"}], options=[],
    )  # fmt: skip
    assert response.status_code == 200, response.content
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id) == ("product.updated", product.pk)
    assert sorted(activity.changed) == ["category_ids", "deposit", "variants"]


def test_texts_are_replaced_and_metadata_is_merged(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition)
    change(
        manager, "products", product, description={"en": "A", "da": "B"}, metadata={"a": 1, "b": 2}
    )
    response = change(
        manager, "products", product, description={"da": "C"}, metadata={"b": None, "c": 3}
    )
    assert response.json()["description"] == {"da": "C"}
    assert response.json()["metadata"] == {"a": 1, "c": 3}
    too_large = change(manager, "products", product, metadata={"x": "y" * 33_000})
    assert codes(too_large) == [("/metadata", "too_large")]


def test_a_code_given_here_is_our_own(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition, code="T1")
    Product.objects.update(service="shop")
    assert change(manager, "products", product, name="Staples").json()["service"] == "shop"
    assert change(manager, "products", product, code="T1").json()["service"] == "shop"
    assert change(manager, "products", product, code="T2").json()["service"] is None


def test_the_same_key_makes_one_product(cast: Cast, manager: ApiClient) -> None:
    body = {"edition_id": cast.edition.api_id, "name": "Day ticket", "price": 10.5}
    answers = [
        manager.send("POST", "/v1/products", body, **{"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Product.objects.count() == 1


@pytest.mark.safety
def test_a_product_that_was_ordered_is_not_deleted(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition)
    make_order(edition=cast.edition, products=[product])
    response = delete(manager, "products", product)
    assert conflict(response) == "still_referred_to"
    assert response.json()["references"] == [
        {
            "id": product.api_id,
            "by": [
                {"kind": kind, "count": 1, "ids": [model.objects.get().api_id]}
                for kind, model in (("cart_item", CartItem), ("purchase", Purchase))
            ],
        }
    ]
    assert Product.objects.filter(pk=product.pk).exists()
    assert not Activity.objects.exists()
    for model in (Purchase, CartItem):
        model._default_manager.all().delete()
    assert delete(manager, "products", product).status_code == 204


def test_a_product_goes_with_its_variants_and_options(cast: Cast, manager: ApiClient) -> None:
    product = make_product(edition=cast.edition)
    product.categories.add(make_category(edition=cast.edition))
    make_variant(product=product)
    make_option(product=product)
    response = delete(manager, "products", product)
    assert (response.status_code, response.content) == (204, b"")
    assert delete(manager, "products", product).status_code == 404
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id) == ("product.deleted", product.pk)
