"""Each rule is broken once, past the constraints that hold some of them, and found out alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models

from preo.catalog.tests.factories import (
    make_product,
    make_variant,
)
from preo.core.doctor import Finding
from preo.core.models import Row
from preo.editions.tests.factories import make_edition
from preo.orders.checks import check_money
from preo.orders.models import (
    Order,
    OrderStatus,
    PurchaseStatus,
    Transaction,
    TransactionKind,
    TransactionStatus,
)
from preo.orders.tests.factories import make_order, make_transaction

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

SLICES = ("accounts", "editions", "catalog", "customers", "orders")


def drop_check(table: str, name: str) -> None:
    """Take a CHECK away until the test's transaction is rolled back."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(row: Row, **values: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def refund_of(payment: Transaction, order: Order, amount: int) -> Transaction:
    return Transaction.objects.create(
        organization_id=order.organization_id,
        order=order,
        payment=payment,
        kind=TransactionKind.REFUND,
        type=order.type,
        status=TransactionStatus.COMPLETED,
        service=payment.service,
        amount=-amount,
        currency=order.currency,
    )


def red(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.ok]


def total_differs(order: Order) -> None:
    drop_check("orders_order", "order_adds_up")
    change(order, service_fee=order.service_fee + 1)


def less_is_paid(order: Order) -> None:
    drop_check("orders_order", "order_completed_is_paid")
    change(order, service_fee=order.service_fee + 1, amount=order.amount + 1)


def paid_from_nowhere(order: Order) -> None:
    change(make_order(edition=order.edition, status=OrderStatus.CONFIRMED), paid=1)


def refund_of_a_refused_payment(order: Order) -> Transaction:
    drop_check("orders_transaction", "transaction_refunded_at_most_amount")
    refused = make_transaction(order=order, status=TransactionStatus.FAILED)
    refund_of(refused, order, 100)
    change(refused, refunded=100)
    return refused


def order_knows_no_refund(order: Order) -> None:
    refund_of_a_refused_payment(order)


def payments_know_no_refund(order: Order) -> None:
    refund_of_a_refused_payment(order)
    change(order, refunded=100)


def refund_kept_with_another_payment(order: Order) -> None:
    other = make_order(edition=order.edition, status=OrderStatus.CONFIRMED)
    first, second = make_transaction(order=other), make_transaction(order=other)
    refund_of(first, other, 100)
    change(second, refunded=100)
    change(other, paid=2 * other.amount, refunded=100)


def refunds_across(order: Order) -> None:
    other = make_order(edition=order.edition)
    for here, there in ((order, other), (other, order)):
        assert there.completed_transaction is not None
        refund_of(there.completed_transaction, here, 100)
        change(there.completed_transaction, refunded=100)
        change(here, refunded=100)


def completed_by_anothers_payment(order: Order) -> None:
    other = make_order(edition=order.edition)
    change(order, completed_transaction=other.completed_transaction)


def completed_by_a_pending_payment(order: Order) -> None:
    pending = make_transaction(order=order, status=TransactionStatus.PENDING)
    change(order, completed_transaction=pending)


def subtotal_differs(order: Order) -> None:
    change(order, subtotal=order.subtotal + 1, adjustment=-1)


def deposit_differs(order: Order) -> None:
    change(order, deposit=order.deposit + 1, adjustment=-1)


def handling_fee_differs(order: Order) -> None:
    change(order, handling_fee=order.handling_fee + 1, adjustment=-1)


def item_counted_twice(order: Order) -> None:
    change(order, items_count=order.items_count + 1)


def foreign_purchase(order: Order) -> None:
    order.purchases.update(currency="gbp")


def foreign_payment(order: Order) -> None:
    order.transactions.update(currency="gbp")


def item_of_another_price(order: Order) -> None:
    order.cart.items.update(price_with_options=models.F("price_with_options") + 1)


def item_of_another_deposit(order: Order) -> None:
    order.cart.items.update(deposit_with_options=models.F("deposit_with_options") + 1)


def item_of_another_fee(order: Order) -> None:
    order.cart.items.update(handling_fee=models.F("handling_fee") + 1)


def item_of_another_product(order: Order) -> None:
    order.cart.items.update(product=make_product(edition=order.edition))


def item_of_another_variant(order: Order) -> None:
    order.cart.items.update(variant=make_variant(product=order.purchases.get().product))


def item_of_another_quantity(order: Order) -> None:
    free = make_order(
        edition=order.edition, products=[make_product(edition=order.edition, price=0)]
    )
    free.cart.items.update(quantity=2)


def item_without_purchase(order: Order) -> None:
    order.purchases.update(cart_item=None)


def item_of_anothers_purchase(order: Order) -> None:
    other = make_order(edition=order.edition, products=[order.purchases.get().product])
    items = [order.cart.items.get(), other.cart.items.get()]
    order.purchases.update(cart_item=None)
    other.purchases.update(cart_item=items[0])
    order.purchases.update(cart_item=items[1])


def line_from_elsewhere_off_by_more_than_rounding(order: Order) -> None:
    outside = make_order(
        edition=order.edition, quantity=3, service="shop", external_id="1", type="imported"
    )
    outside.cart.items.update(price_with_options=models.F("price_with_options") + 1)


def purchase_refunded_alone(order: Order) -> None:
    order.purchases.update(refunded=1)


BROKEN: list[tuple[str, Callable[[Order], object]]] = [
    ("orders add up", total_differs),
    ("completed orders are paid", less_is_paid),
    ("paid is what came in", paid_from_nowhere),
    ("refunded is what went back", order_knows_no_refund),
    ("payments and order agree on refunds", payments_know_no_refund),
    ("payments know their refunds", refund_kept_with_another_payment),
    ("refunds are of a payment of their order", refunds_across),
    ("completed orders name their payment", completed_by_anothers_payment),
    ("completed orders name their payment", completed_by_a_pending_payment),
    ("subtotal is of the lines", subtotal_differs),
    ("deposit is of the lines", deposit_differs),
    ("handling fee is of the lines", handling_fee_differs),
    ("items are counted", item_counted_twice),
    ("purchases have the order's currency", foreign_purchase),
    ("transactions have the order's currency", foreign_payment),
    ("items and purchases agree", item_of_another_price),
    ("items and purchases agree", item_of_another_deposit),
    ("items and purchases agree", item_of_another_fee),
    ("items and purchases agree", item_of_another_product),
    ("items and purchases agree", item_of_another_variant),
    ("items and purchases agree", item_of_another_quantity),
    ("items and purchases agree", item_without_purchase),
    ("items and purchases agree", item_of_anothers_purchase),
    ("items and purchases agree", line_from_elsewhere_off_by_more_than_rounding),
    ("purchases are refunded within their order", purchase_refunded_alone),
]


@pytest.fixture
def order() -> Order:
    """A completed order in order, with a fee and a deposit."""
    edition = make_edition()
    product = make_product(edition=edition, deposit=500, handling_fee=200)
    return make_order(edition=edition, products=[product], service_fee=125)


@pytest.mark.parametrize(
    ("name", "break_it"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_broken_rule_of_money_is_found_and_no_other(
    name: str, break_it: Callable[[Order], object], order: Order
) -> None:
    break_it(order)

    assert red(check_money()) == [name]


def test_every_rule_of_money_is_broken_by_a_test() -> None:
    assert {name for name, _ in BROKEN} == {finding.name for finding in check_money()}


def test_a_finding_counts_all_and_names_five_and_says_what_to_do(order: Order) -> None:
    orders = [make_order(edition=order.edition, products=[]) for _ in range(6)]
    for one in orders:
        change(one, items_count=3)

    (finding,) = [finding for finding in check_money() if not finding.ok]

    named = sorted(one.api_id for one in orders)[:5]
    assert finding.detail.endswith(f"Not so for 6: {', '.join(named)}, ...")
    assert finding.remedy


def test_orders_that_are_right_raise_no_alarm(order: Order) -> None:
    make_order(edition=order.edition, status=OrderStatus.CANCELLED, quantity=3, discount=700)
    make_order(edition=order.edition, products=[], status=OrderStatus.PENDING)
    payment = order.completed_transaction
    assert payment is not None
    refund_of(payment, order, 300)
    change(payment, refunded=300)
    change(order, refunded=300)
    order.purchases.update(refunded=200, status=PurchaseStatus.REFUNDED)
    make_transaction(order=order, status=TransactionStatus.FAILED)

    assert red(check_money()) == []


def test_a_vanished_line_and_a_rounded_piece_of_an_order_from_elsewhere_are_right() -> None:
    order = make_order(quantity=3, type="imported", service="shop", external_id="1")
    line = order.purchases.get()
    change(line, price_paid=line.price_paid + 1)
    change(order, subtotal=order.subtotal + 1, adjustment=-1)
    change(
        make_order(edition=order.edition, type="imported", service="shop", external_id="2"),
        subtotal=0,
        items_count=0,
        adjustment=order.subtotal // 3,
    )
    gone = Order.objects.get(external_id="2").purchases.get()
    change(gone, cart_item=None, status=PurchaseStatus.CANCELLED, currency="gbp")
    Order.objects.get(external_id="2").cart.items.all().delete()

    assert red(check_money()) == []
