"""What the orders come to, and what is written of them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import Cast
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_location, make_product, make_vendor
from preo.core.money import MAX_MINOR
from preo.orders.models import Cart, CartItem, Order, Purchase, Transaction
from preo.orders.tests.outside import (
    NOW,
    ORDERED,
    assert_sound,
    codes,
    errors,
    line,
    outside_order,
    take,
    take_one,
    take_well,
)

pytestmark = pytest.mark.django_db


@pytest.mark.safety
def test_the_database_itself_refuses_an_order_that_does_not_add_up(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order())
    with pytest.raises(IntegrityError, match="order_adds_up"), transaction.atomic():
        Order.objects.filter(id=order.id).update(amount=order.amount + 1, paid=order.amount + 1)


@pytest.mark.safety
def test_the_database_itself_refuses_a_second_order_with_the_id(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order())
    order.pk = None
    with pytest.raises(IntegrityError, match="order_outside_once"), transaction.atomic():
        order.save(force_insert=True)


def test_an_order_adds_up_from_its_lines_and_fees(cast: Cast) -> None:
    order = take_well(
        cast.edition,
        outside_order(
            "A-1",
            line("Ticket", quantity=3, unit_price=1000, unit_deposit=200, handling_fee=50),
            line("Cup", quantity=2, line_total=999),
            service_fee=150,
            discount=499,
            tax=77,
        ),
    )
    assert (order.subtotal, order.deposit, order.handling_fee) == (3999, 600, 50)
    assert (order.service_fee, order.discount, order.tax, order.adjustment) == (150, 499, 77, 0)
    assert order.amount == order.paid == 3999 + 600 + 50 + 150 - 499 + 77
    assert order.items_count == 2
    assert_sound()


def test_the_total_of_a_line_wins_over_its_unit_price(cast: Cast) -> None:
    order = take_well(
        cast.edition, outside_order("A-1", line(quantity=3, unit_price=5000, line_total=1000))
    )
    assert order.amount == 1000
    assert Purchase.objects.get().price_paid == 1000
    assert CartItem.objects.get().price_with_options == 333
    assert_sound()


def test_the_price_of_a_piece_in_the_cart_is_rounded_half_up(cast: Cast) -> None:
    take(cast.edition, outside_order("A-1", line(quantity=2, line_total=333)))
    assert CartItem.objects.get().price_with_options == 167


@pytest.mark.parametrize(("total", "adjustment"), [(5100, 100), (4900, -100), (0, -5000)])
def test_a_stated_total_that_differs_becomes_an_adjustment_and_a_warning(
    cast: Cast, total: int, adjustment: int
) -> None:
    one = take_one(cast.edition, outside_order(total=total))
    order = Order.objects.get()
    assert (order.subtotal, order.adjustment, order.amount) == (5000, adjustment, total)
    assert codes(one.warnings) == [("/total", "total_differs")]
    assert one.warnings[0].value == f"{total // 100}.00"
    assert_sound()


def test_a_stated_total_that_agrees_is_not_spoken_of(cast: Cast) -> None:
    one = take_one(cast.edition, outside_order(total=5000))
    assert one.warnings == ()
    assert Order.objects.get().adjustment == 0


def test_a_stated_total_stands_where_the_discount_is_more_than_all_lines(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order(discount=6000, total=0))
    assert (order.adjustment, order.amount) == (1000, 0)
    assert_sound()


def test_the_largest_order_goes_in_to_the_last_cent(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order("A-1", line(line_total=MAX_MINOR)))
    assert order.amount == 10**15
    more = outside_order("A-2", line(line_total=MAX_MINOR), service_fee=1)
    assert take_one(cast.edition, more).outcome == "failed"


def test_a_completed_order_has_one_payment_of_its_amount(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order(service_fee=25), service="box office")
    payment = Transaction.objects.get()
    assert order.completed_transaction == payment
    assert (payment.service, payment.type, payment.kind) == ("box office", "imported", "payment")
    assert (payment.status, payment.amount, payment.currency) == ("completed", 5025, "eur")
    assert payment.created == ORDERED
    assert order.paid == 5025


@pytest.mark.parametrize(
    ("status", "purchases"),
    [("pending", "reserved"), ("confirmed", "reserved"), ("cancelled", "cancelled")],
)
def test_an_order_that_is_not_completed_is_not_paid(
    cast: Cast, status: str, purchases: str
) -> None:
    order = take_well(cast.edition, outside_order(status=status))
    assert (order.status, order.amount, order.paid) == (status, 5000, 0)
    assert order.completed_transaction is None
    assert not Transaction.objects.exists()
    assert Purchase.objects.get().status == purchases
    assert_sound()


def test_a_line_is_one_purchase_with_all_its_uses(cast: Cast) -> None:
    location = make_location(edition=cast.edition)
    product = make_product(
        edition=cast.edition,
        uses=3,
        is_unlimited_use=True,
        vendor=make_vendor(organization=cast.northlight, code="GRILL"),
        location=location,
    )
    bought = line(
        product_id=product.id, quantity=4, unit_deposit=100, handling_fee=30, external_line_id="L1"
    )
    order = take_well(cast.edition, outside_order("A-1", bought))
    purchase = Purchase.objects.get()
    assert (purchase.quantity, purchase.total_uses, purchase.available_uses) == (4, 12, 12)
    assert (purchase.price_paid, purchase.deposit_paid, purchase.handling_fee_paid) == (
        20000,
        400,
        30,
    )
    assert (purchase.vendor_code, purchase.location, purchase.is_unlimited_use) == (
        "GRILL",
        location,
        True,
    )
    assert (purchase.status, purchase.external_line_id, purchase.customer) == (
        "paid",
        "L1",
        order.customer,
    )
    assert purchase.created == Cart.objects.get().created == ORDERED
    assert_sound()


def test_uses_without_number_stay_within_a_number(cast: Cast) -> None:
    product = make_product(edition=cast.edition, uses=2**31 - 1)
    take(cast.edition, outside_order("A-1", line(product_id=product.id, quantity=2)))
    assert Purchase.objects.get().available_uses == 2**31 - 1


def test_an_order_has_its_own_currency_or_the_editions(cast: Cast) -> None:
    take(cast.edition, outside_order("A-1"), outside_order("A-2", currency="dkk"))
    assert list(Order.objects.order_by("external_id").values_list("currency", flat=True)) == [
        "eur",
        "dkk",
    ]
    assert_sound()


def test_an_order_without_time_was_placed_now(cast: Cast) -> None:
    assert take_well(cast.edition, outside_order(created=None)).created == NOW


def test_a_time_of_any_zone_is_kept_as_the_same_moment(cast: Cast) -> None:
    local = datetime.fromisoformat("2026-03-01T10:00:00+09:00")
    assert take_well(cast.edition, outside_order(created=local)).created == local


def test_metadata_is_kept_to_the_digit(cast: Cast) -> None:
    metadata = {"seat": "A\\u0000", "ratio": Decimal("0.10"), "list": [1, None, {"æ": True}]}
    order = take_well(cast.edition, outside_order(metadata=metadata, coupon_code="EARLY"))
    assert order.metadata == {"seat": "A\\u0000", "ratio": 0.1, "list": [1, None, {"æ": True}]}
    assert order.coupon_code == "EARLY"
    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata ->> 'ratio' FROM orders_order")
        assert cursor.fetchone() == ("0.10",)


def test_a_short_number_is_kept_and_a_long_one_replaced_by_our_own(cast: Cast) -> None:
    given = take_well(cast.edition, outside_order("A-1", order_number="NL-0001"))
    short = take_well(cast.edition, outside_order("A" * 16))
    long = take_well(cast.edition, outside_order("A" * 17))
    too_long = take_well(cast.edition, outside_order("A-2", order_number="9" * 17))
    assert (given.order_number, short.order_number) == ("NL-0001", "A" * 16)
    assert too_long.order_number == "A-2"
    assert long.order_number is not None
    assert len(long.order_number) == 12
    assert long.order_number.startswith("X")
    assert Order.objects.filter(search__contains="a" * 17).get() == long


def test_an_order_of_many_lines_keeps_their_order(cast: Cast) -> None:
    names = [f"Product {number}" for number in range(40)]
    items = [line(name, quantity=1 + number) for number, name in enumerate(names)]
    order = take_well(cast.edition, outside_order("A-1", *items))
    purchases = order.purchases.order_by("position").values_list("product__name", "quantity")
    assert list(purchases) == [(name, 1 + number) for number, name in enumerate(names)]
    assert (
        list(order.cart.items.order_by("position").values_list("product__name", flat=True)) == names
    )


def test_a_line_without_price_in_a_dear_order_does_not_hide(cast: Cast) -> None:
    order = outside_order("A-1", line(unit_price=None), total=10_000)
    assert errors(cast.edition, order) == [("/items/0/unit_price", "required")]


def test_orders_of_the_far_past_and_of_tomorrow_are_taken(cast: Cast) -> None:
    take(
        cast.edition,
        outside_order("A-1", created=NOW + timedelta(days=1)),
        outside_order("A-2", created=datetime.fromisoformat("0001-01-01T00:00:00+00:00")),
    )
    assert Order.objects.count() == 2
    assert Product.objects.count() == 1
