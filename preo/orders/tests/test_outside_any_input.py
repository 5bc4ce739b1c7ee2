"""Whatever stands in an order, the call answers: nothing in one order ends it for the others."""

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import Order
from preo.orders.outside.shapes import OutsideLine, OutsideOrder
from preo.orders.tests.outside import assert_sound, codes, line, outside_order, take, take_one

# All code points: halves of surrogate pairs, unassigned ones and NUL too.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300) | st.sampled_from(
    [
        "\ufdfa" * 150,
        "İ" * 100,
        "a@b\u0300" + "\u0300" * 240,
        "+4512345678",
        "a@example.org",
        "\u0958@x",
    ]
)
MAYBE = st.none() | ANY_TEXT
ANY_NUMBER = st.integers() | st.integers(-2, 5) | st.sampled_from([2**31, 2**63, 10**15, 10**40])
MAYBE_NUMBER = st.none() | ANY_NUMBER
LINES = st.builds(
    OutsideLine,
    external_product_id=MAYBE,
    external_product=MAYBE,
    category=MAYBE,
    external_line_id=MAYBE,
    quantity=ANY_NUMBER,
    unit_price=MAYBE_NUMBER,
    line_total=MAYBE_NUMBER,
    unit_deposit=st.just(0) | ANY_NUMBER,
    handling_fee=st.just(0) | ANY_NUMBER,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
ORDERS = st.builds(
    OutsideOrder,
    external_id=ANY_TEXT,
    customer=st.builds(
        OutsideCustomer,
        external_id=MAYBE,
        email=MAYBE,
        phone_number=MAYBE,
        first_name=ANY_TEXT,
        last_name=ANY_TEXT,
        language=st.none() | st.sampled_from(["da", "xx"]) | ANY_TEXT,
    ),
    items=st.lists(LINES, max_size=3).map(tuple),
    status=st.sampled_from(["completed", "pending"]) | ANY_TEXT,
    order_number=MAYBE,
    currency=st.none() | st.just("dkk") | ANY_TEXT,
    created=st.none() | st.datetimes() | st.datetimes(timezones=st.timezones()),
    service_fee=st.just(0) | ANY_NUMBER,
    discount=st.just(0) | ANY_NUMBER,
    tax=st.just(0) | ANY_NUMBER,
    total=MAYBE_NUMBER,
    coupon_code=MAYBE,
    metadata=st.dictionaries(ANY_TEXT, JSON, max_size=3),
)
# Orders that are good but for a single field get further in than those that are wild throughout.
ALMOST = st.builds(
    lambda name, first, last, email, code, metadata: outside_order(
        "A-1",
        line(name, external_product_id=code, category=name),
        customer=OutsideCustomer(
            external_id=code, email=email, first_name=first, last_name=last,
            phone_number="+4512345678",
        ),
        metadata=metadata,
    ),
    ANY_TEXT, ANY_TEXT, ANY_TEXT, MAYBE, MAYBE, st.dictionaries(ANY_TEXT, JSON, max_size=3),
)  # fmt: skip
GOOD = outside_order("a good one")


@pytest.mark.fuzz
@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(orders=st.lists(ORDERS | ALMOST, min_size=1, max_size=4))
def test_any_order_is_answered_and_keeps_no_other_out(
    cast: Cast, orders: list[OutsideOrder]
) -> None:
    with transaction.atomic():
        done = take(cast.edition, *orders, GOOD)
        assert done.orders[-1].outcome == "created"
        for one in done.orders:
            assert bool(one.errors) == (one.outcome == "failed")
        assert Order.objects.count() == done.created
        again = take(cast.edition, *orders, GOOD)
        assert (again.unchanged, again.failed) == (done.created, done.failed)
        assert_sound()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_name_that_grows_beyond_an_index_when_compared_makes_no_draft(cast: Cast) -> None:
    one = take_one(cast.edition, outside_order("A-1", line("\ufdfa" * 200)))
    assert codes(one.errors) == [("/items/0/external_product", "too_long")]


@pytest.mark.django_db
def test_a_buyer_whose_name_grows_when_compared_is_known_again(cast: Cast) -> None:
    buyer = OutsideCustomer(phone_number="+4512345678", first_name="\ufdfa" * 150)
    take(cast.edition, outside_order("A-1", customer=buyer))
    take(
        cast.edition,
        outside_order("A-2", customer=buyer, created=datetime.fromisoformat("2026-01-01T00:00Z")),
    )
    assert len(set(Order.objects.values_list("customer_id", flat=True))) == 1
