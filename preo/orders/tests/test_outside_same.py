"""Orders that are said differently but come to the same: nothing of them is written."""

from typing import Any

import pytest

from conftest import Cast
from preo.orders.models import CartItem, Order, Purchase
from preo.orders.tests.outside import (
    assert_sound,
    line,
    outside_order,
    row_versions,
    take_one,
    take_well,
)

pytestmark = pytest.mark.django_db

LINES = (line("Ticket", external_line_id="L-1"), line("Cup", quantity=2, unit_price=300))


@pytest.mark.safety
def test_an_order_of_which_only_the_hash_is_another_is_unchanged_and_not_written(
    cast: Cast,
) -> None:
    said = outside_order("A-1", *LINES, metadata={"a": 1}, coupon_code="EARLY", total=9_999)
    order = take_well(cast.edition, said)
    Order.objects.filter(pk=order.pk).update(source_digest=b"of an older version")
    before = row_versions()
    one = take_one(cast.edition, said)
    assert (one.outcome, one.order_id, one.changed) == ("unchanged", order.pk, ())
    assert row_versions() == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"service_fee": 20, "discount": 20}),
        ({}, {"tax": 20, "discount": 20}),
        ({"total": 5600}, {"total": 5600, "service_fee": 20}),
        ({}, {"items": (line("Ticket", external_line_id="L-1"), line("Cup", quantity=2, line_total=600, unit_deposit=0, external_line_id="L-2"))}),
        ({"items": (line("Cup", quantity=2, line_total=5),)}, {"items": (line("Cup", quantity=2, line_total=5, unit_deposit=1),), "discount": 2}),
    ],
)  # fmt: skip
def test_what_differs_without_the_amount_is_still_a_change(
    cast: Cast, before: dict[str, Any], after: dict[str, Any]
) -> None:
    lines = before.pop("items", LINES)
    order = take_well(cast.edition, outside_order("A-1", *lines, **before))
    said = outside_order("A-1", *after.pop("items", lines), **after)
    assert take_one(cast.edition, said).outcome == "updated"
    fresh = take_well(cast.other_edition, said)
    order.refresh_from_db()
    for field in ("service_fee", "discount", "tax", "deposit", "adjustment", "amount"):
        assert getattr(order, field) == getattr(fresh, field), field
    of_line = ("external_line_id", "price_paid", "deposit_paid")
    assert list(Purchase.objects.filter(order=order).order_by("position").values(*of_line)) == list(
        Purchase.objects.filter(order=fresh).order_by("position").values(*of_line)
    )
    assert take_one(cast.edition, said).outcome == "unchanged"
    assert_sound()


def test_another_price_of_one_piece_reaches_the_cart(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order("A-1", *LINES))
    CartItem.objects.filter(cart__order=order).update(price_with_options=1)
    Order.objects.filter(pk=order.pk).update(source_digest=b"of an older version")
    assert take_one(cast.edition, outside_order("A-1", *LINES)).outcome == "updated"
    prices = CartItem.objects.order_by("position").values_list("price_with_options", flat=True)
    assert list(prices) == [5000, 300]
