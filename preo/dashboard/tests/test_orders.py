"""The orders table: the same rows as the API's, all of its state in the address."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preo.accounts.tests.factories import make_key
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import Order
from preo.orders.tests.factories import make_order

pytestmark = pytest.mark.django_db

SWAP = {"HX-Request": "true"}
NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def edition() -> Edition:
    """Eleven orders of all kinds on five days, one in the hour that parts UTC from here, and one of another edition."""
    edition = make_edition(timezone="Europe/Copenhagen")
    organization = edition.organization
    people = [
        make_customer(organization=organization, first_name="Søren", last_name="Ålund"),
        make_customer(organization=organization, first_name="Mia", last_name="Blom"),
    ]
    statuses, types = ("completed", "pending", "cancelled"), ("online", "in-person", "imported")
    for number in range(11):
        make_order(
            edition=edition,
            customer=people[number % 2],
            order_number=f"NL-{number:02d}",
            status=statuses[number % 3],
            type=types[number % 3 if number < 9 else 0],
            quantity=1 + number % 4,
            created=NOON + dt.timedelta(hours=11.5 * number),
        )
    make_order(edition=make_edition(organization=organization), order_number="OTHER")
    return edition


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization))


def address(edition: Edition, **parameters: object) -> str:
    path = f"/o/{edition.organization.slug}/e/{edition.slug}/orders"
    return f"{path}?{urlencode(parameters)}" if parameters else path


def numbers(page: str) -> list[str]:
    return re.findall(r"font-semibold whitespace-nowrap hover:underline[^>]*>([^<]+)</a>", page)


def count(page: str) -> int:
    found = re.search(r'id="orders-count"[^>]*>([\d,]+) order', page)
    assert found, "the page tells its count"
    return int(found[1].replace(",", ""))


ASKED: list[tuple[dict[str, object], dict[str, str]]] = [
    ({}, {}),
    ({"search": "søren"}, {"search": "søren"}),
    ({"search": "NL-0"}, {"search": "NL-0"}),
    ({"search": "no such thing"}, {"search": "no such thing"}),
    ({"status": "pending"}, {"status": "pending"}),
    ({"type": "in-person", "status": "pending"}, {"type": "in-person", "status": "pending"}),
    ({"ordering": "amount"}, {"ordering": "amount"}),
    ({"ordering": "-order_number"}, {"ordering": "-order_number"}),
    # Days are the edition's: in March Copenhagen is an hour ahead of UTC.
    ({"from": "2026-03-02"}, {"created_after": "2026-03-01T23:00:00Z"}),
    ({"to": "2026-03-02"}, {"created_before": "2026-03-02T23:00:00Z"}),
    (
        {"search": "mia", "from": "2026-03-02", "to": "2026-03-04", "ordering": "created"},
        {
            "search": "mia",
            "created_after": "2026-03-01T23:00:00Z",
            "created_before": "2026-03-04T23:00:00Z",
            "ordering": "created",
        },
    ),
]


@pytest.mark.parametrize(("asked", "parameters"), ASKED)
def test_the_table_has_the_rows_and_the_count_of_the_api(
    edition: Edition, browser: Client, asked: dict[str, object], parameters: dict[str, str]
) -> None:
    _, key = make_key(organization=edition.organization)
    answer: dict[str, Any] = (
        Client()
        .get(
            "/v1/orders",
            {"edition_id": edition.api_id, **parameters},
            headers={"Authorization": f"Bearer {key}"},
        )
        .json()
    )

    page = browser.get(address(edition, **asked)).content.decode()

    assert count(page) == answer["count"]
    assert numbers(page) == [order["order_number"] for order in answer["results"]]


@pytest.mark.parametrize(
    "parameters",
    [
        {"status": "bought"},
        {"type": "x"},
        {"from": "2026-02-30", "to": "yesterday"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"ordering": "--created"},
        {"ordering": "customer__email"},
        {"page": "-1", "rows": "100000"},
        {"page": "٣"},
        {"unknown": "1"},
        {"search": "\0"},
    ],
)
def test_what_makes_no_sense_in_an_address_is_as_if_it_were_not_there(
    edition: Edition, browser: Client, parameters: dict[str, str]
) -> None:
    response = browser.get(address(edition, **parameters))

    assert response.status_code == 200
    assert count(response.content.decode()) == 11


def test_a_page_past_the_last_is_the_last(edition: Edition, browser: Client) -> None:
    for number in range(15, 40):
        make_order(edition=edition, order_number=f"NL-{number}")

    page = browser.get(address(edition, rows=25, page=99)).content.decode()

    assert "Page 2 of 2" in page
    assert "26 to 36 of 36" in page
    assert len(numbers(page)) == 11


def test_chips_count_what_a_click_on_them_would_show(edition: Edition, browser: Client) -> None:
    page = browser.get(address(edition, search="NL", type="in-person")).content.decode()
    chips = re.findall(r'id="(?:status|type)-[^"]*" href="([^"]*)".*?chip-count">(\d+)<', page)

    assert len(chips) == 9
    for url, shown in chips:
        assert count(browser.get(url.replace("&amp;", "&")).content.decode()) == int(shown)


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_it(
    edition: Edition, browser: Client
) -> None:
    def heading(page: str) -> str:
        found = re.search(r'id="sort-order_number" href="([^"]*)"', page)
        assert found
        return found[1].replace("&amp;", "&")

    first = browser.get(heading(browser.get(address(edition)).content.decode())).content.decode()
    second = browser.get(heading(first)).content.decode()

    assert numbers(first) == sorted(numbers(first))
    assert numbers(second) == numbers(first)[::-1]
    assert 'aria-sort="ascending"' in first
    assert 'aria-sort="descending"' in second


def test_a_swap_is_the_table_alone_with_its_plain_address(
    edition: Edition, browser: Client
) -> None:
    url = address(edition, search="mia", status="", type="", **{"from": ""})
    response = browser.get(url, headers=SWAP | {"HX-Trigger-Name": "search"})
    page = response.content.decode()

    assert "<html" not in page
    assert 'id="results"' in page
    assert response["HX-Replace-Url"] == address(edition, search="mia")
    assert "HX-Push-Url" not in response
    assert "HX-Request" in response["Vary"]
    assert numbers(page) == numbers(browser.get(url).content.decode())


def test_going_back_to_a_swapped_address_gives_the_whole_page(
    edition: Edition, browser: Client
) -> None:
    headers = SWAP | {"HX-History-Restore-Request": "true"}

    assert "<html" in browser.get(address(edition), headers=headers).content.decode()


def test_a_chip_pushes_its_address(edition: Edition, browser: Client) -> None:
    response = browser.get(address(edition, status="pending"), headers=SWAP)

    assert response["HX-Push-Url"] == address(edition, status="pending")


def test_times_are_the_editions_also_among_those_of_others(
    edition: Edition, browser: Client
) -> None:
    lisbon = make_edition(organization=edition.organization, timezone="Atlantic/Azores")
    make_order(edition=lisbon, order_number="AZORES", created=NOON)

    page = browser.get(f"/o/{edition.organization.slug}/orders").content.decode()

    assert (
        '<time datetime="2026-03-01T12:00:00Z" '
        'title="1 March 2026, 13:00:00 +01:00 (Europe/Copenhagen)">1 Mar 2026, 13:00 <span class="offset">+01</span></time>'
    ) in page
    assert "11:00:00 -01:00 (Atlantic/Azores)" in page
    assert "Days in UTC" in page


def test_the_organization_shows_the_edition_of_each_order(
    edition: Edition, browser: Client
) -> None:
    page = browser.get(f"/o/{edition.organization.slug}/orders").content.decode()

    assert count(page) == 12
    assert f'href="{address(edition)}">{edition.full_name}</a>' in page
    assert ">Edition</th>" in page
    assert ">Edition</th>" not in browser.get(address(edition)).content.decode()


def test_nothing_found_says_so_and_leads_back(edition: Edition, browser: Client) -> None:
    page = browser.get(address(edition, search="nobody", status="pending")).content.decode()

    assert "Nothing fits these filters" in page
    assert f'<a class="btn btn-sm btn-primary mt-4" href="{address(edition)}"' in page
    assert "<table" not in page


def test_a_new_edition_says_how_orders_come() -> None:
    edition = make_edition()
    client = client_of(make_member(edition=edition))

    assert "No orders yet" in client.get(address(edition)).content.decode()


def test_the_command_for_a_shell_gives_the_same_rows(edition: Edition, browser: Client) -> None:
    _, key = make_key(organization=edition.organization)
    page = browser.get(
        address(edition, search="NL", status="pending", ordering="amount", **{"from": "2026-03-01"})
    ).content.decode()
    found = re.search(r"http://testserver(/v1/orders\?[^&]*&amp;[^#]*)&#x27;</pre>", page)
    assert found

    answer = Client().get(
        found[1].replace("&amp;", "&"), headers={"Authorization": f"Bearer {key}"}
    )

    assert [order["order_number"] for order in answer.json()["results"]] == numbers(page)


def test_queries_do_not_grow_with_rows(edition: Edition, browser: Client) -> None:
    def cost(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask()
        return len(captured)

    def ask() -> object:
        return browser.get(f"/o/{edition.organization.slug}/orders", {"search": "NL"})

    Order.objects.filter(order_number__gte="NL-01").update(customer_name="", customer_email=None)
    before = cost(ask)
    for _ in range(6):
        another = make_edition(organization=edition.organization)
        make_order(edition=another, order_number=f"NL-{another.slug[-6:]}")

    assert cost(ask) == before
    assert before <= 10
