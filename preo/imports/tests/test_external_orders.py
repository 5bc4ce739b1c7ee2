"""`POST /v1/data-imports/external-orders`: what is refused whole, what fails alone, what goes in."""

from typing import Any

import pytest

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.catalog.tests.factories import make_product
from preo.imports import external_orders
from preo.imports.api.external_orders import (
    ExternalCustomerSerializer,
    ExternalItemSerializer,
    ExternalOrderSerializer,
)
from preo.imports.models import DataImport
from preo.orders.models import Order, Purchase, PurchaseStatus

pytestmark = pytest.mark.django_db

PATH = "/v1/data-imports/external-orders"


def order(**fields: Any) -> dict[str, Any]:
    return {
        "external_id": "A-1",
        "customer": {"email": "zoe@example.com", "first_name": "Zoë", "last_name": "Lind"},
        "items": [{"external_product": "Day ticket", "unit_price": 45.5, "quantity": 2}],
    } | fields


def send(client: ApiClient, cast: Cast, *orders: Any, **fields: Any) -> Any:
    body = {
        "edition_id": cast.edition.api_id,
        "service": "shop",
        "orders": list(orders),
        "create_products": True,
    }
    return client.send("POST", PATH, body | fields)


def problems(response: Any, place: int = 0) -> list[tuple[str, str]]:
    assert response.status_code == 200, response.content
    return [
        (error["column"], error["code"]) for error in response.json()["orders"][place]["errors"]
    ]


@pytest.mark.safety
def test_a_foreign_edition_is_like_one_that_is_not(staff: ApiClient, cast: Cast) -> None:
    for edition_id in (cast.rival_edition.api_id, "edt_" + "0" * 26, "nonsense"):
        response = send(staff, cast, order(), edition_id=edition_id)
        assert response.status_code == 400
        [error] = response.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/edition_id", "unknown_id")
    assert not Order.objects.exists()
    assert not DataImport.objects.exists()


@pytest.mark.safety
def test_staff_of_one_edition_import_into_that_one_alone(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    client = sign_in(person)
    assert send(client, cast, order()).json()["created"] == 1
    other = send(client, cast, order(), edition_id=cast.other_edition.api_id)
    assert other.status_code == 400


@pytest.mark.safety
def test_a_product_of_another_edition_or_organization_is_like_none(
    staff: ApiClient, cast: Cast
) -> None:
    for edition in (cast.other_edition, cast.rival_edition):
        product = make_product(edition=edition)
        line = {"product_id": product.api_id, "unit_price": 1}
        assert problems(send(staff, cast, order(items=[line]))) == [
            ("/items/0/product_id", "unknown_product")
        ]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"orders": []}, "/orders"),
        ({"orders": {}}, "/orders"),
        ({"orders": [{}] * 1001}, "/orders"),
        ({"service": ""}, "/service"),
        ({"service": "x" * 65}, "/service"),
        ({"service": 7}, "/service"),
        ({"service": "Preo:former-email"}, "/service"),
        ({"create_products": "perhaps"}, "/create_products"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_call_is_refused_whole(
    fields: dict[str, Any], pointer: str, staff: ApiClient, cast: Cast
) -> None:
    response = send(staff, cast, order(), **fields)
    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"external_id": None}, ("/external_id", "required")),
        ({"external_id": 5}, ("/external_id", "not_a_text")),
        ({"external_id": "x" * 129}, ("/external_id", "too_long")),
        ({"order_number": "x" * 17}, ("/order_number", "too_long")),
        ({"status": "paid"}, ("/status", "invalid_choice")),
        ({"currency": "chf"}, ("/currency", "invalid_choice")),
        ({"created": "yesterday"}, ("/created", "invalid_time")),
        ({"created": "2026-01-01T00:00:00"}, ("/created", "invalid_time")),
        ({"customer": {}}, ("/customer", "required")),
        ({"customer": []}, ("/customer", "not_an_object")),
        ({"customer": {"email": "nobody"}}, ("/customer/email", "invalid_email")),
        ({"items": {}}, ("/items", "not_a_list")),
        ({"items": []}, ("/items", "required")),
        ({"items": [7]}, ("/items/0", "not_an_object")),
        ({"metadata": [1]}, ("/metadata", "not_an_object")),
        ({"total": -1}, ("/total", "out_of_range")),
        ({"colour": "red"}, ("/colour", "unknown_field")),
    ],
)
def test_a_bad_order_says_why_and_fails_alone(
    fields: dict[str, Any], problem: tuple[str, str], staff: ApiClient, cast: Cast
) -> None:
    response = send(staff, cast, order(**fields), order(external_id="good"))
    assert problem in problems(response)
    body = response.json()
    assert (body["created"], body["failed"]) == (1, 1)
    assert [row["outcome"] for row in body["orders"]] == ["failed", "created"]
    assert body["orders"][0]["order_id"] is None
    assert Order.objects.get().external_id == "good"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"quantity": 0}, ("/items/0/quantity", "out_of_range")),
        ({"quantity": 1.5}, ("/items/0/quantity", "not_a_whole_number")),
        ({"quantity": True}, ("/items/0/quantity", "not_a_whole_number")),
        ({"unit_price": "12"}, ("/items/0/unit_price", "not_a_number")),
        ({"unit_price": -1}, ("/items/0/unit_price", "out_of_range")),
        ({"unit_price": 10**20}, ("/items/0/unit_price", "out_of_range")),
        ({"unit_price": 1.001}, ("/items/0/unit_price", "too_many_decimals")),
        ({"unit_price": None}, ("/items/0/unit_price", "required")),
        ({"product_id": "prd_x"}, ("/items/0/product_id", "unknown_product")),
        ({"external_product": None}, ("/items/0/external_product", "required")),
    ],
)
def test_a_bad_line_is_named(
    fields: dict[str, Any], problem: tuple[str, str], staff: ApiClient, cast: Cast
) -> None:
    line = {"external_product": "Day ticket", "unit_price": 45, "quantity": 1} | fields
    assert problem in problems(send(staff, cast, order(items=[line])))
    assert not Order.objects.exists()


def test_an_order_goes_in_whole(staff: ApiClient, cast: Cast) -> None:
    response = send(
        staff,
        cast,
        order(created="2026-02-03T04:05:06+02:00", metadata={"till": 7.5}, service_fee=1.25),
    )
    body = response.json()
    assert (body["created"], body["failed"]) == (1, 0)
    data_import = DataImport.objects.get()
    assert body["import_id"] == data_import.api_id
    assert (data_import.source, data_import.orders_created) == ("shop", 1)
    shown = staff.get(f"/v1/orders/{body['orders'][0]['order_id']}").json()
    assert shown["amount"] == 92.25
    assert shown["type"] == "imported"
    assert shown["status"] == "completed"
    assert shown["created"] == "2026-02-03T02:05:06Z"
    assert shown["customer"]["full_name"] == "Zoë Lind"
    assert shown["metadata"] == {"till": 7.5}
    assert [row["quantity"] for row in shown["purchases"]] == [2]


@pytest.mark.safety
def test_the_same_call_again_changes_nothing(staff: ApiClient, cast: Cast) -> None:
    sent = [order(external_id=str(number)) for number in range(5)]
    first = send(staff, cast, *sent).json()
    before = list(Order.objects.order_by("id").values())
    again = send(staff, cast, *sent).json()
    assert (first["created"], again["unchanged"]) == (5, 5)
    assert list(Order.objects.order_by("id").values()) == before
    assert Purchase.objects.count() == 5


def test_a_changed_order_is_updated_and_a_used_one_is_left(staff: ApiClient, cast: Cast) -> None:
    send(staff, cast, order())
    cheaper = order(items=[{"external_product": "Day ticket", "unit_price": 40, "quantity": 2}])
    assert send(staff, cast, cheaper).json()["updated"] == 1
    assert Order.objects.get().amount == 8_000
    Purchase.objects.update(status=PurchaseStatus.USED, available_uses=0)
    again = send(staff, cast, order())
    assert [code for _, code in problems(again)] == ["order_touched"]
    assert Order.objects.get().amount == 8_000


def test_the_document_and_the_reader_know_the_same_fields() -> None:
    pairs: list[tuple[Any, dict[str, Any]]] = [
        (ExternalOrderSerializer(), external_orders.ORDER),
        (ExternalCustomerSerializer(), external_orders.CUSTOMER),
        (ExternalItemSerializer(), external_orders.ITEM),
    ]
    for serializer, table in pairs:
        assert set(serializer.fields) == set(table)
