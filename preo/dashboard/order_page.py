"""What an order's page shows beside the order itself: sums, ids, who the buyer is now, history."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from preo.accounts.models import ApiKey, StaffUser
from preo.activity.models import Activity, ActorKind
from preo.core import money
from preo.dashboard.metadata import shown_metadata
from preo.orders.models import (
    CartItem,
    Order,
    Purchase,
    Transaction,
    TransactionKind,
    TransactionStatus,
)
from preo.orders.summary import SummaryLine, summary_lines

MOST_ACTIVITIES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history."""

    at: dt.datetime
    title: str
    detail: str = ""
    actor: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the basket with the price of all its pieces."""

    item: CartItem

    @property
    def total(self) -> int:
        """Minor units; the totals of all lines are the subtotal, so deposits and fees are not in it."""
        return self.item.price_with_options * self.item.quantity


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase with what was paid for it."""

    purchase: Purchase

    @property
    def paid(self) -> int:
        bought = self.purchase
        return bought.price_paid + bought.deposit_paid + bought.handling_fee_paid


class OrderPage:
    """Reads nothing again that came with the order; history and names cost three queries."""

    def __init__(self, order: Order) -> None:
        """The order comes from `order_asked`, with all its parts."""
        self.order = order
        self.zone = order.edition.timezone
        self.summary: list[SummaryLine] = summary_lines(order)
        self.transactions: list[Transaction] = list(order.transactions.all())
        self.purchases = [Bought(purchase) for purchase in order.purchases.all()]
        self.refundable = order.paid - order.refunded

    @cached_property
    def lines(self) -> list[Line]:
        """The basket's lines; none where the basket is not known."""
        cart = getattr(self.order, "cart", None)
        return [Line(item) for item in cart.items.all()] if cart else []

    @property
    def present(self) -> list[str]:
        """How the buyer is known now, as far as that differs from when the order was placed."""
        order, customer = self.order, self.order.customer
        pairs = [
            (order.customer_name, customer.full_name),
            (order.customer_email, customer.email),
            (order.customer_phone, customer.phone_number),
        ]
        return [now for then, now in pairs if now and now != then]

    @property
    def ids(self) -> list[tuple[str, str]]:
        order = self.order
        found = [
            ("Order id", order.api_id),
            ("Edition id", order.edition.api_id),
            ("Customer id", order.customer.api_id),
        ]
        return [*found, ("Outside id", order.external_id)] if order.external_id else found

    @property
    def metadata(self) -> list[tuple[str, str]]:
        return shown_metadata(self.order.metadata)

    @cached_property
    def history(self) -> list[Entry]:
        """What happened, the latest first."""
        order = self.order
        activities = list(
            Activity.objects.filter(
                organization_id=order.organization_id, object_id=order.pk
            ).order_by("-created")[:MOST_ACTIVITIES]
        )
        actors = _actor_names(activities)
        told = {str(transaction.pk): transaction for transaction in self.transactions}
        by = {
            activity.details["transaction"]: actors.get(activity.actor_id, "")
            for activity in activities
            if activity.details.get("transaction") in told
        }
        entries = [
            *(
                _happening(activity, actors)
                for activity in activities
                if activity.details.get("transaction") not in told
                and not _is_placing(activity, order)
            ),
            *(_movement(transaction, by.get(key, "")) for key, transaction in told.items()),
            Entry(order.created, "Order placed", detail=str(order.get_type_display()).lower()),
        ]
        # Stable: of two at one moment, the one that came about later stays above.
        entries.sort(key=lambda entry: entry.at, reverse=True)
        return entries


def _is_placing(activity: Activity, order: Order) -> bool:
    """Whether it tells what the order's own time tells; one from elsewhere comes to us later."""
    later = activity.created - order.created
    return activity.type == "order.created" and later < dt.timedelta(minutes=1)


def _movement(transaction: Transaction, actor: str) -> Entry:
    amount = money.formatted(abs(transaction.amount), transaction.currency)
    done = transaction.status == TransactionStatus.COMPLETED
    back = transaction.kind == TransactionKind.REFUND
    word = {
        TransactionStatus.COMPLETED: "",
        TransactionStatus.FAILED: " refused",
        TransactionStatus.PENDING: " begun",
        TransactionStatus.CANCELLED: " cancelled",
    }[TransactionStatus(transaction.status)]
    tones = {TransactionStatus.COMPLETED: "back" if back else "good", "failed": "bad"}
    title = f"{amount} {'refunded' if back else 'paid'}"
    if not done:
        title = f"{transaction.get_kind_display()} of {amount}{word}"
    detail = ", ".join(part for part in (transaction.service, transaction.message) if part)
    tone = tones.get(transaction.status, "plain")
    return Entry(transaction.created, title, detail=detail, actor=actor, tone=tone)


def _happening(activity: Activity, actors: dict[Any, str]) -> Entry:
    changed = ", ".join(name.replace("_", " ") for name in activity.changed)
    return Entry(
        activity.created,
        activity.type.replace(".", " ").replace("_", " ").capitalize(),
        detail=f"changed {changed}" if changed else "",
        actor=actors.get(activity.actor_id, ""),
    )


def _actor_names(activities: Iterable[Activity]) -> dict[Any, str]:
    """Names of staff and of API keys by their ids."""

    def of(kind: ActorKind) -> set[uuid.UUID]:
        return {a.actor_id for a in activities if a.actor_kind == kind and a.actor_id}

    names: dict[Any, str] = {}
    staff, keys = of(ActorKind.STAFF), of(ActorKind.API_KEY)
    if staff:
        names |= dict(StaffUser.objects.filter(pk__in=staff).values_list("id", "full_name"))
    if keys:
        found = ApiKey.objects.filter(pk__in=keys).values_list("id", "name")
        names |= {key: f"the API key {name}" for key, name in found}
    return names
