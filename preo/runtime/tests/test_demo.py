"""What the demo holds: everything that the product knows, and all of it adds up."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from preo.accounts.models import Membership, RoleWord
from preo.activity.models import Activity, ActorKind
from preo.catalog.models import Category, Location, Option, Product, ProductType, Variant, Vendor
from preo.core.languages import Language
from preo.core.money import Currency
from preo.customers.models import Customer, ExternalId, Pass, PassPlatform, PassStatus
from preo.editions.models import DateStatus, Edition, TaxType
from preo.editions.queries import editions_at
from preo.orders.checks import check_money, check_tenancy
from preo.orders.models import (
    Cart,
    CartStatus,
    Order,
    OrderStatus,
    OrderType,
    Purchase,
    PurchaseStatus,
    Transaction,
    TransactionKind,
    TransactionStatus,
)
from preo.runtime.demo.access import CREW, DemoAccess
from preo.runtime.demo.fill import fill_demo

NOW = datetime(2026, 7, 3, 12, 34, tzinfo=UTC)
ORDERS = 3_600
RESERVED = re.compile(r".+@example\.(com|org|net)")
"""RFC 2606 section 3."""
FICTION = re.compile(r"\+46701740(60[5-9]|6[1-9]\d)|\+447700900\d{3}|\+1\d{3}55501\d\d")


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoAccess]:
    """One demo for all tests of this file, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill_demo(orders=ORDERS, now=NOW, echo=lambda _: None)
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db


def own(model: Any) -> Any:
    """Northlight's rows."""
    return model.objects.filter(organization__slug="northlight")


def seen(model: Any, field: str) -> set[Any]:
    return set(own(model).values_list(field, flat=True))


def test_every_order_adds_up_and_no_row_points_into_another_organization() -> None:
    assert [finding for finding in check_money() + check_tenancy() if not finding.ok] == []


def test_all_foreign_keys_are_in_force_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE contype = 'f' AND relname !~ '^procrastinate'"
            " AND NOT (conenforced AND convalidated AND condeferrable AND condeferred)"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conenforced")
        assert cursor.fetchone()[0] > 40


def test_the_catalogue_is_a_festivals() -> None:
    assert own(Product).count() == 60
    assert own(Vendor).count() == 12
    assert own(Location).count() == 8
    assert seen(Product, "type") == set(ProductType.values)
    assert own(Variant).exists()
    assert own(Option).filter(price_mod__gt=0).exists()
    assert own(Option).filter(deposit_mod__gt=0).exists()
    assert own(Product).filter(is_draft=True).count() == 1
    assert all(set(category.name) == set(Language.values) for category in own(Category))


def test_there_are_customers_orders_and_purchases_in_the_promised_proportion() -> None:
    assert own(Customer).count() == 1_600
    assert own(Order).count() == ORDERS
    assert own(Purchase).count() == 8_800


def test_an_edition_is_over_one_is_running_and_one_to_come() -> None:
    editions: Any = editions_at(NOW, own(Edition)).order_by("start_date")

    assert [edition.status for edition in editions] == [
        DateStatus.PAST,
        DateStatus.CURRENT,
        DateStatus.UPCOMING,
    ]
    assert [edition.tax_type for edition in editions] == [TaxType.VAT, TaxType.VAT, TaxType.SALES]
    assert {edition.timezone for edition in editions} == {"Europe/Copenhagen", "America/New_York"}
    assert {edition.currency for edition in editions} == {Currency.DKK, Currency.USD}
    assert len({edition.slug for edition in editions}) == 3
    assert all(edition.full_name.startswith("Northlight Festival ") for edition in editions)


@pytest.mark.parametrize(
    ("model", "field", "all_of_them"),
    [
        (Order, "type", OrderType),
        (Order, "status", OrderStatus),
        (Cart, "status", CartStatus),
        (Transaction, "kind", TransactionKind),
        (Transaction, "status", TransactionStatus),
        (Transaction, "type", OrderType),
        (Purchase, "status", PurchaseStatus),
        (Customer, "language", Language),
        (Pass, "platform", PassPlatform),
        (Pass, "status", PassStatus),
    ],
)
def test_every_word_occurs(model: Any, field: str, all_of_them: Any) -> None:
    assert seen(model, field) == set(all_of_them.values)


def test_orders_are_in_several_currencies() -> None:
    assert seen(Order, "currency") == {Currency.DKK, Currency.USD, Currency.EUR}
    assert set(Order.objects.values_list("currency", flat=True)) > seen(Order, "currency")


def test_vat_is_inside_and_sales_tax_is_added() -> None:
    inside, added = own(Order).filter(vat__gt=0), own(Order).filter(tax__gt=0)

    assert {order.edition.tax_type for order in inside.select_related("edition")} == {TaxType.VAT}
    assert {order.edition.tax_type for order in added.select_related("edition")} == {TaxType.SALES}
    one = inside.filter(discount=0, adjustment=0).first()
    taxable = one.subtotal + one.handling_fee + one.service_fee
    assert one.vat == taxable * 25 // 125
    other = added.filter(discount=0).first()
    taxable = other.subtotal + other.handling_fee + other.service_fee
    assert other.tax == (taxable * 8875 + 50_000) // 100_000


def test_orders_have_all_that_an_order_can_have() -> None:
    orders = own(Order)
    for condition in (
        Q(amount=0, status=OrderStatus.COMPLETED),
        Q(coupon_code__isnull=False, discount__gt=0),
        Q(service_fee__gt=0),
        Q(handling_fee__gt=0),
        Q(deposit__gt=0),
        Q(adjustment__gt=0, type=OrderType.IMPORTED),
        Q(adjustment__lt=0, type=OrderType.IMPORTED),
        Q(refunded__gt=0, refunded__lt=F("paid")),
        Q(refunded__gt=0, refunded=F("paid"), status=OrderStatus.COMPLETED),
        Q(refunded__gt=0, refunded=F("paid"), status=OrderStatus.CANCELLED),
        Q(status=OrderStatus.CONFIRMED, paid=0),
        Q(status=OrderStatus.CONFIRMED, paid__gt=0, paid__lt=F("amount")),
        Q(customer_name=""),
        Q(customer_email__isnull=True),
        Q(customer_phone__isnull=True),
    ):
        assert orders.filter(condition).exists(), condition


def test_orders_from_elsewhere_bear_its_ids() -> None:
    outside = own(Order).filter(type=OrderType.IMPORTED)

    assert not outside.filter(service=None).exists()
    assert not own(Order).exclude(type=OrderType.IMPORTED).exclude(service=None).exists()
    assert len(seen(Order, "service") - {None}) == 2
    numbers = [(order.external_id, order.order_number) for order in outside]
    assert all(number == outside_id for outside_id, number in numbers if len(outside_id) <= 16)
    assert any(len(outside_id) > 16 and number for outside_id, number in numbers)
    assert own(ExternalId).exists()
    lines = own(Purchase).exclude(external_line_id=None)
    assert set(lines.values_list("order__type", flat=True)) == {OrderType.IMPORTED}


def test_payments_are_refused_before_one_succeeds() -> None:
    refused = own(Transaction).filter(
        status=TransactionStatus.FAILED,
        kind=TransactionKind.PAYMENT,
        order__status=OrderStatus.COMPLETED,
    )

    assert refused.count() > 50
    assert not refused.filter(created__gte=F("order__completed_transaction__created")).exists()
    assert not refused.filter(message="").exists()


def test_refunds_come_in_one_sum_or_several_and_may_fail() -> None:
    refunds = own(Transaction).filter(kind=TransactionKind.REFUND)
    done = refunds.filter(status=TransactionStatus.COMPLETED)
    counts = set(done.values("order").annotate(n=Count("id")).values_list("n", flat=True))

    assert counts == {1, 2}
    assert refunds.filter(status=TransactionStatus.FAILED).exists()
    assert not refunds.filter(created__lt=F("payment__created")).exists()


def test_purchases_are_used_up_bit_by_bit() -> None:
    partly = own(Purchase).filter(status=PurchaseStatus.PARTIALLY_USED)

    assert not partly.filter(available_uses__gte=F("total_uses")).exists()
    assert not partly.filter(available_uses=0).exists()
    assert not own(Purchase).filter(status=PurchaseStatus.USED, available_uses__gt=0).exists()
    assert own(Purchase).filter(is_unlimited_use=True).exists()
    assert own(Purchase).filter(total_uses__gt=F("quantity")).exists()
    assert own(Purchase).exclude(options=[]).exists()


def test_nobody_can_be_reached_who_might_exist() -> None:
    buyers = Order.objects.values_list("customer_email", flat=True)
    emails = {
        email for email in {*Customer.objects.values_list("email", flat=True), *buyers} if email
    }
    numbers = Customer.objects.values_list("phone_number", flat=True)
    phones = {phone for phone in numbers if phone}

    assert len(emails) > 1_000
    assert [email for email in emails if not RESERVED.fullmatch(email)] == []
    assert len(phones) > 500
    assert [phone for phone in phones if not FICTION.fullmatch(phone)] == []
    assert all(
        edition.email_sender_address.endswith(".example") for edition in Edition.objects.all()
    )


def test_people_have_names_with_letters_of_their_language_and_some_no_address() -> None:
    names = "".join(own(Customer).values_list("full_name", flat=True))

    assert set("øåöéłżÓ'") <= set(names)
    assert own(Customer).filter(email=None).exists()
    assert own(Customer).filter(phone_number=None).exists()


def test_nobody_orders_before_joining_nor_after_today() -> None:
    assert not own(Order).filter(created__lt=F("customer__date_joined")).exists()
    history = own(Activity).exclude(sequence=None)
    for rows in (own(Order), own(Customer), own(Transaction), own(Purchase), history):
        assert not rows.filter(Q(created__gt=NOW) | Q(modified__gt=NOW)).exists()
        assert not rows.filter(modified__lt=F("created")).exists()


def test_buying_comes_in_waves_and_in_the_evening() -> None:
    past = own(Edition).earliest("start_date")
    orders = own(Order).filter(edition=past)
    zone = ZoneInfo(past.timezone)
    online = [
        at.astimezone(zone).hour
        for at in orders.filter(type=OrderType.ONLINE).values_list("created", flat=True)
    ]
    opening = orders.filter(created__lt=past.published_at + timedelta(days=1)).count()
    usual = orders.filter(
        created__range=(
            past.start_date - timedelta(days=150),
            past.start_date - timedelta(days=120),
        )
    )

    assert sum(18 <= hour < 22 for hour in online) > 5 * sum(2 <= hour < 6 for hour in online)
    assert opening > 3 * usual.count() / 30
    counter = orders.filter(type=OrderType.IN_PERSON).aggregate(Min("created"), Max("created"))
    assert counter["created__min"] >= past.start_date
    assert counter["created__max"] <= past.end_date


def test_some_buy_much_more_and_some_things_are_bought_much_more() -> None:
    by_customer = own(Order).values("customer").annotate(n=Count("id")).order_by("-n")
    by_product = own(Purchase).values("product__code").annotate(n=Count("id")).order_by("-n")

    assert by_customer[0]["n"] > 8
    assert by_customer.last()["n"] == 1
    assert own(Customer).count() > by_customer.count()
    assert by_product[0]["n"] > 10 * by_product.last()["n"]


def test_the_rival_has_customers_of_the_same_address() -> None:
    theirs = Customer.objects.filter(organization__slug="rival")
    shared = theirs.filter(email__in=own(Customer).exclude(email=None).values("email"))

    assert 20 < shared.count() < theirs.count()
    assert Order.objects.filter(organization__slug="rival").count() == 400


def test_the_latest_orders_have_a_history_that_is_numbered_without_gaps() -> None:
    activities = own(Activity).exclude(sequence=None)
    numbers = sorted(activities.values_list("sequence", flat=True))

    assert numbers == list(range(1, len(numbers) + 1))
    assert set(activities.values_list("type", flat=True)) == {
        "order.created",
        "order.completed",
        "order.cancelled",
        "refund.completed",
    }
    assert own(Order).filter(pk__in=activities.values("object_id")).count() == 3_000
    assert set(activities.values_list("actor_kind", flat=True)) == {
        ActorKind.STAFF,
        ActorKind.CUSTOMER,
        ActorKind.SYSTEM,
    }
    assert not activities.filter(actor_kind=ActorKind.STAFF, actor_id=None).exists()
    earlier = activities.filter(sequence__lt=len(numbers) // 2).aggregate(Max("created"))
    later = activities.filter(sequence__gt=len(numbers) // 2).aggregate(Min("created"))
    assert earlier["created__max"] <= later["created__min"]


def test_each_role_can_sign_in_with_the_one_password(demo: DemoAccess) -> None:
    members = Membership.objects.filter(organization__slug="northlight").select_related("staff")
    by_email = {member.staff.email: member for member in members}

    assert [by_email[member.email].role for member in CREW] == [
        RoleWord.ADMIN,
        RoleWord.MANAGER,
        RoleWord.STAFF,
        RoleWord.GUEST,
        RoleWord.STAFF,
    ]
    assert [member.email for member in CREW if by_email[member.email].edition_id] == [
        CREW[-1].email
    ]
    assert demo.password is not None
    assert all(member.staff.check_password(demo.password) for member in members)


def test_the_key_reads_editions_and_orders_and_nothing_else(
    demo: DemoAccess, client: Client
) -> None:
    bearer = {"Authorization": f"Bearer {demo.api_key}"}

    listed = client.get(f"/v1/orders?edition_id={demo.edition_id}&page_size=1", headers=bearer)
    assert listed.status_code == 200
    assert listed.json()["count"] == own(Order).filter(edition__slug="northlight-2026").count()
    found = client.get("/v1/editions", headers=bearer)
    assert found.json()["count"] == 3
