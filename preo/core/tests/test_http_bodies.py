"""Bodies on their whole way: a bad one is a problem that names the place, and nothing is written."""

import json
from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from preo.core.tests.site import Product, Vendor, make_product, manager_of

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]


@pytest.fixture
def client(cast: Cast) -> Client:
    return manager_of(cast.edition)


def send(client: Client, method: str, path: str, raw: bytes | str) -> Any:
    body = raw if isinstance(raw, bytes) else raw.encode()
    return client.generic(method, path, body, content_type="application/json")


def problem(response: Any) -> Any:
    assert 400 <= response.status_code < 500, response.content
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


BAD = {
    "nothing": (b"", 400, ["/edition_id", "/name"]),
    "blank": (b" ", 400, None),
    "half an object": (b'{"name": ', 400, None),
    "a list": (b'[{"name": "x"}]', 400, [""]),
    "a number": (b"7", 400, [""]),
    "a text": (b'"x"', 400, [""]),
    "null": (b"null", 400, [""]),
    "an empty object": (b"{}", 400, ["/edition_id", "/name"]),
    "not UTF-8": (b'{"name": "\xff"}', 400, None),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), 400, None),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "x"}', 400, None),
    "a member twice": (b'{"name": "a", "name": "b"}', 400, None),
    "NaN": (b'{"price": NaN}', 400, None),
    "Infinity": (b'{"price": -Infinity}', 400, None),
    "a NUL": (rb'{"name": "\u0000"}', 400, ["/name"]),
    "a NUL in free JSON": (rb'{"metadata": {"a": ["\u0000"]}}', 400, ["/metadata/a/0"]),
    "half a character": (rb'{"name": "\ud800"}', 400, ["/name"]),
    "half a character in a name": (rb'{"\udfff": "x"}', 400, [r"/\udfff"]),
    "10**400": (b'{"price": 1' + b"0" * 400 + b"}", 400, ["/price"]),
    "an enormous exponent": (b'{"price": 1e999999999}', 400, ["/price"]),
    "one beyond all": (b'{"price": 1e99999999999999999999}', 400, ["/price"]),
    "a tiny exponent": (b'{"uses": -1e-999999999}', 400, ["/uses"]),
    "5,000 digits": (b'{"metadata": [' + b"9" * 5_000 + b"]}", 400, ["/metadata/0"]),
    "100,000 brackets": (b"[" * 100_000, 400, None),
    "100,000 objects": (b'{"a":' * 100_000, 400, None),
    "ten megabytes": (b'{"name": "' + b"a" * 10 * 1024 * 1024 + b'"}', 413, None),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_names_the_place_and_writes_nothing(name: str, client: Client) -> None:
    raw, status, pointers = BAD[name]
    response = send(client, "POST", "/v1/products", raw)
    body = problem(response)
    assert response.status_code == status
    if pointers is None:
        assert body["detail"] or status == 413
    else:
        assert [error["pointer"] for error in body["errors"]] == pointers
    assert not Product.objects.exists()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_changes_no_row(name: str, cast: Cast, client: Client) -> None:
    raw, _, _ = BAD[name]
    if name in {"nothing", "an empty object"}:
        return  # no change asked for
    product = make_product(cast.edition, price=1250)
    problem(send(client, "PATCH", f"/v1/products/{product.api_id}", raw))
    product.refresh_from_db()
    assert (product.name, product.price) == ("Tent", 1250)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 201), ("name", None), ("name", ["x"]), ("name", True),
        ("uses", -1), ("uses", 2**31), ("uses", 10**25), ("uses", "x"), ("uses", 1.5),
        ("uses", None), ("price", -1), ("price", 10**14), ("price", 10**29), ("price", "12.50"),
        ("price", 0.001), ("price", None), ("price", [1]), ("type", "nonsense"), ("type", ["food"]),
        ("type", {"a": 1}), ("is_draft", "maybe"), ("is_draft", [True]), ("is_draft", 7),
        ("edition_id", "nonsense"), ("edition_id", 7), ("edition_id", None), ("edition_id", ["x"]),
        ("edition_id", "org_00000000000000000000000000"), ("code", "x" * 129), ("code", 1.5),
    ],
)  # fmt: skip
def test_a_value_of_a_wrong_type_or_size_is_refused_by_its_name(
    field: str, value: Any, cast: Cast, client: Client
) -> None:
    body = {"edition_id": cast.edition.api_id, "name": "Tent", field: value}
    response = send(client, "POST", "/v1/products", json.dumps(body))
    assert [error["pointer"] for error in problem(response)["errors"]] == [f"/{field}"]
    assert not Product.objects.exists()


def test_every_mistake_of_a_body_is_named_at_once(client: Client) -> None:
    raw = '{"colour": 1, "id": "x", "name": "", "price": 0.001, "uses": -1, "vendor": {}}'
    found = {
        (e["pointer"], e["code"])
        for e in problem(send(client, "POST", "/v1/products", raw))["errors"]
    }
    assert found == {
        ("/colour", "unknown_field"), ("/id", "read_only"), ("/vendor", "read_only"),
        ("/name", "blank"), ("/price", "too_many_decimals"), ("/uses", "min_value"),
        ("/edition_id", "required"),
    }  # fmt: skip


def test_a_row_can_be_got_and_changed_and_sent_back(cast: Cast, client: Client) -> None:
    vendor = Vendor.objects.create(organization=cast.northlight, name="Grill")
    product = make_product(
        cast.edition, vendor=vendor, price=1205, deposit=5, metadata={"a": [1.5, {"b": None}]}
    )
    path = f"/v1/products/{product.api_id}"
    got = client.get(path).content
    changed = got.replace(b'"name":"Tent"', b'"name":"Big tent"')
    assert changed != got

    response = send(client, "PATCH", path, changed)

    assert response.status_code == 200, response.content
    product.refresh_from_db()
    assert (product.name, product.price, product.deposit) == ("Big tent", 1205, 5)
    assert product.metadata == {"a": [1.5, {"b": None}]}


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        ('{"deposit": 0.06}', "/deposit"),
        ('{"vendor": null}', "/vendor"),
        ('{"created": "2026-06-24T18:00:00Z"}', "/created"),
        ('{"id": "prd_00000000000000000000000000"}', "/id"),
    ],
)
def test_a_read_only_field_that_was_changed_is_refused(
    raw: str, pointer: str, cast: Cast, client: Client
) -> None:
    vendor = Vendor.objects.create(organization=cast.northlight, name="Grill")
    product = make_product(cast.edition, vendor=vendor, deposit=5)
    (error,) = problem(send(client, "PATCH", f"/v1/products/{product.api_id}", raw))["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "read_only")


@pytest.mark.parametrize("name", ["n" * 100_000, "ñ/~", "\u202e", ""])
def test_an_unknown_field_of_any_name_can_be_answered(name: str, client: Client) -> None:
    response = send(client, "POST", "/v1/products", json.dumps({name: 1}))
    assert problem(response)["errors"][0]["code"] == "unknown_field"
    assert len(response.content) < 2_000


@pytest.mark.parametrize("text", ["12.5", "12.50", "1.25e1", "1250e-2"])
def test_an_amount_is_taken_as_it_is_written_and_shown_with_two_decimals(
    text: str, cast: Cast, client: Client
) -> None:
    raw = f'{{"edition_id": "{cast.edition.api_id}", "name": "Tent", "price": {text}}}'
    response = send(client, "POST", "/v1/products", raw)
    assert response.status_code == 201
    assert b'"price":12.50,' in response.content
    assert Product.objects.get().price == 1250
