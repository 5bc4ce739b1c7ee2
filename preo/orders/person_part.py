"""What orders say of a person: what was bought, paid, refunded. The money stays, the buyer goes."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from preo.core import money
from preo.core.access import Principal, Role
from preo.customers.exporting import export_row
from preo.customers.person import (
    Fate,
    Merging,
    Person,
    PersonPart,
    TimelineEntry,
    TimelineSource,
)
from preo.orders import queries
from preo.orders.models import Order, Purchase, Transaction, TransactionKind

_ACCOUNTS = "Bookkeeping law asks for what was sold and paid; it stays without the buyer."
_NOT_TOLD = ("source_digest", "buyer_digest", "customer")


def addresses(ids: Sequence[uuid.UUID]) -> Iterable[tuple[str | None, str | None]]:
    orders = Order.objects.filter(customer__in=ids).order_by()
    return orders.values_list("customer_email", "customer_phone").distinct()


def timeline(person: Person, by: Principal) -> Iterable[TimelineSource]:
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    orders = _orders(person).filter(seen)
    refunds = Transaction.objects.filter(
        order__in=orders.order_by().values("pk"), kind=TransactionKind.REFUND
    )
    return [
        TimelineSource("order", orders, "created", _tell_orders),
        TimelineSource("refund", refunds, "created", _tell_refunds),
    ]


def _tell_orders(rows: QuerySet[Any]) -> Iterator[tuple[uuid.UUID, TimelineEntry]]:
    for order in rows.select_related("edition"):
        amount = money.formatted(order.amount, order.currency)
        title = f"Order {order.order_number or order.api_id}: {amount}, {order.status}"
        details = {
            "order_number": order.order_number,
            "edition_id": order.edition.api_id,
            "edition": order.edition.full_name,
            "status": order.status,
            "amount": money.to_json(order.amount),
            "currency": order.currency,
        }
        yield order.pk, TimelineEntry(order.created, "order", order.api_id, title, details)


def _tell_refunds(rows: QuerySet[Any]) -> Iterator[tuple[uuid.UUID, TimelineEntry]]:
    for refund in rows.select_related("order"):
        amount = money.formatted(-refund.amount, refund.currency)
        title = f"Refund of {amount} for order {refund.order.order_number or refund.order.api_id}"
        details = {
            "order_id": refund.order.api_id,
            "status": refund.status,
            "amount": money.to_json(-refund.amount),
            "currency": refund.currency,
        }
        yield refund.pk, TimelineEntry(refund.created, "refund", refund.api_id, title, details)


def export(person: Person) -> Mapping[str, Any]:
    orders = queries.whole_orders(_orders(person)).order_by("created", "id")
    return {"orders": [_exported(order) for order in orders]}


def _exported(order: Order) -> dict[str, Any]:
    return {
        **export_row(order, *_NOT_TOLD),
        "edition": order.edition.full_name,
        "cart": _cart(order),
        "transactions": [export_row(one, "order") for one in order.transactions.all()],
        "purchases": [
            {**export_row(one, "order", "customer", "options"), "product": one.product.name}
            for one in order.purchases.all()
        ],
    }


def _cart(order: Order) -> dict[str, Any] | None:
    cart = getattr(order, "cart", None)
    if cart is None:
        return None
    items = [
        {
            **export_row(item, "cart", "options"),
            "product": item.product.name,
            "options": [option["name"] for option in item.options],
        }
        for item in cart.items.all()
    ]
    return {**export_row(cart, "order"), "items": items}


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:  # noqa: ARG001 - a part's signature
    orders = _orders(person)
    emptied = orders.update(
        customer_name="", customer_email=None, customer_phone=None, metadata={}, buyer_digest=None
    )
    yield Fate("buyer and metadata of orders", emptied, "Emptied.")
    keys = list(orders.values_list("pk", flat=True))
    payments = Transaction.objects.filter(order__in=keys)
    told = payments.exclude(message="").update(message="")
    yield Fate("messages of payment providers", told, "Emptied.")
    if person.addresses:
        yield Fate("numbers and codes that hold an address", _replace(person, keys), "Replaced.")
        yield Fate("orders of others with an address", _forget_mentions(person), "Emptied.")
    yield Fate("orders, payments and purchases", _count_kept(keys), _ACCOUNTS, stays=True)


def merge(merging: Merging) -> Iterator[Fate]:
    kept, merged = merging.kept, merging.merged
    mine = {"organization": merged.organization_id, "customer": merged}
    orders = Order.objects.filter(**mine).update(customer=kept)
    yield Fate("orders", orders, "Moved, with the buyer as it was told then.")
    purchases = Purchase.objects.filter(**mine).update(customer=kept)
    yield Fate("purchases", purchases, "Moved.")


def _replace(person: Person, keys: Sequence[uuid.UUID]) -> int:
    """Take addresses out of what identifies orders, lines and payments.

    An order that is known elsewhere by an address is known by another id from now on: when that
    system tells of it again, it is a new order.
    """
    own = Q(order__in=keys)
    orders = Order.objects.filter(pk__in=keys)
    other_id = Concat(Value("erased-"), Cast(F("id"), TextField()))
    return (
        orders.filter(_holds(person, "external_id")).update(external_id=other_id)
        + orders.filter(_holds(person, "order_number")).update(order_number=None)
        + orders.filter(_holds(person, "coupon_code")).update(coupon_code=None)
        + Purchase.objects.filter(own, _holds(person, "external_line_id")).update(
            external_line_id=None
        )
        + Transaction.objects.filter(own, _holds(person, "external_id")).update(external_id=None)
    )


def _forget_mentions(person: Person) -> int:
    """Orders of other customers that were placed with an address of this person."""
    orders = Order.objects.filter(organization=person.organization_id)
    mails = sum(
        queries.orders_with_text(orders, email)
        .filter(customer_email__iexact=email)
        .update(customer_email=None)
        for email in person.emails
    )
    phones = sum(
        queries.orders_with_text(orders, phone)
        .filter(customer_phone=phone)
        .update(customer_phone=None)
        for phone in person.phones
    )
    return mails + phones


def _count_kept(keys: Sequence[uuid.UUID]) -> int:
    own = Q(order__in=keys)
    payments, purchases = Transaction.objects.filter(own), Purchase.objects.filter(own)
    return len(keys) + payments.count() + purchases.count()


def _holds(person: Person, column: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": one}) for one in person.addresses))


def _orders(person: Person) -> QuerySet[Order]:
    return Order.objects.filter(organization=person.organization_id, customer__in=person.ids)


PART = PersonPart(addresses=addresses, timeline=timeline, export=export, erase=erase, merge=merge)
