"""An order's page."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preo.accounts.models import StaffUser
from preo.activity.service import record
from preo.catalog.tests.factories import make_product
from preo.core.access import Principal
from preo.customers.tests.factories import make_customer
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.orders.models import Order, Transaction, TransactionKind, TransactionStatus
from preo.orders.tests.factories import make_order, make_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition(timezone="Europe/Copenhagen")


@pytest.fixture
def member(edition: Edition) -> StaffUser:
    return make_member(organization=edition.organization, full_name="Ada Vinter")


@pytest.fixture
def browser(member: StaffUser) -> Client:
    return client_of(member)


def shown(browser: Client, order: Order) -> str:
    response = browser.get(f"/o/{order.organization.slug}/orders/{order.api_id}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("word", ["ord_0", "ord_", "1", "usr_01m7y459khesprv7e53mw2fb9v", "_"])
def test_what_is_no_order_id_is_not_found(edition: Edition, browser: Client, word: str) -> None:
    response = browser.get(f"/o/{edition.organization.slug}/orders/{word}")

    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert response["X-Request-Id"] in response.content.decode()


def test_sums_payments_and_what_is_left_to_refund(edition: Edition, browser: Client) -> None:
    product = make_product(edition=edition, name="Weekend pass", price=120_000, deposit=2_500)
    order = make_order(
        edition=edition,
        products=[product],
        quantity=2,
        discount=10_000,
        service_fee=1_050,
        coupon_code="EARLY",
    )
    assert order.completed_transaction
    Transaction.objects.create(
        organization_id=order.organization_id,
        order=order,
        payment=order.completed_transaction,
        kind=TransactionKind.REFUND,
        type=order.type,
        status=TransactionStatus.COMPLETED,
        service="test",
        amount=-50_000,
        currency=order.currency,
    )
    Order.objects.filter(pk=order.pk).update(refunded=50_000)
    make_transaction(order=order, status=TransactionStatus.FAILED, message="Insufficient funds")

    page = shown(browser, order)

    for text in (
        "2,400.00</td>",
        "+ 25.00 deposit",
        "Coupon EARLY</span>",
        "\N{MINUS SIGN}100.00</dd>",
        "2,360.50 EUR</dd>",
        "\N{MINUS SIGN}500.00</dd>",
        "1,860.50 EUR</dd>",
        "Insufficient funds",
        ">Refused</span>",
        "Payment of 2,360.50 € refused",
        "500.00 € refunded",
    ):
        assert text in page


def test_the_buyer_is_shown_as_bought_and_as_known_now(edition: Edition, browser: Client) -> None:
    customer = make_customer(organization=edition.organization, first_name="Mia", last_name="Blom")
    order = make_order(edition=edition, customer=customer)
    assert "Now known as" not in shown(browser, order)

    customer.last_name = "Holm"
    customer.save()
    page = shown(browser, order)

    assert "Mia Blom" in page
    assert "Now known as" in page
    assert "Mia Holm" in page


def test_ids_outside_id_and_metadata_can_be_read_and_copied(
    edition: Edition, browser: Client
) -> None:
    order = make_order(
        edition=edition,
        service="billet",
        external_id="B-77",
        metadata={"utm": {"source": "poster"}, "note": "<b>", "far": 1e20},
    )
    page = shown(browser, order)

    for value in (order.api_id, edition.api_id, order.customer.api_id, "B-77"):
        assert f'data-copy="{value}"' in page
    assert "{&quot;source&quot;:&quot;poster&quot;}" in page
    assert "&lt;b&gt;" in page
    assert "100000000000000000000" in page


def test_history_tells_what_happened_by_whom_the_latest_first(
    edition: Edition, browser: Client, member: StaffUser
) -> None:
    order = make_order(edition=edition)
    with transaction.atomic():
        record(
            type="order.updated",
            organization_id=order.organization_id,
            object_id=order.pk,
            edition_id=order.edition_id,
            by=Principal("staff", member.pk, ()),
            changed=["order_number", "metadata"],
        )

    page = shown(browser, order)
    history = page[page.index("History") :]

    assert "by Ada Vinter" in history
    assert "changed order number, metadata" in history
    assert history.index("Order updated") < history.index("Order placed")


def test_what_a_payment_or_the_order_itself_tells_is_not_told_twice(
    edition: Edition, browser: Client, member: StaffUser
) -> None:
    order = make_order(edition=edition, created=timezone.now())
    paid = make_transaction(order=order)
    outside = make_order(edition=edition, service="billet", external_id="B-1")
    with transaction.atomic():
        for what, happened, details in (
            (order, "order.created", {}),
            (order, "payment.completed", {"transaction": str(paid.pk)}),
            (outside, "order.created", {}),
        ):
            record(
                type=happened,
                organization_id=order.organization_id,
                object_id=what.pk,
                by=Principal("staff", member.pk, ()),
                details=details,
            )

    page, from_outside = shown(browser, order), shown(browser, outside)

    assert "Order created" not in page
    assert "Payment completed" not in page
    assert page.count("by Ada Vinter") == 1
    assert "Order created" in from_outside, "that it came to us is news: it was placed before"


def test_an_order_without_basket_number_and_name_has_a_page(
    edition: Edition, browser: Client
) -> None:
    order = make_order(edition=edition, products=[], status="pending")
    order.cart.delete()
    Order.objects.update(order_number=None, customer_name="", customer_email=None)

    page = shown(browser, order)

    assert "Order without a number" in page
    assert "The basket of this order is not known." in page
    assert "No payment was tried yet." in page


def test_times_are_the_editions(edition: Edition, browser: Client) -> None:
    order = make_order(edition=edition, created=dt.datetime(2026, 7, 4, 22, 5, tzinfo=dt.UTC))

    assert "5 July 2026, 00:05:00 +02:00 (Europe/Copenhagen)" in shown(browser, order)


def test_queries_do_not_grow_with_lines(edition: Edition, browser: Client) -> None:
    small = make_order(edition=edition)
    products = [make_product(edition=edition, name=f"Product {n}") for n in range(6)]
    large = make_order(edition=edition, products=products, created=timezone.now())
    make_transaction(order=large, status=TransactionStatus.FAILED)

    costs = []
    for order in (small, large):
        with CaptureQueriesContext(connection) as captured:
            shown(browser, order)
        costs.append(len(captured))

    assert costs[0] == costs[1]
    assert costs[0] <= 12
