"""What orders have to say when an edition is changed."""

from collections.abc import Mapping
from typing import Any

from preo.core.errors import ConflictError, FieldError
from preo.editions.models import Edition
from preo.orders.models import Order


class CurrencyFixedError(ConflictError):
    """Orders keep the currency in which they were placed, so an edition that has orders keeps its."""

    code = "currency_fixed"
    title = "The currency cannot change any more: there are orders in it."


def refuse(edition: Edition, changes: Mapping[str, Any]) -> None:
    """Raises CurrencyFixedError for another currency once there are orders.

    The edition's row is locked by the caller, and an order cannot be written without sharing
    that row: none can slip in between.
    """
    if "currency" not in changes:
        return
    mine = Order.objects.filter(organization_id=edition.organization_id, edition=edition)
    if mine.exists():
        raise CurrencyFixedError(
            errors=[FieldError("/currency", "currency_fixed", CurrencyFixedError.title)],
            extra={"currency": edition.currency},
        )
