"""Two calls at the same moment: one waits, none fails, nothing is doubled."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

from conftest import Cast
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.customers.models import Customer, ExternalId
from preo.customers.outside.shapes import OutsideCustomer
from preo.customers.tests.factories import make_customer, make_external_id
from preo.editions.models import Edition
from preo.orders.models import Order, Purchase, Transaction
from preo.orders.outside.shapes import OutsideOrder, Taken
from preo.orders.tests.outside import (
    assert_sound,
    codes,
    line,
    outside_order,
    row_versions,
    take,
    take_one,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]

Result = TypeVar("Result")


def while_open(first: Callable[[], object], second: Callable[[], Result]) -> Result:
    """What `second` returns, begun when `first` has done its work and not yet committed it.

    It must run into something that `first` holds: else the two did not meet.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = pool.submit(_with_own_connection, second)
            _wait_for_a_wait()
        return running.result(timeout=30)


def _with_own_connection(work: Callable[[], Result]) -> Result:
    try:
        return work()
    finally:
        connection.close()


def _wait_for_a_wait() -> None:
    deadline = time.monotonic() + 30
    while not _is_anybody_waiting():
        if time.monotonic() > deadline:
            raise AssertionError("The two did not meet.")
        time.sleep(0.01)


def _is_anybody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks WHERE NOT granted
                AND pid IN (SELECT pid FROM pg_stat_get_activity(NULL) AS activity
                            WHERE activity.datid = (SELECT oid FROM pg_database
                                                    WHERE datname = current_database()))
            )
            """
        )
        return bool(cursor.fetchone()[0])


def of(order_id: str, /, **buyer: str) -> OutsideOrder:
    return outside_order(order_id, customer=OutsideCustomer(**buyer))


def test_two_identical_calls_at_once_make_no_double_and_no_error(cast: Cast) -> None:
    orders = [outside_order(f"A-{number}") for number in range(3)]
    done = while_open(lambda: take(cast.edition, *orders), lambda: take(cast.edition, *orders))
    assert [one.outcome for one in done.orders] == ["unchanged"] * 3
    assert Order.objects.count() == Purchase.objects.count() == 3
    assert Customer.objects.count() == 1
    assert_sound()


def test_many_identical_calls_at_once_make_each_order_once(cast: Cast) -> None:
    orders = [
        outside_order(f"A-{number}", line(f"Product {number % 5}"), line("Cup"))
        for number in range(30)
    ]
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(_with_own_connection, lambda: take(cast.edition, *orders)) for _ in range(8)
        ]
        done = [call.result(timeout=60) for call in calls]
    assert sum(one.created for one in done) == 30
    assert sum(one.unchanged for one in done) == 7 * 30
    assert (Order.objects.count(), Purchase.objects.count(), Product.objects.count()) == (30, 60, 6)
    assert_sound()


def test_a_change_at_the_same_moment_comes_after_what_it_changes(cast: Cast) -> None:
    done = while_open(
        lambda: take(cast.edition, outside_order("A-1")),
        lambda: take(cast.edition, outside_order("A-1", coupon_code="LATE")),
    )
    assert done.orders[0].outcome == "updated"
    assert Order.objects.get().coupon_code == "LATE"


BUYERS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"email": "ada@example.org"}, {"email": "ADA@example.org"}),
    (
        {"external_id": "C-1", "email": "ada@example.org"},
        {"external_id": "9", "email": "ada@example.org"},
    ),
    (
        {"phone_number": "+4512345678", "first_name": "Ada"},
        {"phone_number": "+4512345678", "first_name": "ada"},
    ),
    (
        {"external_id": "C-1", "phone_number": "+4512345678", "first_name": "Ada"},
        {"external_id": "9", "phone_number": "+4512345678", "first_name": "Ada"},
    ),
]


@pytest.mark.parametrize(("first", "second"), BUYERS)
def test_two_systems_that_bring_one_new_person_at_once_make_one_customer(
    cast: Cast, first: dict[str, str], second: dict[str, str]
) -> None:
    take(cast.edition, outside_order("A-0", customer=OutsideCustomer(external_id="other")))
    done = while_open(
        lambda: take(cast.edition, of("A-1", **first)),
        lambda: take(cast.edition, of("B-1", **second), service="box office"),
    )
    assert done.orders[0].outcome == "created"
    assert Customer.objects.exclude(first_name="", email=None).count() == 1
    assert_sound()


def test_an_email_that_another_system_just_took_is_not_filled_and_the_order_warns(
    cast: Cast,
) -> None:
    known = make_customer(organization=cast.northlight, email=None)
    make_external_id(customer=known, service="shop", external_id="C-7")
    take(cast.edition, outside_order("A-0"))
    done = while_open(
        lambda: take(cast.edition, of("B-1", email="new@example.org"), service="box office"),
        lambda: take(cast.edition, of("A-1", external_id="C-7", email="new@example.org")),
    )
    assert done.orders[0].outcome == "created"
    assert codes(done.orders[0].warnings) == [("/customer/email", "email_of_another")]
    known.refresh_from_db()
    assert known.email is None
    assert Order.objects.get(external_id="A-1").customer == known


def test_one_system_in_two_editions_at_once_makes_one_customer(cast: Cast) -> None:
    order = of("A-1", external_id="C-1", first_name="Ada")
    while_open(lambda: take(cast.edition, order), lambda: take(cast.other_edition, order))
    assert Customer.objects.count() == ExternalId.objects.count() == 1
    assert Order.objects.count() == 2


@pytest.mark.parametrize("product", [{"external_product_id": "P-1"}, {}])
def test_two_systems_that_bring_one_new_product_at_once_make_one_draft(
    cast: Cast, product: dict[str, str]
) -> None:
    def call(service: str, buyer: str) -> Callable[[], Taken]:
        order = outside_order(
            "A-1", line("Camping", **product), customer=OutsideCustomer(external_id=buyer)
        )
        return lambda: take(cast.edition, order, service=service)

    while_open(call("shop", "C-1"), call("box office", "C-2"))
    assert Product.objects.count() == 1
    assert Purchase.objects.count() == 2


def use_the_ticket(edition: Edition) -> None:
    Purchase.objects.filter(edition=edition).update(status="used", available_uses=0)


def test_a_ticket_that_is_used_at_the_same_moment_is_not_changed(cast: Cast) -> None:
    take(cast.edition, outside_order("A-1"))
    changed = outside_order("A-1", line(quantity=2))
    one = while_open(lambda: use_the_ticket(cast.edition), lambda: take_one(cast.edition, changed))
    assert codes(one.errors) == [("/items/0", "order_touched")]
    assert Purchase.objects.get().quantity == 1


def refund_a_cent(order: Order) -> None:
    Transaction.objects.filter(order=order).update(refunded=1)
    Order.objects.filter(id=order.id).update(refunded=1)


def test_an_order_that_is_refunded_at_the_same_moment_keeps_its_amount(cast: Cast) -> None:
    take(cast.edition, outside_order("A-1"))
    order = Order.objects.get()
    changed = outside_order("A-1", service_fee=5)
    one = while_open(lambda: refund_a_cent(order), lambda: take_one(cast.edition, changed))
    assert codes(one.errors) == [("", "order_touched")]


def test_a_call_that_is_ended_for_a_deadlock_is_done_again(cast: Cast) -> None:
    people = [make_customer(organization=cast.northlight, last_name="") for _ in range(2)]
    first, last = sorted(people, key=lambda customer: customer.id)
    orders = [
        of(f"A-{number}", email=str(customer.email), phone_number="+4512345678")
        for number, customer in enumerate(people)
    ]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Customer.objects.select_for_update().get(id=last.id)
            running = pool.submit(_with_own_connection, lambda: take(cast.edition, *orders))
            _wait_for_a_wait()
            # The call has locked the first and wants the last, so this can only go on once
            # PostgreSQL has ended it, as the one that waits longer.
            Customer.objects.select_for_update().get(id=first.id)
        assert running.result(timeout=30).created == 2
    assert Customer.objects.filter(phone_number="+4512345678").count() == 2


def test_a_product_that_is_deleted_at_the_same_moment_is_unknown(cast: Cast) -> None:
    product = make_product(edition=cast.edition)
    order = outside_order("A-1", line(product_id=product.id))
    one = while_open(product.delete, lambda: take_one(cast.edition, order))
    assert codes(one.errors) == [("/items/0/product_id", "unknown_product")]
    assert not Order.objects.exists()


def test_a_call_within_a_transaction_may_be_followed_by_another(cast: Cast) -> None:
    with transaction.atomic():
        take(cast.edition, outside_order("A-1"))
        take(cast.edition, outside_order("A-2"))
    before = row_versions()
    assert take(cast.edition, outside_order("A-1"), outside_order("A-2")).unchanged == 2
    assert row_versions() == before


def test_nothing_stays_of_a_call_that_is_rolled_back(cast: Cast) -> None:
    with transaction.atomic():
        take(cast.edition, outside_order("A-1"))
        transaction.set_rollback(True)
    assert not Order.objects.exists()
    assert not Customer.objects.exists()
    assert take(cast.edition, outside_order("A-1")).created == 1
