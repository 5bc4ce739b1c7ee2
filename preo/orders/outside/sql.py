"""Running the engine's statements: every value bound, every word from the models' choices."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from preo.orders.models import (
    CartStatus,
    OrderStatus,
    OrderType,
    PurchaseStatus,
    TransactionKind,
    TransactionStatus,
)
from preo.orders.outside.shapes import Outcome

WORDS: Mapping[str, Any] = {
    "created": Outcome.CREATED,
    "updated": Outcome.UPDATED,
    "unchanged": Outcome.UNCHANGED,
    "failed": Outcome.FAILED,
    "imported": OrderType.IMPORTED,
    "pending": OrderStatus.PENDING,
    "confirmed": OrderStatus.CONFIRMED,
    "completed": OrderStatus.COMPLETED,
    "order_cancelled": OrderStatus.CANCELLED,
    "ordered": CartStatus.ORDERED,
    "payment": TransactionKind.PAYMENT,
    "payment_completed": TransactionStatus.COMPLETED,
    "payment_cancelled": TransactionStatus.CANCELLED,
    "reserved": PurchaseStatus.RESERVED,
    "paid": PurchaseStatus.PAID,
    "cancelled": PurchaseStatus.CANCELLED,
    "partially_used": PurchaseStatus.PARTIALLY_USED,
    "used": PurchaseStatus.USED,
    "refunded": PurchaseStatus.REFUNDED,
    "no_options": "[]",
}
"""The choices by the names under which the statements bind them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the orders of a call belong, and when it is."""

    organization_id: uuid.UUID
    edition_id: uuid.UUID
    service: str
    now: datetime

    def values(self) -> dict[str, Any]:
        return {
            "organization": self.organization_id,
            "edition": self.edition_id,
            "service": self.service,
            "now": self.now,
            **WORDS,
        }


def run(statement: str, values: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows(statement: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
