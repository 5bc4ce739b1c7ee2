"""`GET /v1/orders/{id}`: an order with all that belongs to it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_location, make_product, make_variant
from preo.orders.models import CartItem, Order, Purchase, PurchaseStatus
from preo.orders.tests.factories import make_order, make_transaction

pytestmark = pytest.mark.django_db


def detail(client: ApiClient, order: Order) -> dict[str, Any]:
    response = client.get(f"/v1/orders/{order.api_id}")
    assert response.status_code == 200, response.content
    body: dict[str, Any] = json.loads(response.content, parse_float=Decimal)
    return body


def test_an_order_comes_whole(staff: ApiClient, cast: Cast) -> None:
    product = make_product(edition=cast.edition, name="Lager", price=4_500, deposit=300)
    variant = make_variant(product=product, name="Large")
    location = make_location(edition=cast.edition, name="North bar")
    order = make_order(edition=cast.edition, products=[product], quantity=2, discount=500)
    option = {"id": str(order.id), "name": "Glass", "price_mod": -50, "deposit_mod": 0}
    for line in (CartItem.objects.get(cart__order=order), Purchase.objects.get(order=order)):
        line.variant, line.location, line.options = variant, location, [option]
        line.save()
    body = detail(staff, order)
    assert body["organization"]["id"] == cast.northlight.api_id
    assert body["customer"]["api_id"] == order.customer.api_id
    [item] = body["cart"]["items"]
    assert (item["product"]["name"], item["variant"]["name"]) == ("Lager", "Large")
    assert item["options"][0]["price_mod"] == Decimal("-0.50")
    assert item["options"][0]["api_id"].startswith("opt_")
    [purchase] = body["purchases"]
    assert purchase["location"]["name"] == "North bar"
    assert purchase["user"]["api_id"] == order.customer.api_id
    [payment] = body["transactions"]
    assert body["completed_transaction_id"] == payment["id"]
    assert payment["available_refund_amount"] == body["amount"]


def test_the_summary_adds_up_to_its_total(staff: ApiClient, cast: Cast) -> None:
    product = make_product(edition=cast.edition, price=4_500, deposit=300, handling_fee=75)
    order = make_order(
        edition=cast.edition, products=[product], service_fee=125, discount=500, coupon_code="EARLY"
    )
    lines = detail(staff, order)["cart"]["summary"]["summary_lines"]
    total = lines.pop()
    assert total["is_total"]
    assert total["amount"] == Decimal("45.00") == sum(line["amount"] for line in lines)
    [discount] = [line for line in lines if line["is_negative"]]
    assert (discount["key"], discount["formatted"]) == ("discount", "-5.00 €")
    assert discount["note"] == "Coupon EARLY"


def test_an_adjustment_has_its_own_line_and_vat_is_only_a_note(
    staff: ApiClient, cast: Cast
) -> None:
    order = make_order(edition=cast.edition)
    Order.objects.filter(pk=order.pk).update(
        adjustment=-100, amount=order.amount - 100, paid=order.amount - 100, vat=777
    )
    lines = detail(staff, order)["cart"]["summary"]["summary_lines"]
    assert [line["amount"] for line in lines if line["key"] == "adjustment"] == [Decimal("-1.00")]
    assert "7.77 €" in lines[-1]["note"]
    assert sum(line["amount"] for line in lines[:-1]) == lines[-1]["amount"]


def test_no_more_can_be_given_back_than_is_left_of_what_was_paid(
    staff: ApiClient, cast: Cast
) -> None:
    product = make_product(edition=cast.edition, price=4_000)
    order = make_order(edition=cast.edition, products=[product], discount=1_000)
    payment = order.completed_transaction
    assert payment is not None
    assert detail(staff, order)["purchases"][0]["max_available_refund_amount"] == 30
    make_transaction(order=order, amount=-500, payment=payment)
    payment.refunded = 500
    payment.save()
    Order.objects.filter(pk=order.pk).update(refunded=500)
    Purchase.objects.filter(order=order).update(refunded=500)
    body = detail(staff, order)
    assert body["purchases"][0]["max_available_refund_amount"] == 25
    assert [row["available_refund_amount"] for row in body["transactions"]] == [25, 0]


def test_nothing_can_be_given_back_of_what_was_not_paid(staff: ApiClient, cast: Cast) -> None:
    order = make_order(edition=cast.edition, status="pending")
    make_transaction(order=order, status="failed")
    body = detail(staff, order)
    assert body["purchases"][0]["max_available_refund_amount"] == 0
    assert body["purchases"][0]["status"] == PurchaseStatus.RESERVED
    assert body["transactions"][0]["available_refund_amount"] == 0
    assert body["completed_transaction_id"] is None
