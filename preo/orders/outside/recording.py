"""The activities that tell of orders from elsewhere, and of who came with them."""

from collections.abc import Iterable, Iterator

from preo.activity.service import Happening, record_many
from preo.core.access import Principal
from preo.orders.models import OrderStatus
from preo.orders.outside.reading import ReadOrder
from preo.orders.outside.shapes import Outcome, Recording, Taken, TakenOrder
from preo.orders.outside.sql import Place

UPDATED = {
    OrderStatus.COMPLETED: "order.completed",
    OrderStatus.CANCELLED: "order.cancelled",
}
"""What it is called when an order's status has become this."""


def record_taken(
    place: Place, read: Iterable[ReadOrder], done: Taken, *, how: Recording, by: Principal | None
) -> None:
    """Record what was changed, in the transaction that changed it."""
    if how is Recording.EACH_ORDER:
        record_many([*_of_customers(place, done), *_of_each(place, read, done)], by=by)
    elif how is Recording.WHOLE_CALL and done.created + done.updated:
        record_many([_of_all(place, done)], by=by)


def _of_customers(place: Place, done: Taken) -> Iterator[Happening]:
    for customer_id in done.customers_made:
        yield Happening("user.created", place.organization_id, customer_id, place.edition_id)


def _of_each(place: Place, read: Iterable[ReadOrder], done: Taken) -> Iterator[Happening]:
    for one, order in zip(read, done.orders, strict=True):
        if order.order_id and order.outcome in (Outcome.CREATED, Outcome.UPDATED):
            yield Happening(
                _word(one.given.status, order),
                place.organization_id,
                order.order_id,
                place.edition_id,
                order.changed,
            )


def _word(status: str, order: TakenOrder) -> str:
    if order.outcome is Outcome.CREATED:
        return "order.created"
    return (
        UPDATED.get(OrderStatus(status), "order.updated")
        if "status" in order.changed
        else "order.updated"
    )


def _of_all(place: Place, done: Taken) -> Happening:
    return Happening(
        "edition.orders_imported",
        place.organization_id,
        place.edition_id,
        place.edition_id,
        details={"service": place.service, "created": done.created, "updated": done.updated},
    )
