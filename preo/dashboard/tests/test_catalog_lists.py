"""The lists of the catalogue: the same rows as the API's, all of their state in the address."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_key, make_membership
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_option,
    make_product,
    make_variant,
    make_vendor,
)
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition, make_event

pytestmark = pytest.mark.django_db

NOUNS = ("products", "categories", "vendors", "locations", "events")
OF_EDITIONS = ("products", "categories", "locations")


@pytest.fixture
def edition() -> Edition:
    """Six of each noun in one edition, one more of each in another, and a rival's."""
    edition = make_edition()
    furnish(edition, 6)
    furnish(make_edition(organization=edition.organization), 1, first=6)
    furnish(make_edition(), 1, first=7)
    return edition


def furnish(edition: Edition, count: int, *, first: int = 0) -> None:
    organization = edition.organization
    for number in range(first, first + count):
        vendor = make_vendor(organization=organization, name=f"Vendor {number}", code=f"V{number}")
        location = make_location(edition=edition, name=f"Gate {number}", is_draft=number % 2 == 0)
        category = make_category(
            edition=edition, name={"en": f"Heading {number}"}, position=999 - number
        )
        product = make_product(
            edition=edition,
            name=f"Ticket {number}",
            code=f"T-{number}",
            type=("ticket", "food")[number % 2],
            vendor=vendor,
            location=location,
            price=1000 * number,
            is_draft=number % 3 == 0,
        )
        product.categories.add(category)
        make_variant(product=product)
        make_option(product=product)
        make_event(organization=organization, name=f"Event {number}")


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization))


def address(edition: Edition, noun: str, *, whole: bool = False, **parameters: object) -> str:
    place = "" if whole or noun == "events" else f"/e/{edition.slug}"
    path = f"/o/{edition.organization.slug}{place}/{noun}"
    return f"{path}?{urlencode(parameters)}" if parameters else path


def ids(page: str) -> list[str]:
    """The ids of the rows, in their order."""
    return re.findall(r'<a class="font-semibold[^"]*" href="/o/[^"]*/([a-z]{3}_\w{26})"', page)


def count(page: str) -> int:
    found = re.search(r'id="rows-count"[^>]*>([\d,]+) ', page)
    assert found, "the page tells its count"
    return int(found[1].replace(",", ""))


def api(edition: Edition, noun: str, parameters: dict[str, str]) -> Any:
    _, key = make_key(organization=edition.organization)
    response = Client().get(f"/v1/{noun}", parameters, headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 200, response.content
    return response.json()


ASKED: list[tuple[str, dict[str, str]]] = [
    *[(noun, {}) for noun in NOUNS],
    *[(noun, {"search": "3"}) for noun in NOUNS],
    *[(noun, {"search": "no such thing"}) for noun in NOUNS],
    *[(noun, {"ordering": "-created"}) for noun in NOUNS],
    ("products", {"search": "t-4"}),
    ("products", {"type": "food", "is_draft": "false", "ordering": "-price"}),
    ("products", {"ordering": "code"}),
    ("categories", {"ordering": "-position"}),
    ("vendors", {"ordering": "-code"}),
    ("locations", {"is_draft": "true", "ordering": "-name"}),
]


@pytest.mark.parametrize(("noun", "asked"), ASKED)
@pytest.mark.parametrize("whole", [False, True], ids=["edition", "organization"])
def test_a_list_has_the_rows_and_the_count_of_the_api(
    edition: Edition, browser: Client, noun: str, asked: dict[str, str], whole: bool
) -> None:
    bound = {"organization_id": edition.organization.api_id}
    if not whole and noun != "events":
        bound["edition_id"] = edition.api_id
    answer = api(edition, noun, bound | asked)

    page = browser.get(address(edition, noun, whole=whole, **asked)).content.decode()

    assert count(page) == answer["count"]
    assert ids(page) == [row["id"] for row in answer["results"]]
    if asked == {}:
        assert count(page) == (7 if whole or noun == "events" else 6)


@pytest.mark.parametrize("noun", NOUNS)
def test_rows_of_another_organization_of_the_same_person_stand_on_its_own_page(
    edition: Edition, noun: str
) -> None:
    other = make_edition()
    furnish(other, 1, first=8)
    staff = make_member(organization=edition.organization)
    make_membership(staff=staff, organization=other.organization, role=RoleWord.STAFF)

    page = client_of(staff).get(address(edition, noun, whole=True)).content.decode()

    assert count(page) == 7


@pytest.mark.parametrize("noun", NOUNS)
def test_who_has_one_edition_alone_sees_what_is_of_it(edition: Edition, noun: str) -> None:
    client = client_of(make_member(edition=edition))

    page = client.get(address(edition, noun, whole=True)).content.decode()

    # Its own event, and none of those without an edition that the person has a role in.
    assert count(page) == (0 if noun == "events" else 6)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "spaceship", "is_draft": "maybe", "vendor_id": "vnd_1", "category_id": "x"},
        {"ordering": "--name"},
        {"ordering": "organization__name"},
        {"page": "-1", "rows": "100000"},
        {"edition_id": "edt_1", "organization_id": "org_1", "unknown": "1"},
        {"search": "\0"},
    ],
)
def test_what_makes_no_sense_in_an_address_is_as_if_it_were_not_there(
    edition: Edition, browser: Client, noun: str, parameters: dict[str, Any]
) -> None:
    plain = browser.get(address(edition, noun)).content.decode()
    response = browser.get(address(edition, noun, **parameters))

    assert response.status_code == 200
    assert ids(response.content.decode()) == ids(plain)


@pytest.mark.safety
def test_a_vendors_products_are_counted_as_far_as_they_may_be_seen(edition: Edition) -> None:
    vendor = make_vendor(organization=edition.organization, name="Everywhere")
    make_product(edition=edition, vendor=vendor)
    make_product(edition=make_edition(organization=edition.organization), vendor=vendor)
    mine = client_of(make_member(edition=edition))
    all_of_it = client_of(make_member(organization=edition.organization))

    def counted(client: Client, whole: bool) -> str:
        page = client.get(address(edition, "vendors", whole=whole, search="Everywhere"))
        found = re.search(rf"\?vendor_id={vendor.api_id}\">(\d+)<", page.content.decode())
        assert found
        return found[1]

    assert counted(mine, whole=True) == counted(mine, whole=False) == "1"
    assert (counted(all_of_it, whole=True), counted(all_of_it, whole=False)) == ("2", "1")


def test_products_are_narrowed_by_what_stands_around_them(
    edition: Edition, browser: Client
) -> None:
    for noun, name in (
        ("vendors", "vendor_id"),
        ("categories", "category_id"),
        ("locations", "location_id"),
    ):
        row = api(edition, noun, {"edition_id": edition.api_id})["results"][2]
        page = browser.get(address(edition, "products", **{name: row["id"]})).content.decode()

        assert count(page) == 1
        assert f'<option value="{row["id"]}" selected>' in page
        assert f"?{name}={row['id']}" in browser.get(address(edition, noun)).content.decode()


@pytest.mark.parametrize("noun", OF_EDITIONS)
def test_the_organization_shows_the_edition_of_each_row(
    edition: Edition, browser: Client, noun: str
) -> None:
    whole = browser.get(address(edition, noun, whole=True)).content.decode()

    assert f'href="{address(edition, noun)}">{edition.full_name}</a>' in whole
    assert ">Edition</th>" in whole
    assert ">Edition</th>" not in browser.get(address(edition, noun)).content.decode()


def test_a_page_past_the_last_is_the_last_and_the_state_goes_along(
    edition: Edition, browser: Client
) -> None:
    furnish(edition, 30, first=10)

    page = browser.get(
        address(edition, "products", rows=25, page=99, ordering="-name", search="ticket")
    ).content.decode()

    assert "26 to 36 of 36" in page
    assert len(ids(page)) == 11
    previous = re.search(r'id="page-previous" href="([^"]*)"', page)
    assert previous
    assert len(ids(browser.get(previous[1].replace("&amp;", "&")).content.decode())) == 25
    assert "search=ticket" in previous[1]
    assert "ordering=-name" in previous[1]


def test_a_swap_is_the_list_alone_with_its_plain_address(edition: Edition, browser: Client) -> None:
    url = address(edition, "products", search="ticket", type="", is_draft="")
    response = browser.get(url, headers={"HX-Request": "true", "HX-Trigger-Name": "search"})
    chosen = browser.get(address(edition, "products", type="food"), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert response["HX-Replace-Url"] == address(edition, "products", search="ticket")
    assert chosen["HX-Push-Url"] == address(edition, "products", type="food")
    assert count(chosen.content.decode()) == 3


@pytest.mark.parametrize("noun", NOUNS)
def test_the_way_to_a_new_row_is_shown_to_managers_alone(edition: Edition, noun: str) -> None:
    def ways(role: RoleWord) -> list[str]:
        client = client_of(make_member(organization=edition.organization, role=role))
        page = client.get(address(edition, noun, whole=True)).content.decode()
        return re.findall(rf'href="(/o/[^"]*/{noun}/new)"', page)

    assert ways(RoleWord.STAFF) == []
    assert len(ways(RoleWord.MANAGER)) == (2 if noun in OF_EDITIONS else 1)


def test_a_manager_of_one_edition_is_led_to_new_rows_of_that_one_alone(edition: Edition) -> None:
    client = client_of(make_member(edition=edition, role=RoleWord.MANAGER))

    products = client.get(address(edition, "products", whole=True)).content.decode()
    vendors = client.get(address(edition, "vendors", whole=True)).content.decode()

    assert re.findall(r'href="(/o/[^"]*/new)"', products) == [f"{address(edition, 'products')}/new"]
    assert "/new" not in vendors


@pytest.mark.parametrize("noun", NOUNS)
def test_an_empty_list_says_what_would_stand_in_it(noun: str) -> None:
    edition = make_edition()
    client = client_of(make_member(organization=edition.organization))

    page = client.get(address(edition, noun, whole=True)).content.decode()

    assert f"No {noun} yet" in page or noun == "events"
    assert (
        "Nothing fits these filters"
        in client.get(address(edition, noun, whole=True, search="x" * 90)).content.decode()
    )


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("whole", [False, True], ids=["edition", "organization"])
def test_queries_do_not_grow_with_rows(
    edition: Edition, browser: Client, noun: str, whole: bool
) -> None:
    def cost(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    def ask() -> object:
        return browser.get(address(edition, noun, whole=whole))

    before = cost(ask)
    furnish(edition, 5, first=20)
    furnish(make_edition(organization=edition.organization), 3, first=30)

    assert cost(ask) == before
    assert before <= 16
