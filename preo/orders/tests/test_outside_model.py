"""Random sequences of calls against a simple model of what must come of them."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from preo.customers.models import Customer
from preo.customers.outside.shapes import OutsideCustomer
from preo.editions.models import Edition
from preo.orders.models import Order, Purchase
from preo.orders.outside.shapes import OutsideLine, OutsideOrder, TakenOrder
from preo.orders.tests.outside import assert_sound, outside_order, row_versions, take

AMOUNTS = st.integers(0, 10_000)
LINES = st.builds(
    OutsideLine,
    external_product=st.sampled_from(["Ticket", "Cup", "Poster"]),
    external_line_id=st.sampled_from([None, "L1", "L2", "L3"]),
    quantity=st.integers(0, 4),
    unit_price=AMOUNTS,
    line_total=st.none() | AMOUNTS,
    unit_deposit=st.integers(0, 100),
    handling_fee=st.integers(0, 100),
)
BUYERS = st.sampled_from(
    [
        OutsideCustomer(external_id="C-1", email="ada@example.org"),
        OutsideCustomer(external_id="C-2"),
        OutsideCustomer(email="ada@example.org"),
        OutsideCustomer(phone_number="+4512345678", first_name="Bo"),
    ]
)
ORDERS = st.builds(
    lambda number, items, **fields: outside_order(f"A-{number}", *items, **fields),
    number=st.integers(1, 3),
    items=st.lists(LINES, min_size=1, max_size=4),
    status=st.sampled_from(["pending", "confirmed", "completed", "cancelled"]),
    customer=BUYERS,
    service_fee=st.integers(0, 500),
    discount=st.integers(0, 15_000),
    total=st.none() | AMOUNTS,
)


@dataclass(frozen=True)
class Call:
    """One call: these orders, or again whatever is known, with something used before."""

    orders: tuple[OutsideOrder, ...]
    repeats: bool
    uses: int | None
    """The position of purchases of which somebody uses a piece."""


CALLS = st.builds(
    Call,
    orders=st.lists(ORDERS, min_size=1, max_size=3).map(tuple),
    repeats=st.booleans(),
    uses=st.none() | st.integers(0, 2),
)


def is_good(order: OutsideOrder, chunk: tuple[OutsideOrder, ...]) -> bool:
    ids = [item.external_line_id for item in order.items if item.external_line_id]
    return (
        sum(other.external_id == order.external_id for other in chunk) == 1
        and all(item.quantity >= 1 for item in order.items)
        and len(ids) == len(set(ids))
        and (order.total is not None or added(order) >= 0)
    )


def line_total(item: OutsideLine) -> int:
    if item.line_total is not None:
        return item.line_total
    return item.quantity * (item.unit_price or 0)


def added(order: OutsideOrder) -> int:
    lines = sum(
        line_total(item) + item.quantity * item.unit_deposit + item.handling_fee
        for item in order.items
    )
    return lines + order.service_fee - order.discount


def meaning(order: OutsideOrder) -> object:
    """What an order comes to: that it is said in other words is no change."""
    items = [
        replace(item, unit_price=piece_price(item), line_total=line_total(item))
        for item in order.items
    ]
    total = added(order) if order.total is None else order.total
    return replace(order, items=tuple(items), total=total)


def piece_price(item: OutsideLine) -> int:
    if item.line_total is None:
        return item.unit_price or 0
    return int(Decimal(item.line_total) / item.quantity + Decimal("0.5"))


def assert_as_said(edition: Edition, order: OutsideOrder) -> None:
    """What is stored of an order is what was last said of it."""
    stored = Order.objects.get(edition=edition, service="shop", external_id=order.external_id)
    amount = added(order) if order.total is None else order.total
    assert stored.amount == amount
    assert stored.status == order.status
    assert stored.paid == (amount if order.status == "completed" else 0)
    live = Purchase.objects.filter(order=stored, cart_item__isnull=False)
    assert sorted(live.values_list("product__name", "quantity", "price_paid")) == sorted(
        (item.external_product, item.quantity, line_total(item)) for item in order.items
    )
    vanished = Purchase.objects.filter(order=stored, cart_item__isnull=True)
    assert set(vanished.values_list("status", flat=True)) <= {"cancelled"}


def use(position: int) -> None:
    """Somebody uses a piece of each live purchase at this place."""
    for purchase in Purchase.objects.filter(position=position, status="paid"):
        purchase.available_uses -= 1
        purchase.status = "partially_used" if purchase.available_uses else "used"
        purchase.save(update_fields=["available_uses", "status"])


def is_any_used(external_id: str) -> bool:
    return Purchase.objects.filter(
        order__external_id=external_id, available_uses__lt=F("total_uses")
    ).exists()


def assert_outcome(
    order: OutsideOrder, one: TakenOrder, known: OutsideOrder | None, *, good: bool
) -> None:
    if not good:
        assert one.outcome == "failed"
    elif known is None:
        assert one.outcome == "created"
    elif one.outcome == "failed":
        assert {error.code for error in one.errors} == {"order_touched"}
        assert is_any_used(order.external_id)
    else:
        assert (one.outcome == "unchanged") == (meaning(known) == meaning(order))


def follow(edition: Edition, calls: list[Call]) -> None:
    said: dict[str, OutsideOrder] = {}
    for call in calls:
        if call.uses is not None:
            use(call.uses)
        orders = tuple(said.values()) if call.repeats else call.orders
        before = row_versions()
        done = take(edition, *orders)
        for order, one in zip(orders, done.orders, strict=True):
            known = said.get(order.external_id)
            assert_outcome(order, one, known, good=is_good(order, orders))
            if one.outcome in ("created", "updated"):
                said[order.external_id] = order
        assert (row_versions() == before) == (done.created + done.updated == 0)
        for order in said.values():
            assert_as_said(edition, order)
        assert Order.objects.count() == len(said)
        assert Customer.objects.count() <= 3
        assert_sound()


@pytest.mark.fuzz
@pytest.mark.safety
@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(calls=st.lists(CALLS, min_size=1, max_size=6))
def test_any_sequence_of_calls_leaves_what_was_said_last(cast: Cast, calls: list[Call]) -> None:
    with transaction.atomic():
        follow(cast.edition, calls)
        transaction.set_rollback(True)


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.timeout(1800)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(calls=st.lists(CALLS, min_size=1, max_size=12))
def test_any_long_sequence_of_calls_leaves_what_was_said_last(
    cast: Cast, calls: list[Call]
) -> None:
    with transaction.atomic():
        follow(cast.edition, calls)
        transaction.set_rollback(True)


def test_the_model_itself_knows_a_bad_order() -> None:
    order = outside_order("A-1", OutsideLine(external_product="Cup", unit_price=1, quantity=0))
    assert not is_good(order, (order,))
    assert not is_good(replace(order, items=()), (order, order))
