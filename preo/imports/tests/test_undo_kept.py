"""What was touched since an import stays as it is when the import is undone, each with its reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from preo.activity.service import record
from preo.catalog.models import Category, Product
from preo.catalog.tests.factories import make_product, make_variant
from preo.consents.models import Consent, ConsentAnswer
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.access import Principal
from preo.core.ids import uuid7
from preo.customers.models import Customer, ExternalId
from preo.customers.tests.factories import make_customer, make_external_id
from preo.imports.models import ImportedOrder, ProductMapping
from preo.imports.service.undo import look_at_undo
from preo.imports.tests.runs import make_ready, run_all
from preo.imports.tests.test_import_consents import make as make_with_consent
from preo.imports.tests.undone import bring, kept, row, some, tables, undo
from preo.orders.models import Order, Purchase, Transaction
from preo.orders.tests.factories import make_order
from preo.orders.tests.outside import assert_sound

pytestmark = pytest.mark.django_db


def of(order: str) -> Order:
    return Order.objects.get(external_id=order)


def add_refund(order: Order) -> None:
    payment = order.completed_transaction
    Transaction.objects.create(
        organization_id=order.organization_id, order=order, payment=payment, kind="refund",
        type="online", status="pending", service="shop", amount=-1, currency=order.currency,
    )  # fmt: skip


def send_by_key(order: Order) -> None:
    """As another system's call does."""
    Order.objects.filter(pk=order.pk).update(coupon_code="NEW")
    record(
        type="order.updated", organization_id=order.organization_id, edition_id=order.edition_id,
        object_id=order.pk, changed=["coupon_code"], by=Principal("api_key", uuid7(), ()),
    )  # fmt: skip


TOUCHED: list[tuple[str, Callable[[Order], Any]]] = [
    ("used", lambda order: Purchase.objects.filter(order=order).update(available_uses=0)),
    ("used", lambda order: Purchase.objects.filter(order=order).update(status="used")),
    ("refunded", lambda order: Purchase.objects.filter(order=order).update(refunded=1)),
    ("refunded", lambda order: Purchase.objects.filter(order=order).update(status="refunded")),
    ("refunded", lambda order: Order.objects.filter(pk=order.pk).update(refunded=1)),
    ("refunded", add_refund),
    ("edited", lambda order: Order.objects.filter(pk=order.pk).update(coupon_code="GIFT")),
    ("edited", lambda order: Purchase.objects.filter(order=order).update(status="ready")),
    ("edited", lambda order: Transaction.objects.filter(order=order).update(message="late")),
    ("edited", lambda order: order.cart.items.update(options=[{"name": "Large"}])),
    ("edited", lambda order: type(order.cart).objects.filter(order=order).update(status="created")),
    ("changed_by_system", send_by_key),
]
"""What happens to an order, and how its staying is explained."""


def test_touched_orders_stay_and_say_why(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    clean = tables()
    data_import = bring(cast, *(row(f"A-{number}") for number in range(len(TOUCHED))), row("B-1"))
    for number, (_, touch) in enumerate(TOUCHED):
        touch(of(f"A-{number}"))
    before = tables()
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    data_import = undo(data_import, orders=5)
    after = tables()
    assert some(ahead.counts) == {
        "orders_removed": 1, "orders_kept": len(TOUCHED),
        "users_removed": 1, "users_kept": len(TOUCHED),
    }  # fmt: skip
    assert ahead.counts == data_import.undo_counts
    expected = {
        ("order", of(f"A-{number}").pk, reason) for number, (reason, _) in enumerate(TOUCHED)
    } | {("user", of(f"A-{number}").customer_id, "has_orders") for number in range(len(TOUCHED))}
    assert kept(data_import) == expected == set(ahead.kept)
    assert not Order.objects.filter(external_id="B-1").exists()
    for table, rows in before.items():
        assert [one for one in rows if one in after[table]] == after[table], table
    assert ImportedOrder.objects.count() == len(TOUCHED)
    assert clean["catalog_product"] == after["catalog_product"]


def test_changed_orders_that_were_touched_stay_as_they_are(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    bring(cast, *(row(f"A-{number}") for number in range(len(TOUCHED))), row("B-1"))
    [restored] = [one for one in tables()["orders_order"] if one["external_id"] == "B-1"]
    data_import = bring(
        cast,
        *(row(f"A-{number}", price="50") for number in range(len(TOUCHED))),
        row("B-1", price="50"),
    )
    for number, (_, touch) in enumerate(TOUCHED):
        touch(of(f"A-{number}"))
    before = tables()
    undo(data_import)
    after = tables()
    assert {(key, reason) for _, key, reason in kept(data_import)} == {
        (of(f"A-{number}").pk, reason) for number, (reason, _) in enumerate(TOUCHED)
    }
    [whole] = [one for one in after["orders_order"] if one["external_id"] == "B-1"]
    assert whole == restored
    assert [one for one in after["orders_order"] if one != whole] == [
        one for one in before["orders_order"] if one["external_id"] != "B-1"
    ]
    assert after["orders_transaction"] != before["orders_transaction"]


def test_what_a_later_import_changed_stays(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    first = bring(cast, row("A-1"), row("A-2"))
    bring(cast, row("A-1", price="50"), row("A-2"))
    undo(first)
    assert kept(first) == {
        ("order", of("A-1").pk, "changed_by_import"),
        ("user", of("A-1").customer_id, "has_orders"),
    }
    assert Order.objects.count() == 1


def test_an_order_is_not_restored_to_what_is_gone(cast: Cast) -> None:
    for name in ("Day ticket", "Mug", "Tent"):
        make_product(edition=cast.edition, name=name)
    bring(cast, row("A-1", "Mug"), row("A-2", email="old@example.com"), row("A-3", "Tent"))
    data_import = bring(
        cast, row("A-1"), row("A-2", email="new@example.com"), row("A-3"), row("A-4")
    )
    Product.objects.filter(name="Mug").delete()
    Customer.objects.filter(email="old@example.com").update(
        email=None, first_name="", last_name="", phone_number=None, metadata={},
        erased_at=timezone.now(),
    )  # fmt: skip
    undo(data_import)
    assert {one for one in kept(data_import) if one[0] == "order"} == {
        ("order", of("A-1").pk, "gone"),
        ("order", of("A-2").pk, "gone"),
    }
    assert of("A-2").customer.email == "new@example.com"
    assert of("A-1").purchases.get().product.name == "Day ticket"
    assert of("A-3").purchases.get().product.name == "Tent"
    assert_sound()


def test_users_who_were_touched_stay_and_say_why(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    consent = make_consent(organization=cast.northlight)
    names = ("edited", "known", "answered", "buys", "merged", "nobody")
    data_import = bring(cast, *(row(name, email=f"{name}@example.com") for name in names))
    by = {name: Customer.objects.get(email=f"{name}@example.com") for name in names}
    Customer.objects.filter(pk=by["edited"].pk).update(last_name="Lund")
    make_external_id(customer=by["known"], service="box office")
    make_answer(customer=by["answered"], consent=consent)
    make_order(edition=cast.edition, customer=by["buys"])
    other = make_customer(organization=cast.northlight)
    Customer.objects.filter(pk=other.pk).update(
        email=None, first_name="", last_name="", phone_number=None, merged_into=by["merged"]
    )
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    data_import = undo(data_import)
    assert (
        kept(data_import)
        == set(ahead.kept)
        == {
            ("user", by["edited"].pk, "edited"),
            ("user", by["known"].pk, "in_use"),
            ("user", by["answered"].pk, "has_answers"),
            ("user", by["buys"].pk, "has_orders"),
            ("user", by["merged"].pk, "in_use"),
        }
    )
    assert ahead.counts == data_import.undo_counts
    assert not Customer.objects.filter(pk=by["nobody"].pk).exists()


def test_what_was_filled_in_goes_where_it_still_says_the_same(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    known = make_customer(organization=cast.northlight, email="a@example.com", first_name="",
        last_name="")  # fmt: skip
    data_import = bring(
        cast, row("A-1", email="a@example.com", phone="+4512345678", customer="C-1")
    )
    Customer.objects.filter(pk=known.pk).update(phone_number="+4587654321")
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    undo(data_import)
    known.refresh_from_db()
    assert (known.phone_number, known.full_name) == ("+4587654321", "")
    assert kept(data_import) == set(ahead.kept) == {("user", known.pk, "edited")}
    assert not ExternalId.objects.exists()


def test_drafts_and_categories_that_are_used_stay_and_say_why(cast: Cast) -> None:
    names = ("published", "edited", "sold", "sized", "mapped", "nobody's")
    data_import = bring(cast, *(row(name, name, category=f"Of {name}") for name in names))
    by = {name: Product.objects.get(name=name) for name in names}
    Product.objects.filter(pk=by["published"].pk).update(is_draft=False)
    Product.objects.filter(pk=by["edited"].pk).update(price=1)
    bring(cast, row("B-1", "sold"))
    make_variant(product=by["sized"])
    waits = make_ready(cast, "Order ID;E-mail;Product;Unit price", "C-1;c@example.com;mapped;1")
    assert waits.stage == "needs_product_mapping"
    ProductMapping.objects.filter(data_import=waits).update(product=by["mapped"])
    named = Category.objects.get(name__en="Of nobody's")
    Category.objects.filter(pk=named.pk).update(position=9)
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    data_import = undo(data_import)
    expected = {
        ("product", by["published"].pk, "published"),
        ("product", by["edited"].pk, "edited"),
        ("product", by["sold"].pk, "has_orders"),
        ("product", by["sized"].pk, "in_use"),
        ("product", by["mapped"].pk, "in_use"),
        ("category", named.pk, "edited"),
    } | {
        ("category", Category.objects.get(name__en=f"Of {name}").pk, "in_use")
        for name in names
        if name != "nobody's"
    }
    assert kept(data_import) == set(ahead.kept) == expected
    assert ahead.counts == data_import.undo_counts
    assert set(Product.objects.values_list("name", flat=True)) == set(names) - {"nobody's"}


def answers(consent: Consent) -> list[tuple[str | None, bool]]:
    found = ConsentAnswer.objects.filter(consent=consent).order_by("customer__email", "answered")
    return list(found.values_list("customer__email", "accepted"))


def test_a_yes_of_the_file_is_outweighed_by_a_no_and_all_else_stays(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    consent = make_consent(organization=cast.northlight)
    agreed = make_customer(organization=cast.northlight, email="agreed@example.com")
    make_answer(customer=agreed, consent=consent, answered=datetime(2025, 1, 1, tzinfo=UTC))
    rows = [
        f"{email};{email}@example.com;Day ticket;45;{said};2026-01-05T10:00:00Z"
        for email, said in (("a", "yes"), ("agreed", "yes"), ("no", "no"), ("since", "yes"))
    ]
    data_import = run_all(make_with_consent(cast, consent, *rows))
    since = Customer.objects.get(email="since@example.com")
    make_answer(customer=since, consent=consent, answered=datetime(2026, 2, 1, tzinfo=UTC))
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    undo(data_import)
    assert answers(consent) == [
        ("a@example.com", True), ("a@example.com", False),
        ("agreed@example.com", True), ("agreed@example.com", True),
        ("no@example.com", False),
        ("since@example.com", True), ("since@example.com", True),
    ]  # fmt: skip
    assert {(kind, reason) for kind, _, reason in kept(data_import) if kind == "consent"} == {
        ("consent", "withdrawn"), ("consent", "answer_no")
    }  # fmt: skip
    assert set(ahead.kept) == kept(data_import)
    again = run_all(make_with_consent(cast, consent, *rows))
    assert again.orders_created == 4
    assert len(answers(consent)) == 7
