"""Making, changing and deleting what stands around products: refusals first."""

import re
from typing import Any

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.activity.models import Activity
from preo.catalog.models import Category, Location, Product, Vendor
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)
from preo.dashboard.tests.catalog_forms import fill, form_of, mistakes_at, new_url, row_url
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition, Event
from preo.editions.tests.factories import make_edition, make_event
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db

NOUNS = ("products", "categories", "vendors", "locations", "events")
DELETED = ("products", "categories", "vendors", "locations")
MODELS: dict[str, Any] = {
    "products": Product,
    "categories": Category,
    "vendors": Vendor,
    "locations": Location,
    "events": Event,
}
NAMED: dict[str, dict[str, Any]] = {
    noun: {"name__en": "Another"} if noun == "categories" else {"name": "Another"} for noun in NOUNS
}


@pytest.fixture
def edition() -> Edition:
    edition = make_edition()
    edition.enabled_languages = ["en", "da"]
    edition.save()
    return edition


@pytest.fixture
def manager(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.MANAGER))


def make_row(noun: str, edition: Edition) -> Any:
    if noun == "vendors":
        return make_vendor(organization=edition.organization)
    if noun == "events":
        return make_event(organization=edition.organization)
    make: dict[str, Any] = {
        "products": make_product,
        "categories": make_category,
        "locations": make_location,
    }
    return make[noun](edition=edition)


def as_written(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = type(row).objects.filter(pk=row.pk).values().get()
    return found


@pytest.mark.safety
@pytest.mark.parametrize("noun", NOUNS)
def test_staff_look_at_a_row_in_a_form_that_is_shut_and_cannot_send_it(
    edition: Edition, noun: str
) -> None:
    row = make_row(noun, edition)
    before = as_written(row)
    client = client_of(make_member(organization=edition.organization))
    url = row_url(edition, noun, row)

    page = client.get(url).content.decode()
    response = client.post(url, {"name": "Mine", "name.en": "Mine"})

    assert "<fieldset disabled" in page
    assert "/delete" not in page
    assert ">Save<" not in page
    assert response.status_code == 403
    assert as_written(row) == before


@pytest.mark.safety
@pytest.mark.parametrize("noun", NOUNS)
def test_staff_can_neither_make_nor_delete_a_row(edition: Edition, noun: str) -> None:
    row = make_row(noun, edition)
    client = client_of(make_member(organization=edition.organization))
    count = MODELS[noun].objects.count()

    assert client.post(new_url(edition, noun), {"name": "Mine"}).status_code == 403
    assert client.post(f"{row_url(edition, noun, row)}/delete").status_code in {403, 404}
    assert MODELS[noun].objects.count() == count


@pytest.mark.safety
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("way", ["", "/delete"])
def test_a_rivals_row_is_not_found_under_the_own_organization(
    edition: Edition, manager: Client, noun: str, way: str
) -> None:
    row = make_row(noun, make_edition())
    before = as_written(row)
    url = f"{row_url(edition, noun, row)}{way}"

    assert manager.get(url).status_code == 404
    assert manager.post(url, {"name": "Mine", "name.en": "Mine"}).status_code == 404
    assert as_written(row) == before


@pytest.mark.safety
@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("way", ["", "/delete"])
def test_a_row_is_not_found_under_another_organization_of_the_same_person(
    edition: Edition, noun: str, way: str
) -> None:
    other = make_edition()
    row = make_row(noun, other)
    staff = make_member(organization=edition.organization, role=RoleWord.MANAGER)
    make_membership(staff=staff, organization=other.organization, role=RoleWord.MANAGER)
    client = client_of(staff)

    assert client.get(row_url(other, noun, row)).status_code == 200
    for ask in (client.get, client.post):
        assert ask(f"{row_url(edition, noun, row)}{way}").status_code == 404


@pytest.mark.safety
@pytest.mark.parametrize("noun", ["products", "categories", "locations"])
def test_a_manager_of_one_edition_writes_in_that_one_alone(edition: Edition, noun: str) -> None:
    other = make_edition(organization=edition.organization)
    row = make_row(noun, other)
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    assert client.get(new_url(edition, noun)).status_code == 200
    assert client.get(new_url(other, noun)).status_code == 404
    for way in ("", "/delete"):
        assert client.post(f"{row_url(edition, noun, row)}{way}").status_code == 404
    assert fill(client, new_url(edition, noun), **NAMED[noun]).status_code == 302


@pytest.mark.safety
def test_a_manager_of_one_edition_looks_at_its_vendors_and_writes_none(edition: Edition) -> None:
    vendor = make_vendor(organization=edition.organization)
    make_product(edition=edition, vendor=vendor)
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))
    url = row_url(edition, "vendors", vendor)

    assert "<fieldset disabled" in client.get(url).content.decode()
    assert client.post(url, {"name": "Mine"}).status_code == 403
    assert client.get(f"{url}/delete").status_code == 404
    assert client.post(f"{url}/delete").status_code == 404
    assert client.get(new_url(edition, "vendors")).status_code == 403
    assert client.get(new_url(edition, "events")).status_code == 403


@pytest.mark.safety
@pytest.mark.parametrize("noun", DELETED)
def test_deleting_takes_a_form_of_our_own(edition: Edition, noun: str) -> None:
    row = make_row(noun, edition)
    staff = make_member(organization=edition.organization, role=RoleWord.MANAGER)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    url = f"{row_url(edition, noun, row)}/delete"

    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 403
    assert MODELS[noun].objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_row_without_a_name_is_refused_at_the_field_and_nothing_is_made(
    edition: Edition, manager: Client, noun: str
) -> None:
    blank: dict[str, Any] = dict.fromkeys(NAMED[noun], " ")
    count = MODELS[noun].objects.count()

    response = fill(manager, new_url(edition, noun), **blank)

    assert response.status_code == 400
    assert mistakes_at(response.content.decode(), "field-name")
    assert "Nothing is saved yet" in response.content.decode()
    assert MODELS[noun].objects.count() == count


@pytest.mark.parametrize("noun", ["products", "vendors"])
def test_a_code_of_another_row_is_refused_at_the_field_by_its_name(
    edition: Edition, manager: Client, noun: str
) -> None:
    if noun == "vendors":
        make_vendor(organization=edition.organization, name="Harbour <Grill>", code="HG")
    else:
        make_product(edition=edition, name="Harbour <Grill>", code="HG")

    response = fill(manager, new_url(edition, noun), name="Another", code="HG")
    page = response.content.decode()

    assert response.status_code == 409
    assert "That is the code of Harbour &lt;Grill&gt;." in mistakes_at(page, "field-code")
    assert form_of(page)["name"] == ["Another"]
    assert not MODELS[noun].objects.filter(name="Another").exists()


def test_what_is_still_needed_is_not_deleted_and_says_by_what(
    edition: Edition, manager: Client
) -> None:
    vendor, location = (
        make_vendor(organization=edition.organization),
        make_location(edition=edition),
    )
    category = make_category(edition=edition)
    product = make_product(edition=edition, vendor=vendor, location=location)
    product.categories.add(category)
    make_order(edition=edition, products=[product])
    rows: dict[str, Any] = {
        "vendors": vendor, "locations": location, "categories": category, "products": product,
    }  # fmt: skip
    for noun, row in rows.items():
        url = f"{row_url(edition, noun, row)}/delete"
        asked, sent = manager.get(url), manager.post(url)

        assert asked.status_code == 200
        assert sent.status_code == 409
        assert '<form method="post"' not in asked.content.decode().partition("<main")[2]
        for page in (asked.content.decode(), sent.content.decode()):
            assert "cannot be deleted" in page
            assert ("1 purchase" if noun == "products" else "1 product") in page
        assert MODELS[noun].objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("noun", DELETED)
def test_a_row_to_which_nothing_refers_is_deleted_after_a_question(
    edition: Edition, manager: Client, noun: str
) -> None:
    row = make_row(noun, edition)
    if noun == "products":
        make_variant(product=row)
    url = f"{row_url(edition, noun, row)}/delete"

    question = manager.get(url)
    assert MODELS[noun].objects.filter(pk=row.pk).exists()
    response = manager.post(url, follow=True)

    assert "gone for good" in question.content.decode()
    assert response.status_code == 200
    assert " is deleted." in response.content.decode()
    assert not MODELS[noun].objects.filter(pk=row.pk).exists()
    assert manager.post(url).status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_a_row_is_made_shown_changed_and_its_activities_are_written(
    edition: Edition, manager: Client, noun: str
) -> None:
    made = fill(manager, new_url(edition, noun), **NAMED[noun])
    page = manager.get(made["Location"]).content.decode()
    changes: dict[str, Any] = dict.fromkeys(NAMED[noun], "Yet <another>")
    changed = fill(manager, made["Location"], **changes)
    again = manager.get(changed["Location"]).content.decode()

    assert made.status_code == changed.status_code == 302
    assert "Another is made." in page
    assert "Yet &lt;another&gt; is saved." in again
    row = MODELS[noun].objects.latest("created")
    assert row.organization_id == edition.organization_id
    assert row.name in ("Yet <another>", {"en": "Yet <another>"})
    kinds = Activity.objects.filter(object_id=row.pk).values_list("type", flat=True)
    assert {kind.partition(".")[2] for kind in kinds} == {"created", "updated"}


@pytest.mark.parametrize("noun", NOUNS)
def test_saving_what_was_not_touched_changes_nothing(
    edition: Edition, manager: Client, noun: str
) -> None:
    row = make_row(noun, edition)
    before = as_written(row)

    assert fill(manager, row_url(edition, noun, row)).status_code == 302

    assert as_written(row) == before


@pytest.mark.parametrize("noun", ["categories", "vendors", "locations"])
def test_a_row_leads_to_the_products_that_name_it(
    edition: Edition, manager: Client, noun: str
) -> None:
    row = make_row(noun, edition)
    of_it, _ = make_product(edition=edition, name="Of it"), make_product(edition=edition)
    if noun == "categories":
        of_it.categories.add(row)
    else:
        setattr(of_it, noun.removesuffix("s"), row)
        of_it.save()
    page = manager.get(row_url(edition, noun, row)).content.decode()
    found = re.search(r'href="(/o/[^"]*/products\?[^"]*)"', page)
    assert found

    listed = manager.get(found[1]).content.decode()

    assert "Of it" in listed
    assert re.search(r">1 product\s", listed)


def test_a_category_is_named_in_the_languages_of_its_edition_and_in_those_it_has(
    edition: Edition, manager: Client
) -> None:
    category = make_category(edition=edition, name={"en": "Food", "pl": "Jedzenie"})
    url = row_url(edition, "categories", category)
    page = manager.get(url).content.decode()

    assert {name for name in form_of(page) if name.startswith("name.")} == {
        "name.en", "name.da", "name.pl",
    }  # fmt: skip
    fill(manager, url, name__da="Mad", name__pl=" ", position="4")
    category.refresh_from_db()
    assert (category.name, category.position) == ({"en": "Food", "da": "Mad"}, 4)


def test_who_saves_over_a_change_of_another_is_told_first(
    edition: Edition, manager: Client
) -> None:
    location = make_location(edition=edition)
    url = row_url(edition, "locations", location)
    opened = form_of(manager.get(url).content.decode())
    fill(manager, url, name="West Gate")

    refused = manager.post(url, opened | {"name": ["North Gate"]})

    location.refresh_from_db()
    assert refused.status_code == 409
    assert location.name == "West Gate"
    assert manager.post(url, form_of(refused.content.decode())).status_code == 302
