"""A product's form: amounts, variants and options as rows, and what stands around it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_key
from preo.catalog.api.bodies import MAX_ITEMS
from preo.catalog.models import Product, Variant
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_option,
    make_product,
    make_variant,
    make_vendor,
)
from preo.dashboard.tests.catalog_forms import fill, form_of, mistakes_at, new_url, row_url
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import CartItem, Purchase
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def manager(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


def variants_of(product: Product, *names: str) -> list[Variant]:
    """Variants in this order: ids of one millisecond have none."""
    rows = [make_variant(product=product, name=name) for name in names]
    for position, row in enumerate(rows):
        row.position = position
        row.save()
    return rows


def answer(edition: Edition, product: Product) -> Any:
    """The product as the API gives it."""
    _, key = make_key(organization=edition.organization)
    headers = {"Authorization": f"Bearer {key}"}
    return Client().get(f"/v1/products/{product.api_id}", headers=headers).json()


@pytest.mark.parametrize(
    ("typed", "field_id", "words"),
    [
        ({"price": "twelve"}, "field-price", "12.50"),
        ({"price": "1.005"}, "field-price", "two decimals"),
        ({"price": "-1"}, "field-price", "negative"),
        ({"handling_fee": "1e3"}, "field-handling_fee", "12.50"),
        ({"uses": "0"}, "field-uses", "1"),
        ({"type": "spaceship"}, "field-type", "spaceship"),
        ({"vendor_id": "vnd_nobody"}, "field-vendor_id", "no vendor"),
        ({"name": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 90}, "field-name", "long"),
        ({"variants.0.name": "L", "variants.0.price": "x"}, "field-variants-0-price", "12.50"),
        ({"variants.0.code": "L"}, "field-variants-0-name", "Fill this in"),
        (
            {
                "variants.0.name": "L",
                "variants.0.code": "a",
                "variants.1.name": "M",
                "variants.1.code": "a",
            },
            "field-variants-1-code",
            "twice",
        ),
        (
            {"options.0.name": "Camping", "options.0.price_mod": ".5"},
            "field-options-0-price_mod",
            "",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    edition: Edition, manager: Client, typed: dict[str, Any], field_id: str, words: str
) -> None:
    response = fill(manager, new_url(edition, "products"), **({"name": "Ticket"} | typed))
    page = response.content.decode()

    assert response.status_code == 400
    assert words in mistakes_at(page, field_id)
    assert mistakes_at(page, field_id)
    assert f'href="#{field_id}"' in page
    assert not Product.objects.exists()
    if "type" not in typed and "vendor_id" not in typed:
        assert {name: form_of(page)[name] for name in typed} == {
            name: [value] for name, value in typed.items()
        }


@pytest.mark.safety
def test_what_is_a_rivals_cannot_be_put_on_a_product(edition: Edition, manager: Client) -> None:
    rival = make_edition()
    other = make_edition(organization=edition.organization)
    foreign = {
        "vendor_id": make_vendor(organization=rival.organization),
        "location_id": make_location(edition=other),
        "category_ids": make_category(edition=rival),
    }
    make_category(edition=edition)
    for name, row in foreign.items():
        typed: dict[str, Any] = {"name": "Ticket", name: row.api_id}
        response = fill(manager, new_url(edition, "products"), **typed)
        page = response.content.decode()

        assert response.status_code == 400
        assert "with this id" in mistakes_at(page, f"field-{name}")
    assert not Product.objects.exists()


@pytest.mark.safety
def test_a_product_of_a_rivals_variant_keeps_to_its_own(edition: Edition, manager: Client) -> None:
    product, foreign = make_product(edition=edition), make_variant()
    url = row_url(edition, "products", product)

    response = fill(manager, url, variants__0__id=foreign.api_id, variants__0__name="Mine")

    assert response.status_code == 400
    assert "no variant with this id" in response.content.decode()
    foreign.refresh_from_db()
    assert foreign.name == "Large"


def test_a_variant_that_was_ordered_is_not_removed_and_named(
    edition: Edition, manager: Client
) -> None:
    product = make_product(edition=edition)
    ordered, free = variants_of(product, "Large <L>", "Small")
    order = make_order(edition=edition, products=[product])
    CartItem.objects.filter(cart__order=order).update(variant=ordered)
    Purchase.objects.filter(order=order).update(variant=ordered)
    url = row_url(edition, "products", product)
    removed = fill(manager, url, _rows="remove:variants:0").content.decode()

    response = manager.post(url, form_of(removed))

    assert response.status_code == 409
    told = mistakes_at(response.content.decode(), "field-variants")
    assert "Large &lt;L&gt; cannot be removed" in told
    assert "1 purchase" in told
    assert ordered.api_id not in told
    assert product.variants.count() == 2
    assert free.name in response.content.decode()


def test_a_product_is_made_whole_and_the_api_shows_the_same(
    edition: Edition, manager: Client
) -> None:
    vendor, location = (
        make_vendor(organization=edition.organization),
        make_location(edition=edition),
    )
    first, second = make_category(edition=edition), make_category(edition=edition, position=1)

    response = fill(
        manager,
        new_url(edition, "products"),
        name="T-shirt",
        type="merchandise",
        code="SHIRT",
        vendor_id=vendor.api_id,
        location_id=location.api_id,
        category_ids=[first.api_id, second.api_id],
        description__en="Of cotton.",
        price="225,5",
        deposit="0",
        handling_fee="30.00",
        variants__0__name="S",
        variants__0__code="S-1",
        variants__1__name="XXL",
        variants__1__price="245",
        options__0__name="Print",
        options__0__price_mod="-10.25",
        without=("is_draft",),
    )

    assert response.status_code == 302
    product = Product.objects.get()
    shown = answer(edition, product)
    assert {name: shown[name] for name in ("name", "type", "code", "is_draft", "uses")} == {
        "name": "T-shirt", "type": "merchandise", "code": "SHIRT", "is_draft": False, "uses": 1,
    }  # fmt: skip
    assert (shown["price"], shown["deposit"], shown["handling_fee"]) == (225.5, 0, 30)
    assert shown["category_ids"] == [first.api_id, second.api_id]
    assert (shown["vendor_id"], shown["location_id"]) == (vendor.api_id, location.api_id)
    assert shown["description"] == {"en": "Of cotton."}
    assert [(v["name"], v["code"], v["price"]) for v in shown["variants"]] == [
        ("S", "S-1", None), ("XXL", None, 245),
    ]  # fmt: skip
    assert [(o["name"], o["price_mod"], o["deposit_mod"]) for o in shown["options"]] == [
        ("Print", -10.25, 0)
    ]


def test_rows_keep_their_ids_while_they_are_moved_added_and_removed(
    edition: Edition, manager: Client
) -> None:
    product = make_product(edition=edition)
    small, large = variants_of(product, "S", "L")
    make_option(product=product, name="Camping", price_mod=1250)
    url = row_url(edition, "products", product)

    moved = fill(manager, url, _rows="up:variants:1")
    added = manager.post(url, form_of(moved.content.decode()) | {"_rows": ["add:variants"]})
    typed = form_of(added.content.decode()) | {"variants.2.name": ["XL"]}
    removed = manager.post(url, typed | {"_rows": ["remove:options:0"]})
    assert product.options.count() == 1
    saved = manager.post(url, form_of(removed.content.decode()))

    assert [moved.status_code, added.status_code, removed.status_code] == [200, 200, 200]
    assert saved.status_code == 302
    rows = list(product.variants.order_by("position"))
    assert [row.name for row in rows] == ["L", "S", "XL"]
    assert [row.pk for row in rows[:2]] == [large.pk, small.pk]
    assert product.options.count() == 0


def test_two_rows_can_be_added_before_either_is_filled_and_blank_ones_are_left_out(
    edition: Edition, manager: Client
) -> None:
    url = new_url(edition, "products")
    once = fill(manager, url, name="Ticket", _rows="add:variants")
    twice = manager.post(url, form_of(once.content.decode()) | {"_rows": ["add:variants"]})
    form = form_of(twice.content.decode())

    assert {"variants.0.name", "variants.1.name"} <= form.keys()
    assert manager.post(url, form).status_code == 302
    assert Product.objects.get().variants.count() == 0


def test_what_the_form_does_not_show_stays(edition: Edition, manager: Client) -> None:
    product = make_product(edition=edition)
    Product.objects.filter(pk=product.pk).update(metadata={"till": 4})

    fill(manager, row_url(edition, "products", product), name="Renamed")

    product.refresh_from_db()
    assert (product.name, product.metadata) == ("Renamed", {"till": 4})


def test_the_longest_lists_that_the_api_takes_can_be_sent_by_the_form(
    edition: Edition, manager: Client
) -> None:
    product = make_product(edition=edition)
    for number in range(MAX_ITEMS):
        make_variant(product=product, name=f"Size {number}")
        make_option(product=product, name=f"Print {number}")
    before = answer(edition, product)

    response = fill(manager, row_url(edition, "products", product), name="Renamed")

    assert response.status_code == 302
    after = answer(edition, product)
    assert after["variants"] == before["variants"]
    assert after["options"] == before["options"]
    assert after["name"] == "Renamed"


def test_queries_of_a_products_page_do_not_grow(edition: Edition, manager: Client) -> None:
    product = make_product(edition=edition)

    def cost(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    def furnish() -> None:
        product.categories.add(make_category(edition=edition))
        make_variant(product=product)
        make_option(product=product)
        make_vendor(organization=edition.organization)
        make_location(edition=edition)

    def ask() -> object:
        return manager.get(row_url(edition, "products", product))

    furnish()
    before = cost(ask)
    for _ in range(4):
        furnish()

    assert cost(ask) == before
    assert before <= 16
