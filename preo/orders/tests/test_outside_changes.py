"""Orders that come a second time: unchanged, changed, shrunk, or touched since."""

from dataclasses import replace
from typing import Any

import pytest

from conftest import Cast
from preo.catalog.tests.factories import make_product
from preo.customers.models import Customer
from preo.customers.outside.shapes import OutsideCustomer
from preo.customers.tests.factories import make_customer, make_external_id
from preo.orders.models import CartItem, Order, Purchase, Transaction
from preo.orders.outside.shapes import OutsideOrder
from preo.orders.tests.factories import make_order
from preo.orders.tests.outside import (
    ADA,
    NOW,
    ORDERED,
    assert_sound,
    line,
    outside_order,
    row_versions,
    take,
    take_one,
    take_well,
)

pytestmark = pytest.mark.django_db

THREE = (line("Ticket"), line("Cup", quantity=2, unit_price=300), line("Poster", line_total=999))


def three(*items: Any, **fields: Any) -> OutsideOrder:
    return outside_order("A-1", *(items or THREE), **fields)


def lines_of(order: Order) -> list[tuple[str, str, int, int]]:
    purchases = Purchase.objects.filter(order=order).order_by("position")
    return list(purchases.values_list("product__name", "status", "quantity", "price_paid"))


@pytest.mark.safety
def test_what_is_said_again_is_not_written_again(cast: Cast) -> None:
    orders = [
        three(coupon_code="EARLY", metadata={"a": 1}, total=7000),
        outside_order("A-2", created=None),
        outside_order("A-3", status="pending", customer=replace(ADA, phone_number="+4512345678")),
        outside_order("A" * 40, status="cancelled"),
    ]
    take(cast.edition, *orders)
    before = row_versions()
    done = take(cast.edition, *orders)
    assert [one.outcome for one in done.orders] == ["unchanged"] * 4
    assert row_versions() == before


def test_the_same_order_of_another_edition_or_system_is_another_order(cast: Cast) -> None:
    take(cast.edition, outside_order())
    take(cast.edition, outside_order(), service="box office")
    take(cast.other_edition, outside_order())
    take(cast.rival_edition, outside_order())
    assert Order.objects.filter(external_id="A-1").count() == 4
    assert Customer.objects.filter(organization=cast.northlight).count() == 1
    assert_sound()


def test_what_staff_changed_since_stays_while_the_other_system_says_nothing_new(
    cast: Cast,
) -> None:
    order = take_well(cast.edition, three())
    Order.objects.filter(id=order.id).update(coupon_code="GIFT", metadata={"seat": 4})
    Purchase.objects.filter(order=order, position=1).update(status="cancelled")
    Customer.objects.update(email=None, first_name="Adele")
    before = row_versions()
    assert take_one(cast.edition, three()).outcome == "unchanged"
    assert row_versions() == before


def test_what_was_used_since_does_not_matter_while_nothing_new_is_said(cast: Cast) -> None:
    take(cast.edition, three())
    Purchase.objects.filter(position=0).update(status="used", available_uses=0)
    assert take_one(cast.edition, three()).outcome == "unchanged"


CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"status": "cancelled"}, ["purchases", "status"]),
    ({"status": "pending"}, ["purchases", "status"]),
    ({"currency": "dkk"}, ["currency", "purchases"]),
    ({"created": NOW}, ["created"]),
    ({"order_number": "NL-2"}, ["order_number"]),
    ({"coupon_code": "LATE"}, ["coupon_code"]),
    ({"metadata": {"a": 2}}, ["metadata"]),
    ({"service_fee": 20}, ["amount"]),
    ({"discount": 20}, ["amount"]),
    ({"tax": 20}, ["amount"]),
    ({"total": 5}, ["amount"]),
    ({"customer": replace(ADA, last_name="Holm")}, ["customer"]),
    ({"customer": replace(ADA, external_id="C-2", email="new@example.org")}, ["customer"]),
    ({"items": (*THREE, line("Tent"))}, ["amount", "purchases"]),
    ({"items": THREE[:2]}, ["amount", "purchases"]),
    ({"items": (THREE[1], THREE[0], THREE[2])}, ["purchases"]),
    ({"items": (line("Tent"), *THREE[1:])}, ["purchases"]),
    ({"items": (line("Ticket", quantity=2, line_total=5000), *THREE[1:])}, ["purchases"]),
    ({"items": (line("Ticket", unit_deposit=5), *THREE[1:])}, ["amount", "purchases"]),
    ({"items": (line("Ticket", handling_fee=5), *THREE[1:])}, ["amount", "purchases"]),
]


@pytest.mark.parametrize(("fields", "changed"), CHANGES)
def test_a_change_of_any_field_changes_the_order_to_what_it_would_have_been_as_new(
    cast: Cast, fields: dict[str, Any], changed: list[str]
) -> None:
    known = take_well(cast.edition, three(metadata={"a": 1}))
    order = replace(three(metadata={"a": 1}), **fields)
    one = take_one(cast.edition, order)
    assert (one.outcome, one.order_id, sorted(one.changed)) == ("updated", known.id, changed)
    assert_sound()
    fresh = take_well(cast.edition, replace(order, external_id="A-2", order_number="A-1"))
    known.refresh_from_db()
    same = (
        "status currency subtotal deposit handling_fee service_fee discount tax adjustment amount"
        " paid refunded coupon_code items_count customer_name customer_email customer_phone"
        " customer_id metadata created"
    )
    for field in same.split():
        assert getattr(known, field) == getattr(fresh, field), field
    live = [row for row in lines_of(known) if row[1] != "cancelled" or order.status == "cancelled"]
    assert live == lines_of(fresh)
    assert take_one(cast.edition, order).outcome == "unchanged"


def test_an_order_of_the_other_system_that_changes_back_is_as_before(cast: Cast) -> None:
    order = take_well(cast.edition, three())
    before = lines_of(order)
    take(cast.edition, three(THREE[0], status="pending"))
    take(cast.edition, three())
    assert lines_of(order) == before
    assert_sound()


def test_rows_that_a_change_does_not_concern_are_not_written(cast: Cast) -> None:
    take(cast.edition, three(), outside_order("A-2"))
    before = row_versions()
    take(cast.edition, three(*THREE[:2], line("Poster", line_total=1000)), outside_order("A-2"))
    after = row_versions()
    written = {
        table: sum(after[table][row] != version for row, version in rows.items())
        for table, rows in before.items()
    }
    assert written == {
        "orders_order": 1,
        "orders_cart": 0,
        "orders_cartitem": 1,
        "orders_purchase": 1,
        "orders_transaction": 1,  # the old payment is cancelled
        "customers_customer": 0,
        "customers_externalid": 0,
        "catalog_product": 0,
        "catalog_category": 0,
    }


def test_a_vanished_lines_purchase_is_cancelled_and_leaves_the_cart(cast: Cast) -> None:
    order = take_well(cast.edition, three())
    take(cast.edition, three(THREE[0]))
    order.refresh_from_db()
    assert lines_of(order) == [
        ("Ticket", "paid", 1, 5000),
        ("Cup", "cancelled", 2, 600),
        ("Poster", "cancelled", 1, 999),
    ]
    assert CartItem.objects.count() == order.items_count == 1
    assert order.amount == 5000
    assert_sound()


def test_a_line_that_returns_is_the_purchase_it_was(cast: Cast) -> None:
    take(cast.edition, three())
    ids = set(Purchase.objects.values_list("id", flat=True))
    take(cast.edition, three(THREE[0]))
    order = take_well(cast.edition, three())
    assert set(Purchase.objects.values_list("id", flat=True)) == ids
    assert {status for _, status, _, _ in lines_of(order)} == {"paid"}
    assert CartItem.objects.count() == 3
    assert_sound()


def test_lines_with_ids_are_known_wherever_they_stand(cast: Cast) -> None:
    first, second, third = (
        line(name, external_line_id=f"L-{name}") for name in ("Ticket", "Cup", "Poster")
    )
    order = take_well(cast.edition, three(first, second))
    kept = Purchase.objects.get(external_line_id="L-Cup")
    take(cast.edition, three(third, replace(second, quantity=3)))
    assert lines_of(order) == [
        ("Ticket", "cancelled", 1, 5000),
        ("Cup", "paid", 3, 15000),
        ("Poster", "paid", 1, 5000),
    ]
    assert Purchase.objects.get(external_line_id="L-Cup").id == kept.id
    assert_sound()


def test_a_line_that_gets_an_id_is_still_known_by_its_place(cast: Cast) -> None:
    order = take_well(cast.edition, three(line("Ticket"), line("Cup")))
    ids = list(Purchase.objects.order_by("position").values_list("id", flat=True))
    named = [line(name, external_line_id=f"L-{name}") for name in ("Ticket", "Cup")]
    take(cast.edition, three(*named))
    purchases = Purchase.objects.order_by("position").values_list("id", "external_line_id")
    assert list(purchases) == [(ids[0], "L-Ticket"), (ids[1], "L-Cup")]
    assert {status for _, status, _, _ in lines_of(order)} == {"paid"}


def test_a_changed_amount_replaces_the_payment_and_keeps_the_old_one_in_sight(cast: Cast) -> None:
    order = take_well(cast.edition, three())
    take(cast.edition, three(THREE[0]))
    payments = Transaction.objects.filter(order=order).order_by("created", "id")
    assert [(payment.amount, payment.status) for payment in payments] == [
        (6599, "cancelled"),
        (5000, "completed"),
    ]
    order.refresh_from_db()
    assert order.completed_transaction == payments[1]
    assert payments[1].created == NOW
    assert payments[0].created == ORDERED


def test_a_change_that_costs_nothing_leaves_the_payment_alone(cast: Cast) -> None:
    take(cast.edition, three())
    before = row_versions()["orders_transaction"]
    take(cast.edition, three(coupon_code="LATE"))
    assert row_versions()["orders_transaction"] == before


def test_an_order_that_is_paid_later_gets_its_payment_then(cast: Cast) -> None:
    take(cast.edition, three(status="confirmed"))
    order = take_well(cast.edition, three(status="completed"))
    payment = Transaction.objects.get()
    assert (order.paid, payment.amount, order.completed_transaction) == (6599, 6599, payment)
    assert {status for _, status, _, _ in lines_of(order)} == {"paid"}


def test_metadata_of_our_own_stays_beside_theirs(cast: Cast) -> None:
    order = take_well(cast.edition, three(metadata={"theirs": 1}))
    Order.objects.filter(id=order.id).update(metadata={"theirs": 1, "ours": 2})
    take(cast.edition, three(metadata={"theirs": 3}))
    order.refresh_from_db()
    assert order.metadata == {"theirs": 3, "ours": 2}


def test_a_changed_order_keeps_the_customer_to_whom_staff_gave_it(cast: Cast) -> None:
    order = take_well(cast.edition, three())
    merged = make_customer(organization=cast.northlight)
    Order.objects.filter(id=order.id).update(customer=merged)
    Purchase.objects.filter(order=order).update(customer=merged)
    take(cast.edition, three(coupon_code="LATE"))
    order.refresh_from_db()
    assert order.customer == merged


def test_a_changed_buyer_takes_the_purchases_along(cast: Cast) -> None:
    bo = make_customer(organization=cast.northlight, email="bo@example.org")
    order = take_well(cast.edition, three())
    take(cast.edition, three(customer=OutsideCustomer(email="bo@example.org")))
    order.refresh_from_db()
    assert order.customer == bo
    assert {purchase.customer for purchase in order.purchases.all()} == {bo}


def test_a_corrected_mapping_changes_known_orders(cast: Cast) -> None:
    order = take_well(cast.edition, outside_order("A-1", line("Camping")))
    right = make_product(edition=cast.edition, name="Camping, quiet")
    Purchase.objects.get(order=order).product.__class__.objects.filter(name="Camping").update(
        name="Wrong"
    )
    right.__class__.objects.filter(id=right.id).update(name="Camping")
    assert take_one(cast.edition, outside_order("A-1", line("Camping"))).outcome == "updated"
    assert Purchase.objects.get(order=order).product == right


def test_a_purchase_that_staff_cancelled_is_not_revived_by_another_change(cast: Cast) -> None:
    order = take_well(cast.edition, three())
    Purchase.objects.filter(order=order, position=1).update(status="cancelled")
    take(cast.edition, three(THREE[0], replace(THREE[1], quantity=3), THREE[2]))
    assert lines_of(order)[1] == ("Cup", "cancelled", 3, 900)
    take(cast.edition, three(status="pending"))
    assert [status for _, status, _, _ in lines_of(order)] == ["reserved", "cancelled", "reserved"]
    take(cast.edition, three(status="cancelled"))
    take(cast.edition, three(status="completed"))
    assert {status for _, status, _, _ in lines_of(order)} == {"paid"}


def test_an_order_of_ours_with_the_id_but_never_said_is_brought_to_what_is_said(
    cast: Cast,
) -> None:
    known = make_order(edition=cast.edition, service="shop", external_id="A-1")
    make_external_id(customer=known.customer, service="shop", external_id="C-1")
    assert take_one(cast.edition, three()).outcome == "updated"
    assert [row[0] for row in lines_of(known)] == ["Ticket", "Cup", "Poster"]
    assert_sound()
