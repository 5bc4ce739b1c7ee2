"""What is known of each customer, read row by row in Python: what conditions speak of.

Written from the design's vocabulary, without a look at the schema's columns or at SQL of ours, so
that a wrong column, join or narrowing shows as a difference.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from preo.catalog.models import Product
from preo.consents.models import ConsentAnswer
from preo.core.ids import encode_id
from preo.customers.models import Customer, Pass, PassStatus
from preo.editions.models import Edition
from preo.orders.models import Order, OrderStatus, Purchase
from preo.organizations.models import Organization
from preo.segments.models import Member
from tests.cel.reference.evaluate import Scope
from tests.cel.reference.values import MAX_INT, MIN_INT, Row

COUNTED = (OrderStatus.CONFIRMED, OrderStatus.COMPLETED)


@dataclass(frozen=True)
class Facts:
    """One customer: the names of a condition, and the functions that depend on the customer."""

    key: UUID
    names: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]

    @property
    def scope(self) -> Scope:
        return Scope(self.names, self.functions)


def read_facts(organization: Organization, edition: Edition | None, now: datetime) -> list[Facts]:
    """Of all customers of an organization; with an edition only what happened there counts."""
    narrow = {"organization": organization} | ({"edition": edition} if edition else {})
    orders = _by_customer(Order.objects.filter(**narrow).select_related("edition"))
    purchases = _by_customer(
        Purchase.objects.filter(**narrow).select_related("edition", "product", "order")
    )
    categories = _categories(organization)
    answers = _latest_answers(organization)
    passes = {
        found.customer_id for found in Pass.objects.filter(**narrow, status=PassStatus.ACTIVE)
    }
    members = defaultdict(list)
    for member in Member.objects.filter(segment__organization=organization):
        members[member.customer_id].append(encode_id("seg", member.segment_id))
    home = (edition or organization).currency
    return [
        _facts(
            customer,
            orders[customer.pk],
            home=home,
            now=now,
            has_pass=customer.pk in passes,
            purchases=[_purchase(found, categories) for found in purchases[customer.pk]],
            consents=answers[customer.pk],
            segments=members[customer.pk],
        )
        for customer in Customer.objects.present().filter(organization=organization)
    ]


def _by_customer(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return found


def _categories(organization: Organization) -> dict[UUID, list[str]]:
    products = Product.objects.filter(organization=organization).prefetch_related("categories")
    return {
        product.pk: [category.api_id for category in product.categories.all()]
        for product in products
    }


def _latest_answers(organization: Organization) -> dict[UUID, list[Row]]:
    latest: dict[tuple[UUID, UUID], ConsentAnswer] = {}
    for answer in (
        ConsentAnswer.objects.filter(organization=organization)
        .select_related("consent")
        .order_by("answered", "id")
    ):
        latest[answer.customer_id, answer.consent_id] = answer
    found: dict[UUID, list[Row]] = defaultdict(list)
    for answer in latest.values():
        found[answer.customer_id].append(
            Row(
                id=answer.consent.api_id,
                type=answer.consent.type,
                accepted=answer.accepted,
                answered=answer.answered,
            )
        )
    return found


def _money(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _spent(orders: Iterable[Order], currency: str) -> Decimal:
    return _money(
        sum(
            order.amount - order.refunded
            for order in orders
            if order.status in COUNTED and order.currency == currency
        )
    )


def _facts(
    customer: Customer,
    orders: list[Order],
    *,
    home: str,
    now: datetime,
    has_pass: bool,
    **lists: list[Any],
) -> Facts:
    placed = [order.created for order in orders if order.status in COUNTED]
    user = Row(
        id=customer.api_id,
        email=customer.email,
        phone_number=customer.phone_number,
        first_name=customer.first_name,
        last_name=customer.last_name,
        full_name=" ".join((customer.first_name, customer.last_name)).strip(" "),
        language=customer.language,
        date_joined=customer.date_joined,
        last_seen=customer.last_seen,
        metadata=_free(customer.metadata),
        has_email=customer.email is not None,
        has_phone=customer.phone_number is not None,
        has_pass=has_pass,
        orders_count=len(placed),
        total_spent=_spent(orders, home),
        first_order=min(placed, default=None),
        last_order=max(placed, default=None),
    )
    names = {"user": user, "orders": list(map(_order, orders)), "now": now, **lists}
    return Facts(customer.pk, names, {"spent": lambda currency: _spent(orders, currency)})


def _free(value: Any) -> Any:
    """Free data as CEL sees it: a whole number beyond 64 bits is a double."""
    if isinstance(value, dict):
        return {key: _free(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_free(part) for part in value]
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole and not MIN_INT <= value <= MAX_INT else value


def _order(order: Order) -> Row:
    return Row(
        id=order.api_id,
        number=order.order_number,
        edition=order.edition.slug,
        type=order.type,
        status=order.status,
        amount=_money(order.amount),
        currency=order.currency,
        created=order.created,
        items_count=order.items_count,
        coupon=order.coupon_code,
    )


def _purchase(purchase: Purchase, categories: Mapping[UUID, list[str]]) -> Row:
    product = purchase.product
    return Row(
        id=purchase.api_id,
        order=purchase.order.api_id,
        edition=purchase.edition.slug,
        product=product.api_id,
        variant=_id("var", purchase.variant_id),
        categories=categories.get(product.pk, []),
        vendor=_id("vnd", product.vendor_id),
        location=_id("loc", purchase.location_id),
        product_type=product.type,
        status=purchase.status,
        quantity=purchase.quantity,
        price=_money(purchase.price_paid),
        deposit=_money(purchase.deposit_paid),
        created=purchase.created,
    )


def _id(prefix: str, key: UUID | None) -> str | None:
    return None if key is None else encode_id(prefix, key)
