"""What has been used or refunded is not changed any more by what another system says."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import F

from conftest import Cast
from preo.catalog.models import Product
from preo.customers.models import Customer
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import Order, Purchase, Transaction
from preo.orders.outside.shapes import OutsideLine, OutsideOrder, TakenOrder
from preo.orders.tests.outside import (
    assert_sound,
    codes,
    line,
    outside_order,
    row_versions,
    take,
    take_one,
    take_well,
)

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

TICKET = line("Ticket", quantity=2)
CUP = line("Cup", unit_price=300)


def order_of(*items: OutsideLine, **fields: Any) -> OutsideOrder:
    return outside_order("A-1", *(items or (TICKET, CUP)), **fields)


def use_ticket(**fields: Any) -> None:
    Purchase.objects.filter(position=0).update(**(fields or {"available_uses": 1}))


def refund_ticket(order: Order, amount: int = 100) -> None:
    payment = order.completed_transaction
    assert payment is not None
    Transaction.objects.create(
        organization_id=order.organization_id,
        order=order,
        payment=payment,
        kind="refund",
        type="imported",
        status="completed",
        service="shop",
        amount=-amount,
        currency=order.currency,
    )
    Transaction.objects.filter(id=payment.id).update(refunded=amount)
    Order.objects.filter(id=order.id).update(refunded=amount)
    Purchase.objects.filter(order=order, position=0).update(refunded=amount)


def assert_refused(cast: Cast, order: OutsideOrder, *pointers: str) -> TakenOrder:
    before = row_versions()
    one = take_one(cast.edition, order)
    assert one.outcome == "failed"
    assert sorted(codes(one.errors)) == [(pointer, "order_touched") for pointer in pointers]
    assert row_versions() == before
    return one


@pytest.mark.parametrize(
    "use",
    [
        {"available_uses": 1},
        {"available_uses": 0, "status": "used"},
        {"available_uses": 1, "status": "partially_used"},
        {"status": "refunded"},
        {"status": "used", "is_unlimited_use": True},
        {"refunded": 1},
    ],
)
@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 3},
        {"unit_price": 1},
        {"unit_deposit": 1},
        {"handling_fee": 1},
        {"external_product": "Cup"},
    ],
)
def test_a_used_or_refunded_line_is_not_changed(
    cast: Cast, use: dict[str, Any], change: dict[str, Any]
) -> None:
    take(cast.edition, order_of())
    use_ticket(**use)
    assert_refused(cast, order_of(replace(TICKET, **change), CUP), "/items/0")


def test_a_used_line_does_not_vanish(cast: Cast) -> None:
    take(cast.edition, order_of(replace(TICKET, external_line_id="L1"), CUP))
    use_ticket()
    order = order_of(replace(CUP, external_line_id="L2"))
    one = assert_refused(cast, order, "/items")
    assert one.errors[0].value == "L1"


@pytest.mark.parametrize("status", ["cancelled", "pending"])
def test_an_order_with_something_used_is_not_taken_back(cast: Cast, status: str) -> None:
    take(cast.edition, order_of())
    use_ticket()
    assert_refused(cast, order_of(status=status), "/items/0")


def test_an_order_with_something_used_does_not_go_to_another_person(cast: Cast) -> None:
    take(cast.edition, order_of())
    use_ticket()
    customers = Customer.objects.count()
    assert_refused(cast, order_of(customer=OutsideCustomer(email="bo@example.org")), "/customer")
    assert Customer.objects.count() == customers


def test_the_buyer_of_something_used_may_be_corrected(cast: Cast) -> None:
    order = take_well(cast.edition, order_of())
    use_ticket()
    named = OutsideCustomer(external_id="C-1", email="ada@example.org", first_name="Adele")
    assert take_one(cast.edition, order_of(customer=named)).outcome == "updated"
    order.refresh_from_db()
    assert order.customer_name == "Adele"


def test_an_order_of_which_money_went_back_keeps_its_amount(cast: Cast) -> None:
    order = take_well(cast.edition, order_of())
    refund_ticket(order)
    assert_refused(cast, order_of(TICKET, replace(CUP, unit_price=301)), "")
    assert_refused(cast, order_of(service_fee=1), "")
    assert_sound()


def test_an_order_of_which_money_went_back_may_change_in_the_rest(cast: Cast) -> None:
    order = take_well(cast.edition, order_of())
    refund_ticket(order)
    changed = order_of(TICKET, line("Mug", unit_price=300), coupon_code="LATE")
    assert take_one(cast.edition, changed).outcome == "updated"
    assert_sound()


def test_lines_beside_the_used_one_may_change(cast: Cast) -> None:
    order = take_well(cast.edition, order_of())
    use_ticket()
    before = row_versions()["orders_purchase"]
    one = take_one(cast.edition, order_of(TICKET, replace(CUP, quantity=5), line("Poster")))
    assert one.outcome == "updated"
    used = Purchase.objects.get(order=order, position=0)
    assert row_versions()["orders_purchase"][str(used.id)] == before[str(used.id)]
    assert_sound()


def test_a_refused_change_says_which_order_it_is_about_and_leaves_others_alone(
    cast: Cast,
) -> None:
    order = take_well(cast.edition, order_of())
    use_ticket()
    done = take(
        cast.edition,
        order_of(replace(TICKET, quantity=9), CUP),
        outside_order("A-2"),
    )
    assert [one.outcome for one in done.orders] == ["failed", "created"]
    assert done.orders[0].order_id == order.id


def test_a_refused_change_makes_neither_product_nor_customer_nor_fills_a_field(cast: Cast) -> None:
    take(cast.edition, order_of())
    use_ticket()
    Customer.objects.update(phone_number=None)
    stranger = OutsideCustomer(
        external_id="C-1", email="ada@example.org", phone_number="+4512345678"
    )
    order = order_of(replace(TICKET, external_product="Balloon"), CUP, customer=stranger)
    assert_refused(cast, order, "/items/0")
    assert not Product.objects.filter(name="Balloon").exists()
    assert Customer.objects.get().phone_number is None


def test_a_change_goes_through_once_the_touch_is_undone(cast: Cast) -> None:
    take(cast.edition, order_of())
    use_ticket()
    change = order_of(replace(TICKET, quantity=3), CUP)
    assert_refused(cast, change, "/items/0")
    Purchase.objects.update(available_uses=F("total_uses"))
    assert take_one(cast.edition, change).outcome == "updated"
    assert Purchase.objects.get(position=0).available_uses == 3
