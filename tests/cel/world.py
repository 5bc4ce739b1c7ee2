"""Customers that are hard to get right: none, one and many orders, nulls, edges of time, odd texts.

Built from a fixed seed. The rival's rows are made as alike as can be, some of them even pointing
to our own customers: none of them may ever count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from preo.catalog.models import PassDesign, Product, Variant
from preo.catalog.tests.factories import (
    make_category,
    make_location,
    make_product,
    make_variant,
    make_vendor,
)
from preo.consents.models import Consent
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.languages import Language
from preo.customers.models import Customer, Pass, PassPlatform, PassStatus
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition, make_event
from preo.orders.models import Order, OrderStatus, OrderType, Purchase, PurchaseStatus
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.segments.models import Member, Segment
from tests.cel.words import NAMES

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TIMES = (
    NOW - timedelta(days=365),
    NOW - timedelta(days=365) - TICK,
    NOW - timedelta(days=30),
    NOW - timedelta(days=30) + TICK,
    NOW - TICK,
    datetime(2025, 12, 31, 23, 30, tzinfo=UTC),  # in Copenhagen already the next year
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # the hour that summer time begins with
    datetime(2025, 10, 26, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 2, 29, 22, 15, 30, 123_456, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
)
METADATA: tuple[dict[str, Any], ...] = (
    {},
    {"vip": True},
    {"vip": False, "points": 3},
    {"vip": "yes", "points": "3"},
    {"vip": None, "points": 3.5},
    {"points": 9007199254740993, "tags": []},
    {"points": -1, "tags": ["a", "b", "a"]},
    {"points": 0, "tags": ["a", None, 1, True]},
    {"tags": "a", "address": {"city": "Århus", "zip": 8000}},
    {"address": None},
    {"address": {"city": None}},
    {"it's": "%", 'a"b': "_", "points": [1]},
    {"tags": {"a": 1}, "since": "2026-01-01"},
    {"points": 10**30, "tags": [0.1, 1e100]},
    {"points": -1e100, "vip": 0},
    {"points": 0.1, "tags": [[], {}]},
    {"points": -(10**15), "tags": [2**63 + 2**12]},
)
AMOUNTS = (0, 1, 999, 1999, 2000, 5000, 10_000, 29_999, 30_000, 30_001, 123_456_789)
MOST_ORDERS = 7


@dataclass(frozen=True)
class World:
    """What stands in the database, as far as conditions can name it."""

    organization: Organization
    rival: Organization
    editions: Sequence[Edition]
    products: Sequence[Product]
    consents: Sequence[Consent]
    segments: Sequence[Segment]
    customers: Sequence[Customer]


def make_world(size: int = 80, seed: int = 20260701) -> World:
    """Customers of two organizations; `size` are ours."""
    random = Random(seed)  # noqa: S311 - no secret
    ours = make_organization(name="Northlight", slug="northlight", currency="eur")
    rival = make_organization(name="Rival", slug="rival", currency="eur")
    world = _make_side(random, ours, rival, size)
    other = _make_side(random, rival, ours, 8)
    _make_strays(random, world, other)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def _make_side(random: Random, owner: Organization, rival: Organization, size: int) -> World:
    event = make_event(organization=owner)
    editions = [
        make_edition(event=event, name="2026", slug="northlight-2026", currency="eur"),
        make_edition(event=event, name="2025", slug="northlight-2025", currency="eur"),
        make_edition(event=event, name="North", slug="north", currency="dkk", timezone="UTC"),
    ]
    products = [product for edition in editions for product in _make_products(edition)]
    consents = [
        make_consent(organization=owner, title="News"),
        make_consent(organization=owner, title="Terms", type="terms"),
        make_consent(edition=editions[0], title="Offers"),
    ]
    segments = [
        Segment.objects.create(organization=owner, name=name, condition="true", status="completed")
        for name in ("Loyal", "Lapsed")
    ]
    customers = Customer.objects.bulk_create(
        _customer(random, owner, number) for number in range(size)
    )
    world = World(owner, rival, editions, products, consents, segments, customers)
    for number, customer in enumerate(customers):
        orders = (0, 1, 2, 1, 3, 0, MOST_ORDERS)[number % 7]
        _make_orders(random, world, customer, orders)
        _make_answers(random, world, customer)
    Member.objects.bulk_create(
        Member(segment=segment, customer=customer)
        for segment in segments
        for customer in customers
        if random.random() < 0.3
    )
    _make_passes(random, world)
    _make_gone(world)
    return world


def _make_gone(world: World) -> None:
    """People of whom only an empty row is left."""
    kinds: tuple[dict[str, Any], ...] = (
        {"erased_at": TIMES[0]},
        {"merged_into": world.customers[0]},
    )
    for gone in kinds:
        Customer.objects.create(organization=world.organization, date_joined=TIMES[0], **gone)


def _make_products(edition: Edition) -> list[Product]:
    vendor = make_vendor(organization=edition.organization, name="Grill", code=None)
    place = make_location(edition=edition)
    categories = [make_category(edition=edition, position=n) for n in range(2)]
    products = [
        make_product(edition=edition, name="Day ticket", type="ticket", location=place),
        make_product(edition=edition, name="Beer", type="drink", vendor=vendor, price=4000),
        make_product(edition=edition, name="Shirt", type="merchandise", price=19_99),
    ]
    products[0].categories.set(categories)
    products[1].categories.set(categories[:1])
    make_variant(product=products[2], name="Large")
    return products


def _customer(random: Random, owner: Organization, number: int) -> Customer:
    return Customer(
        organization=owner,
        email=random.choice([None, f"a{number}@example.org", f"a%{number}@exämple.org"]),
        phone_number=random.choice([None, "+4512345678", "12", "+460000000"]),
        first_name=NAMES[number % len(NAMES)],
        last_name=random.choice(NAMES),
        language=random.choice(Language.values),
        date_joined=random.choice(TIMES),
        last_seen=random.choice([None, *TIMES]),
        metadata=METADATA[number % len(METADATA)],
    )


def _make_orders(random: Random, world: World, customer: Customer, count: int) -> None:
    for _ in range(count):
        edition = random.choice(world.editions)
        order = _order(random, edition, customer)
        order.save()
        products = [product for product in world.products if product.edition_id == edition.pk]
        lines = random.choice([0, 1, 1, 2, 3])
        Purchase.objects.bulk_create(
            _purchase(random, order, random.choice(products), position) for position in range(lines)
        )


def _order(random: Random, edition: Edition, customer: Customer, **values: Any) -> Order:
    status = random.choice([OrderStatus.COMPLETED, OrderStatus.COMPLETED, *OrderStatus])
    amount = random.choice(AMOUNTS)
    paid = amount if status == OrderStatus.COMPLETED else random.choice([0, amount])
    common = {
        "organization_id": edition.organization_id,
        "edition": edition,
        "customer": customer,
        "currency": random.choice([edition.currency, edition.currency, "dkk", "eur"]),
        "order_number": random.choice([None, "N1", "n1", f"N{random.randrange(99)}"]),
        "coupon_code": random.choice([None, None, "", "SUMMER%", "summer_"]),
        "created": random.choice(TIMES),
    }
    return Order(
        **(common | values),
        type=random.choice(OrderType.values),
        status=status,
        subtotal=amount,
        amount=amount,
        paid=paid,
        refunded=random.choice([0, 0, paid, paid // 2]),
        items_count=random.choice([0, 1, 2, 9]),
    )


def _purchase(random: Random, order: Order, product: Product, position: int) -> Purchase:
    variant = Variant.objects.filter(product=product).first() if random.random() < 0.5 else None
    return Purchase(
        organization_id=order.organization_id,
        edition_id=order.edition_id,
        order=order,
        customer_id=order.customer_id,
        product=product,
        variant=variant,
        location=random.choice([None, product.location]),
        position=position,
        status=random.choice(PurchaseStatus.values),
        quantity=random.choice([1, 1, 2, 10]),
        currency=order.currency,
        price_paid=random.choice(AMOUNTS),
        deposit_paid=random.choice([0, 500]),
        created=random.choice([order.created, *TIMES]),
    )


def _make_answers(random: Random, world: World, customer: Customer) -> None:
    for consent in world.consents:
        for _ in range(random.choice([0, 0, 1, 2])):
            make_answer(
                customer=customer,
                consent=consent,
                accepted=random.random() < 0.5,
                answered=random.choice(TIMES),
            )


def _make_passes(random: Random, world: World) -> None:
    design = PassDesign.objects.create(
        organization=world.organization, edition=world.editions[0], name="Pass"
    )
    Pass.objects.bulk_create(
        Pass(
            organization=world.organization,
            edition=edition,
            customer=customer,
            design=design,
            platform=PassPlatform.APPLE,
            status=random.choice(PassStatus.values),
        )
        for edition in world.editions[:2]
        for customer in world.customers
        if random.random() < 0.3
    )


def _make_strays(random: Random, world: World, other: World) -> None:
    """Rows of the rival that point to our customers, and ours that point to the rival's."""
    for here, there in ((world, other), (other, world)):
        for customer in here.customers[:6]:
            edition = random.choice(there.editions)
            order = _order(random, edition, customer, created=NOW - TICK)
            order.save()
            _purchase(random, order, there.products[0], 0).save()
