"""What belongs to another organization or edition is, in a body too, like what is not there."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.catalog.models import Product, Vendor
from preo.catalog.tests.asking import change, codes, create_product, editions_manager, names
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_option,
    make_product,
    make_variant,
    make_vendor,
)
from preo.core.ids import uuid7
from preo.editions.models import Edition

pytestmark = [pytest.mark.safety, pytest.mark.django_db]

PLACES: dict[str, Callable[[Edition], Any]] = {
    "location_id": lambda edition: make_location(edition=edition),
    "category_ids": lambda edition: make_category(edition=edition),
    "vendor_id": lambda edition: make_vendor(organization=edition.organization),
}
PARTS: dict[str, Callable[[Product], Any]] = {
    "variants": lambda product: make_variant(product=product),
    "options": lambda product: make_option(product=product),
}


def named(field: str, row: Any) -> tuple[dict[str, Any], str]:
    """A body that names the row in this field, and the place of its id."""
    if field == "category_ids":
        return {field: [row.api_id]}, f"/{field}/0"
    if field in PARTS:
        return {field: [{"id": row.api_id, "name": "Large"}]}, f"/{field}/0/id"
    return {field: row.api_id}, f"/{field}"


def refusal(response: Any) -> Any:
    problem = response.json()
    problem.pop("instance")
    return response.status_code, problem


@pytest.mark.parametrize("field", PLACES)
def test_places_of_another_organization_are_like_none(
    field: str, cast: Cast, manager: ApiClient
) -> None:
    product = make_product(edition=cast.edition)
    foreign, absent = PLACES[field](cast.rival_edition), PLACES[field](cast.edition)
    absent.delete()
    absent.pk = uuid7()
    answers = []
    for row in (foreign, absent):
        body, place = named(field, row)
        created, changed = (
            create_product(manager, cast, **body),
            change(manager, "products", product, **body),
        )
        assert codes(created) == codes(changed) == [(place, "unknown_id")]
        answers += [refusal(created), refusal(changed)]
    assert all(answer == answers[0] for answer in answers)
    assert Product.objects.count() == 1


@pytest.mark.parametrize("field", ["location_id", "category_ids"])
def test_places_of_another_edition_are_like_none(
    field: str, cast: Cast, manager: ApiClient
) -> None:
    product = make_product(edition=cast.edition)
    body, place = named(field, PLACES[field](cast.other_edition))
    assert codes(create_product(manager, cast, **body)) == [(place, "unknown_id")]
    assert codes(change(manager, "products", product, **body)) == [(place, "unknown_id")]


@pytest.mark.parametrize("field", PARTS)
def test_variants_and_options_of_another_product_are_like_none(
    field: str, cast: Cast, manager: ApiClient
) -> None:
    product = make_product(edition=cast.edition)
    for edition in (cast.edition, cast.other_edition, cast.rival_edition):
        row = PARTS[field](make_product(edition=edition))
        body, place = named(field, row)
        assert codes(create_product(manager, cast, **body)) == [(place, "unknown_id")]
        assert codes(change(manager, "products", product, **body)) == [(place, "unknown_id")]
        row.refresh_from_db()
        assert row.name != "Large" or field == "variants"


@pytest.mark.parametrize("route", ["products", "categories", "locations"])
def test_nothing_is_made_in_an_edition_that_the_caller_may_not_know(
    route: str, cast: Cast, manager: ApiClient
) -> None:
    body = {"name": {"en": "Food"} if route == "categories" else "Food"}
    for edition_id in (cast.rival_edition.api_id, "edt_" + "0" * 26):
        response = manager.send("POST", f"/v1/{route}", body | {"edition_id": edition_id})
        assert codes(response) == [("/edition_id", "unknown_id")]
    own = editions_manager(cast.edition)
    response = own.send("POST", f"/v1/{route}", body | {"edition_id": cast.other_edition.api_id})
    assert codes(response) == [("/edition_id", "unknown_id")]
    response = own.send("POST", f"/v1/{route}", body | {"edition_id": cast.edition.api_id})
    assert response.status_code == 201, response.content
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("route", ["products", "categories", "locations"])
def test_who_only_reads_in_the_edition_is_told_that_the_role_is_too_low(
    route: str, cast: Cast
) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    make_membership(staff=person, edition=cast.other_edition, role=RoleWord.MANAGER)
    body = {
        "name": {"en": "Food"} if route == "categories" else "Food",
        "edition_id": cast.edition.api_id,
    }
    response = sign_in(person).send("POST", f"/v1/{route}", body)
    assert (response.status_code, response.json()["code"]) == (403, "role_too_low")


def test_a_vendor_is_made_by_the_organizations_managers_alone(
    cast: Cast, manager: ApiClient
) -> None:
    body = {"name": "Bakery", "organization_id": cast.rival.api_id}
    assert codes(manager.send("POST", "/v1/vendors", body)) == [("/organization_id", "unknown_id")]
    body["organization_id"] = cast.northlight.api_id
    response = editions_manager(cast.edition).send("POST", "/v1/vendors", body)
    assert (response.status_code, response.json()["code"]) == (403, "role_too_low")
    assert not Vendor.objects.exists()


def test_an_editions_manager_knows_the_vendors_who_sell_there(cast: Cast) -> None:
    here, elsewhere, nowhere = (
        make_vendor(organization=cast.northlight, name=name) for name in ("Here", "Else", "No")
    )
    product = make_product(edition=cast.edition, vendor=here)
    make_product(edition=cast.other_edition, vendor=elsewhere)
    own = editions_manager(cast.edition)
    assert names(own, "vendors") == ["Here"]
    assert own.get(f"/v1/vendors/{elsewhere.api_id}").status_code == 404
    for vendor in (elsewhere, nowhere):
        response = change(own, "products", product, vendor_id=vendor.api_id)
        assert codes(response) == [("/vendor_id", "unknown_id")]
    assert create_product(own, cast, vendor_id=here.api_id).status_code == 201
    for response in (
        change(own, "vendors", here, name="Mine"),
        own.send("DELETE", f"/v1/vendors/{nowhere.api_id}"),
    ):
        assert response.status_code == 404


def test_a_vendors_other_editions_are_not_found_out_by_a_filter(cast: Cast) -> None:
    vendor = make_vendor(organization=cast.northlight, name="Here")
    make_product(edition=cast.edition, vendor=vendor)
    make_product(edition=cast.other_edition, vendor=vendor)
    own = editions_manager(cast.edition)
    assert names(own, "vendors", edition_id=cast.edition.api_id) == ["Here"]
    assert names(own, "vendors", edition_id=cast.other_edition.api_id) == []
    assert names(own, "vendors", organization_id=cast.northlight.api_id) == ["Here"]
