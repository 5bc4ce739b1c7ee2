"""Lists: what is refused by name, and that pages neither repeat nor lose a row."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from conftest import Cast
from preo.core import listing
from preo.core.tests.site import client_of, make_product, manager_of, principal_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("preo.core.tests.site")]

MOMENT = datetime(2026, 6, 24, tzinfo=UTC)
BOTH_WAYS = pytest.mark.parametrize("route", ["products", "slow-products"])


@pytest.fixture
def client(cast: Cast) -> Client:
    return manager_of(cast.edition)


def read(client: Client, query: str = "", route: str = "products") -> Any:
    response = client.get(f"/v1/{route}?{query}")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def refused(client: Client, query: str) -> list[tuple[str, str]]:
    response = client.get(f"/v1/products?{query}")
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def walk(client: Client, query: str, route: str = "products") -> tuple[list[str], list[int]]:
    """The ids of all pages in their order, and the counts that the pages gave."""
    ids, counts = [], []
    address: str | None = f"/v1/{route}?{query}"
    while address:
        page = client.get(address).json()
        ids += [row["id"] for row in page["results"]]
        counts.append(page["count"])
        address = page["next"]
    return ids, counts


WRONG_NUMBERS = [
    "0", "-1", "+1", "1.0", "1e3", "", "x", "%00", "0x1", "1_0", "%D9%A3", "%EF%BC%93", "%C2%B2",
    "99999999999", "9" * 5_000, "null", "1%20", "%E2%81%B51",
]  # fmt: skip


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_a_page_that_is_no_whole_number_is_refused(name: str, value: str, client: Client) -> None:
    assert refused(client, f"{name}={value}") == [(name, "invalid")]


def test_a_page_size_is_from_1_to_1000(client: Client) -> None:
    assert refused(client, "page_size=1001") == [("page_size", "invalid")]
    assert refused(client, "page_size=0") == [("page_size", "invalid")]
    assert read(client, "page_size=1000")["count"] == 0
    assert read(client, "page_size=1")["count"] == 0


@pytest.mark.parametrize(
    "ordering",
    ["-", "--name", "---name", "nonsense", "name,nonsense", "-nonsense", "id", "name%20", "%00",
     "name;drop", "edition__name", "password", "Name", "+name", "name,-", "?"],
)  # fmt: skip
def test_an_unknown_ordering_is_refused_with_those_that_there_are(
    ordering: str, client: Client
) -> None:
    response = client.get(f"/v1/products?ordering={ordering}")
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == ("ordering", "invalid_choice")
    for name in ("created", "draft", "name", "price"):
        assert name in error["detail"]
    assert "is_draft" not in error["detail"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nonsense=1", [("nonsense", "unknown_parameter")]),
        ("page=1&a=1&b=", [("a", "unknown_parameter"), ("b", "unknown_parameter")]),
        ("Page=1", [("Page", "unknown_parameter")]),
        ("page=1&page=2", [("page", "repeated")]),
        ("type=a&type=a", [("type", "repeated")]),
        ("page_size=1&page_size=1&x=1", [("x", "unknown_parameter"), ("page_size", "repeated")]),
        ("format=xml", [("format", "unknown_parameter")]),
        ("%00=1", [("\0", "unknown_parameter")]),
        ("=1", [("", "unknown_parameter")]),
        ("created=2026-06-24", [("created", "unknown_parameter")]),
    ],
)
def test_a_query_parameter_that_nobody_reads_is_refused(
    query: str, expected: list[tuple[str, str]], client: Client
) -> None:
    assert refused(client, query) == expected


def test_an_operation_on_one_row_reads_no_query_parameter(cast: Cast, client: Client) -> None:
    product = make_product(cast.edition)
    for query in ("page=1", "ordering=name", "type=x"):
        response = client.get(f"/v1/products/{product.api_id}?{query}")
        assert response.status_code == 400
    assert (
        client.post("/v1/products?page=1", {}, content_type="application/json").status_code == 400
    )


@BOTH_WAYS
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("size", [1, 3, 5, 10, 100])
def test_a_page_past_the_last_is_404_and_names_the_last(
    route: str, deep: bool, size: int, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        make_product(cast.edition)
    if deep:
        monkeypatch.setattr(listing, "DEEP", 1)
    last = -(-10 // size)
    assert read(client, f"page={last}&page_size={size}", route)["results"]
    for page in (last + 1, last + 2, listing.MAX_PAGE):
        response = client.get(f"/v1/{route}?page={page}&page_size={size}")
        assert response.status_code == 404, page
        assert response.json()["last_page"] == last


@BOTH_WAYS
def test_an_empty_list_has_one_empty_page(route: str, client: Client) -> None:
    assert read(client, "", route) == {"count": 0, "next": None, "previous": None, "results": []}
    response = client.get(f"/v1/{route}?page=2")
    assert (response.status_code, response.json()["last_page"]) == (404, 1)


def test_one_who_holds_nothing_sees_an_empty_list(cast: Cast) -> None:
    make_product(cast.edition)
    nobody = client_of(principal_of())
    assert nobody.get("/v1/products").status_code == 403


@BOTH_WAYS
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_the_count_is_exact_on_every_page(
    route: str, size: int, cast: Cast, client: Client
) -> None:
    for _ in range(7):
        make_product(cast.edition)
    make_product(cast.rival_edition)
    ids, counts = walk(client, f"page_size={size}", route)
    assert len(ids) == 7
    assert set(counts) == {7}


@BOTH_WAYS
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize(
    "ordering",
    ["", "name", "-name", "price", "-price", "name,-price", "-price,name", "draft", "created",
     "-created,name", "name,name,-name"],
)  # fmt: skip
def test_pages_over_equal_keys_neither_repeat_nor_lose_a_row(
    route: str, deep: bool, ordering: str, cast: Cast, client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = {
        make_product(cast.edition, name="AB"[number % 2], price=number % 3, created=MOMENT).api_id
        for number in range(23)
    }
    if deep:
        monkeypatch.setattr(listing, "DEEP", 4)
    ids, counts = walk(client, f"page_size=4&ordering={ordering}", route)
    assert len(ids) == len(set(ids)) == 23
    assert set(ids) == made
    assert set(counts) == {23}
    assert ids == [row["id"] for row in read(client, f"ordering={ordering}", route)["results"]]


def test_a_deep_page_is_the_plain_slice(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        make_product(cast.edition, price=number % 4, is_draft=number % 3 == 0)
    for query in ("ordering=price", "ordering=-price&is_draft=true", "ordering=-draft,price"):
        for size in (1, 3):
            for page in (1, 2):
                address = f"{query}&page={page}&page_size={size}"
                monkeypatch.setattr(listing, "DEEP", 10**9)
                plain = client.get(f"/v1/products?{address}").content
                monkeypatch.setattr(listing, "DEEP", 0)
                assert client.get(f"/v1/products?{address}").content == plain


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["D", "C", "B", "A"]),
        ("ordering=", ["D", "C", "B", "A"]),
        ("ordering=,", ["D", "C", "B", "A"]),
        ("ordering=name", ["A", "B", "C", "D"]),
        ("ordering=-name", ["D", "C", "B", "A"]),
        ("ordering=price,name", ["B", "D", "A", "C"]),
        ("ordering=price,-name", ["D", "B", "C", "A"]),
        ("ordering=price&ordering=-name", ["D", "B", "C", "A"]),
        ("ordering=draft,price&ordering=-name", ["C", "A", "D", "B"]),
        ("ordering=draft&ordering=price,name", ["A", "C", "B", "D"]),
        ("ordering=-draft&ordering=&ordering=name", ["B", "D", "A", "C"]),
        ("ordering=name,-name", ["A", "B", "C", "D"]),
    ],
)
def test_orderings_may_be_repeated_and_comma_separated_and_mixed(
    query: str, names: list[str], cast: Cast, client: Client
) -> None:
    for day, (name, price) in enumerate([("A", 2), ("B", 1), ("C", 2), ("D", 1)], start=1):
        make_product(
            cast.edition, name=name, price=price, is_draft=price == 1,
            created=MOMENT.replace(day=day),
        )  # fmt: skip
    assert [row["name"] for row in read(client, query)["results"]] == names


def test_very_many_orderings_are_taken_as_one(cast: Cast, client: Client) -> None:
    make_product(cast.edition)
    assert read(client, "ordering=" + ",".join(["name", "-price"] * 2_000))["count"] == 1


def test_links_lead_to_the_neighbours_and_keep_every_other_parameter(
    cast: Cast, client: Client
) -> None:
    for _ in range(5):
        make_product(cast.edition, type="food", code=None)
    kept = {
        "page_size": ["2"],
        "ordering": ["name", "-price,created"],
        "type": ["food"],
        "edition_id": [cast.edition.api_id],
        "created_after": ["2020-01-01T00:00:00+02:00"],
    }
    page = client.get("/v1/products", {**kept, "page": ["2"]}).json()

    assert (page["count"], len(page["results"])) == (5, 2)
    for link, number in ((page["next"], "3"), (page["previous"], "1")):
        parts = urlsplit(link)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://testserver/v1/products"
        assert parse_qs(parts.query) == {**kept, "page": [number]}
    assert client.get(page["next"]).json()["next"] is None
    assert client.get(page["previous"]).json()["previous"] is None
