"""What the lists of the catalogue find, and in which order."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.catalog.tests.asking import names
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)

pytestmark = pytest.mark.django_db


def test_each_filter_narrows_the_products(cast: Cast, staff: ApiClient) -> None:
    vendor = make_vendor(organization=cast.northlight)
    location = make_location(edition=cast.edition)
    categories = [make_category(edition=cast.edition) for _ in range(2)]
    beer = make_product(
        edition=cast.edition, name="Beer", code="B1", type="drink", vendor=vendor,
        location=location, is_draft=True,
    )  # fmt: skip
    beer.categories.set(categories)
    make_product(edition=cast.edition, name="Ticket", code="T1")
    make_product(edition=cast.other_edition, name="Old ticket", code="T1")
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Beer", "Old ticket", "Ticket"]),
        ({"organization_id": cast.northlight.api_id}, ["Beer", "Old ticket", "Ticket"]),
        ({"edition_id": cast.edition.api_id}, ["Beer", "Ticket"]),
        ({"vendor_id": vendor.api_id}, ["Beer"]),
        ({"location_id": location.api_id}, ["Beer"]),
        ({"category_id": categories[0].api_id}, ["Beer"]),
        ({"category_id": "cat_" + "0" * 26}, []),
        ({"type": "ticket"}, ["Old ticket", "Ticket"]),
        ({"is_draft": "true"}, ["Beer"]),
        ({"is_draft": "false"}, ["Old ticket", "Ticket"]),
        ({"code": "T1"}, ["Old ticket", "Ticket"]),
        ({"code": "T"}, []),
        ({"code": "T1", "edition_id": cast.edition.api_id}, ["Ticket"]),
    ]
    for query, found in asked:
        assert names(staff, "products", **query) == found, query


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ticket", ["Day TICKET", "Weekend  ticket"]),
        ("weekend ticket", ["Weekend  ticket"]),
        ("ØL", ["Fadøl 100%"]),
        ("10_%", []),
        ("100%", ["Fadøl 100%"]),
        ("we-1", ["Weekend  ticket"]),
        ("\uff37eekend", ["Weekend  ticket"]),
        ("nothing", []),
        ("'; drop", []),
    ],
)
def test_products_are_found_by_part_of_name_or_code(
    text: str, found: list[str], cast: Cast, staff: ApiClient
) -> None:
    for name, code in (("Day TICKET", "DAY"), ("Weekend  ticket", "WE-1"), ("Fadøl 100%", None)):
        make_product(edition=cast.edition, name=name, code=code)
    assert names(staff, "products", search=text) == found


def test_products_are_ordered_as_asked(cast: Cast, staff: ApiClient) -> None:
    for name, price in (("B", 200), ("A", 300), ("C", 100)):
        make_product(edition=cast.edition, name=name, price=price)
    assert names(staff, "products", ordering="price") == ["C", "B", "A"]
    assert names(staff, "products", ordering="-name") == ["C", "B", "A"]
    assert names(staff, "products", ordering="type,-price") == ["A", "B", "C"]


def test_products_come_in_pages_with_their_parts(cast: Cast, staff: ApiClient) -> None:
    for name in "ABC":
        make_variant(product=make_product(edition=cast.edition, name=name), name=f"{name}1")
    body = staff.get("/v1/products", {"page": "2", "page_size": "2"}).json()
    assert (body["count"], body["next"]) == (3, None)
    assert [[v["name"] for v in row["variants"]] for row in body["results"]] == [["C1"]]


def test_vendors_are_found_by_name_code_and_edition(cast: Cast, staff: ApiClient) -> None:
    bakery = make_vendor(organization=cast.northlight, name="Bakery", code="V1")
    make_vendor(organization=cast.northlight, name="Grill", code="V2")
    for _ in range(2):
        make_product(edition=cast.edition, vendor=bakery)
    assert names(staff, "vendors") == ["Bakery", "Grill"]
    assert names(staff, "vendors", search="AKE") == ["Bakery"]
    assert names(staff, "vendors", search="v2") == ["Grill"]
    assert names(staff, "vendors", code="V2") == ["Grill"]
    assert names(staff, "vendors", edition_id=cast.edition.api_id) == ["Bakery"]
    assert names(staff, "vendors", edition_id=cast.other_edition.api_id) == []
    assert names(staff, "vendors", organization_id=cast.rival.api_id) == []


def test_categories_stand_in_their_order_and_are_found_in_any_language(
    cast: Cast, staff: ApiClient
) -> None:
    make_category(edition=cast.edition, name={"en": "Food", "da": "Mad"}, position=2)
    make_category(edition=cast.edition, name={"en": "Drinks"}, position=1)
    make_category(edition=cast.other_edition, name={"en": "Old"}, position=0)
    assert [name["en"] for name in names(staff, "categories")] == ["Old", "Drinks", "Food"]
    assert names(staff, "categories", search="mA") == [{"en": "Food", "da": "Mad"}]
    assert names(staff, "categories", search="en") == []
    found = names(staff, "categories", edition_id=cast.other_edition.api_id)
    assert found == [{"en": "Old"}]


def test_locations_are_found_by_name_edition_and_draft(cast: Cast, staff: ApiClient) -> None:
    make_location(edition=cast.edition, name="East Gate")
    make_location(edition=cast.edition, name="West Gate", is_draft=True)
    make_location(edition=cast.other_edition, name="Barn")
    assert names(staff, "locations") == ["Barn", "East Gate", "West Gate"]
    assert names(staff, "locations", search="GATE") == ["East Gate", "West Gate"]
    assert names(staff, "locations", is_draft="true") == ["West Gate"]
    assert names(staff, "locations", edition_id=cast.other_edition.api_id) == ["Barn"]
