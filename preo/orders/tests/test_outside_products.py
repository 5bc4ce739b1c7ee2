"""Which product a line is of."""

import uuid

import pytest

from conftest import Cast
from preo.catalog.models import Category, Product
from preo.catalog.outside.shapes import MappedProduct, ProductMapping
from preo.catalog.tests.factories import make_category, make_product, make_variant
from preo.orders.models import Purchase
from preo.orders.outside.shapes import OutsideLine, OutsideOrder
from preo.orders.tests.outside import codes, errors, line, outside_order, take, take_one, take_well

pytestmark = pytest.mark.django_db


def by(**fields: object) -> OutsideOrder:
    """An order of one line whose product is named by these fields alone."""
    return outside_order("A-1", OutsideLine(unit_price=5000, **fields))  # type: ignore[arg-type]


def bought(order_id: uuid.UUID) -> Product:
    return Purchase.objects.get(order_id=order_id).product


@pytest.mark.safety
def test_ids_of_another_organization_are_as_unknown_as_ids_that_do_not_exist(cast: Cast) -> None:
    foreign = make_product(edition=cast.rival_edition)
    variant = make_variant(product=foreign)
    for product_id in (foreign.id, uuid.uuid4()):
        order = by(product_id=product_id)
        assert errors(cast.edition, order) == [("/items/0/product_id", "unknown_product")]
    for variant_id in (variant.id, uuid.uuid4()):
        order = by(variant_id=variant_id)
        assert errors(cast.edition, order) == [("/items/0/variant_id", "unknown_product")]


@pytest.mark.safety
def test_products_of_another_edition_are_unknown_by_whatever_name(cast: Cast) -> None:
    other = make_product(edition=cast.other_edition, name="Camping", code="CAMP")
    foreign = make_product(edition=cast.rival_edition, name="Parking", code="PARK")
    tries = [
        by(product_id=other.id),
        by(external_product_id="CAMP"),
        by(external_product="Camping"),
        by(external_product_id="PARK"),
        by(external_product="parking"),
    ]
    for order in tries:
        found = errors(cast.edition, order, create_products=False)
        assert [code for _, code in found] == ["unknown_product"]
    for product in (other, foreign):
        mapped = ProductMapping(
            codes={"X": MappedProduct(product.id)}, names={"X": MappedProduct(product.id)}
        )
        for order in (by(external_product_id="X"), by(external_product="X")):
            found = errors(cast.edition, order, create_products=False, mapped=mapped)
            assert [code for _, code in found] == ["unknown_product"]


def test_an_unknown_id_is_never_made_a_draft_nor_looked_for_by_name(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Camping", code="CAMP")
    order = by(product_id=uuid.uuid4(), external_product="Camping", external_product_id="CAMP")
    assert errors(cast.edition, order) == [("/items/0/product_id", "unknown_product")]
    assert Product.objects.count() == 1


def test_a_variant_of_another_product_is_unknown(cast: Cast) -> None:
    product = make_product(edition=cast.edition)
    variant = make_variant(product=make_product(edition=cast.edition))
    order = by(product_id=product.id, variant_id=variant.id)
    assert errors(cast.edition, order) == [("/items/0/variant_id", "unknown_product")]


def test_without_leave_to_make_products_an_unknown_one_fails_the_order(cast: Cast) -> None:
    one = take_one(cast.edition, by(external_product_id="CAMP"), create_products=False)
    assert codes(one.errors) == [("/items/0/external_product_id", "unknown_product")]
    assert one.errors[0].value == "CAMP"
    one = take_one(cast.edition, by(external_product="Camping"), create_products=False)
    assert codes(one.errors) == [("/items/0/external_product", "unknown_product")]
    assert not Product.objects.exists()


def test_of_two_products_with_the_name_none_is_guessed(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Water")
    make_product(edition=cast.edition, name="WATER")
    for create_products in (False, True):
        order = by(external_product="water")
        found = errors(cast.edition, order, create_products=create_products)
        assert found == [("/items/0/external_product", "ambiguous_product")]


def test_a_name_too_long_for_a_draft_may_still_be_known_by_its_code(cast: Cast) -> None:
    product = make_product(edition=cast.edition, code="LONG")
    order = take_well(cast.edition, by(external_product_id="LONG", external_product="x" * 201))
    assert bought(order.id) == product


def test_an_id_decides_before_code_and_name(cast: Cast) -> None:
    meant = make_product(edition=cast.edition)
    make_product(edition=cast.edition, name="Camping", code="CAMP")
    order = by(product_id=meant.id, external_product="Camping", external_product_id="CAMP")
    assert bought(take_well(cast.edition, order).id) == meant


def test_a_variant_alone_says_its_product(cast: Cast) -> None:
    variant = make_variant(product=make_product(edition=cast.edition))
    order = take_well(cast.edition, by(variant_id=variant.id))
    purchase = Purchase.objects.get(order=order)
    assert (purchase.product, purchase.variant) == (variant.product, variant)
    assert order.cart.items.get().variant == variant


def test_the_ladder_is_mapped_code_exact_code_mapped_name_same_name(cast: Cast) -> None:
    names = ["by mapped code", "by code", "by mapped name", "by name"]
    mapped_code, code, mapped_name, name = [
        make_product(edition=cast.edition, name=name) for name in names
    ]
    Product.objects.filter(id=code.id).update(code="C")
    whole = ProductMapping(
        codes={"C": MappedProduct(mapped_code.id)},
        names={"BY  name": MappedProduct(mapped_name.id)},
    )
    names_only = ProductMapping(names=whole.names)
    order = by(external_product_id="C", external_product="By Name")
    assert bought(take_well(cast.edition, order, mapped=whole).id) == mapped_code
    assert bought(take_well(cast.edition, order, mapped=names_only).id) == code
    Product.objects.filter(id=code.id).update(code="D")
    assert bought(take_well(cast.edition, order, mapped=names_only).id) == mapped_name
    assert bought(take_well(cast.edition, order).id) == name


def test_a_mapped_variant_is_taken_with_its_product(cast: Cast) -> None:
    variant = make_variant(product=make_product(edition=cast.edition))
    mapped = ProductMapping(codes={"TEE-L": MappedProduct(variant.product.id, variant.id)})
    order = take_well(cast.edition, by(external_product_id="TEE-L"), mapped=mapped)
    assert Purchase.objects.get(order=order).variant == variant


@pytest.mark.parametrize("name", ["day ticket", "  DAY\u00a0\u00a0Ticket ", "\uff24ay ticket"])
def test_names_are_the_same_whatever_the_case_blanks_and_forms_of_letters(
    cast: Cast, name: str
) -> None:
    product = make_product(edition=cast.edition, name="Day  ticket")
    assert bought(take_well(cast.edition, by(external_product=name)).id) == product


def test_a_similar_name_is_another_product(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    order = by(external_product="Day tickets")
    assert codes(take_one(cast.edition, order, create_products=False).errors)


def test_a_new_product_becomes_a_draft_at_the_price_of_its_first_line(cast: Cast) -> None:
    cheap = line("Poster", quantity=2, unit_price=1500, unit_deposit=100, category="Merch")
    dear = line("poster", unit_price=9900, category="Other")
    take(cast.edition, outside_order("A-1", cheap, dear))
    draft = Product.objects.get()
    assert (draft.name, draft.code, draft.price, draft.deposit) == ("Poster", None, 1500, 100)
    assert draft.is_draft
    assert draft.organization == cast.northlight
    assert [category.name for category in draft.categories.all()] == [{"en": "Merch"}]


def test_drafts_share_headings_and_take_those_that_are_there(cast: Cast) -> None:
    there = make_category(edition=cast.edition, name={"en": "Merch", "da": "Ting"}, position=4)
    make_category(edition=cast.rival_edition, name={"en": "Food"})
    items = [
        line("Poster", category="Merch"),
        line("Cup", category="Merch"),
        line("Soup", category="Food"),
    ]
    take(cast.edition, outside_order("A-1", *items))
    own = Category.objects.filter(edition=cast.edition).order_by("position")
    assert [(category.name["en"], category.position) for category in own] == [
        ("Merch", 4),
        ("Food", 5),
    ]
    assert Product.objects.filter(categories=there).count() == 2


def test_one_code_is_one_product_under_several_names(cast: Cast) -> None:
    items = [line("Mug", external_product_id="M1"), line("Mug, blue", external_product_id="M1")]
    take(cast.edition, outside_order("A-1", *items))
    draft = Product.objects.get()
    assert (draft.name, draft.code, draft.service) == ("Mug", "M1", "shop")
    assert Purchase.objects.filter(product=draft).count() == 2


def test_two_codes_of_one_system_are_two_products_under_one_name(cast: Cast) -> None:
    small = outside_order("A-1", line("Staples", external_product_id="S1"))
    large = outside_order("A-2", line("Staples", external_product_id="S2"))
    take(cast.edition, small)
    take(cast.edition, large)
    assert set(Product.objects.values_list("code", flat=True)) == {"S1", "S2"}


def test_our_own_code_does_not_keep_a_product_from_being_found_by_name(cast: Cast) -> None:
    own = make_product(edition=cast.edition, name="Camping", code="NL-CAMP")
    order = by(external_product_id="98123", external_product="camping")
    assert bought(take_well(cast.edition, order).id) == own


def test_another_systems_code_does_not_keep_a_draft_from_being_found_by_name(cast: Cast) -> None:
    order = by(external_product_id="98123", external_product="Camping")
    first = take_well(cast.edition, order)
    again = by(external_product_id="77", external_product="Camping")
    second = take_well(cast.edition, again, service="box office")
    assert bought(first.id) == bought(second.id)


def test_a_name_that_two_new_codes_share_fails_the_line_without_code(cast: Cast) -> None:
    done = take(
        cast.edition,
        outside_order("A-1", line("Staples", external_product_id="S1")),
        outside_order("A-2", line("Staples", external_product_id="S2")),
        outside_order("A-3", line("Staples")),
    )
    assert [one.outcome for one in done.orders] == ["created", "created", "failed"]
    assert codes(done.orders[2].errors) == [("/items/0/external_product", "ambiguous_product")]


def test_a_product_without_name_is_called_by_its_code(cast: Cast) -> None:
    take_well(cast.edition, by(external_product_id="TEC-1"))
    assert Product.objects.get().name == "TEC-1"
