"""The one way in for orders from elsewhere. It has two doors: for orders in memory, and for rows."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, UniqueViolation

from preo.catalog.outside.shapes import ProductMapping, Shelf
from preo.catalog.outside.tables import stage_products
from preo.core.access import Principal
from preo.core.foreign_keys import check_foreign_keys
from preo.customers.locks import share_people
from preo.customers.outside.making import EMAIL_ONCE
from preo.customers.outside.shapes import Book
from preo.editions.models import Edition
from preo.orders.outside import tables
from preo.orders.outside.problems import problem
from preo.orders.outside.reading import ReadOrder, read_order
from preo.orders.outside.recording import record_taken
from preo.orders.outside.rows import ProductNames
from preo.orders.outside.shapes import Counts, OutsideOrder, Recording, Said, Taken
from preo.orders.outside.sql import Place, run
from preo.orders.outside.values import is_storable
from preo.orders.outside.verdicts import taken
from preo.orders.outside.work import Call, work

SERVICE_LIMIT = 64
TRIES = 3
NOTHING_MAPPED = ProductMapping()

Result = TypeVar("Result")


def take_orders(
    *,
    edition: Edition,
    service: str,
    orders: Iterable[OutsideOrder],
    now: datetime,
    by: Principal | None,
    create_products: bool = False,
    mapped: ProductMapping = NOTHING_MAPPED,
    recording: Recording = Recording.EACH_ORDER,
    keep_before: bool = False,
) -> Taken:
    """Take a chunk of orders that another system sold for this edition, in one transaction.

    Each order stands on its own: the good ones are in, each bad one says why. `service` is the
    other system; with it and the edition an order's external id says which order it is, so that
    the same call again changes nothing. `create_products` makes drafts of unknown products.
    `keep_before` leaves what the changed orders were in `outside_before`, and what else was made
    in `outside_made` (see `images`).

    Two calls at once for the same system and organization wait for each other by an advisory lock:
    an order is many rows, and `ON CONFLICT` could keep only its first from being doubled. The
    unique constraint stays as the wall behind the lock. The organization, not the edition, is
    locked because customers' external ids are the organization's. Nobody is erased or merged while a
    call runs (`customers.locks`). Calls of two systems run side by side; should they give one e-mail
    to two customers at the same moment, or run into a deadlock, or should a product be deleted
    meanwhile, the call is done again and then sees what others wrote.

    Raises ValueError for a service without name, or with one of more than 64 characters or with
    such as cannot be stored.
    """
    names = ProductNames()
    read = _read(orders, edition.currency, names)
    call = _call(
        edition, service, now, create_products, keep_before=keep_before, keep_unchanged=True
    )

    def say() -> Said:
        stage_products(references=names, mapped=mapped)
        return tables.copy_said(read)

    def read_back(_counts: Counts) -> Taken:
        done = taken(call.place, read)
        record_taken(call.place, read, done, how=recording, by=by)
        return done

    return _run(call, say, _nothing, read_back)


def take_rows(
    *,
    edition: Edition,
    service: str,
    say: Callable[[], Said],
    check: Callable[[], None],
    read_back: Callable[[Counts], Result],
    now: datetime,
    create_products: bool = False,
    keep_before: bool = False,
    keep_unchanged: bool = False,
) -> Result:
    """Take a chunk of orders that stand in rows already, like `take_orders`; no line of them is read
    in Python.

    `say` makes `outside_product` (`stage_products`), fills it, and answers with what SQL reads the
    orders from. These must be as `reading` would have made them: texts without blanks around them
    that are as long as they may be, amounts and quantities within their bounds, words of ours, the
    phone besides as E.164. `check` puts what else is wrong with an order by itself into
    `outside_problem`. `read_back` is called while the chunk's tables stand and answers with
    whatever the caller wants to know; unchanged orders are in them with `keep_unchanged` alone. All
    three may be called several times. No activities are recorded.
    """
    call = _call(
        edition,
        service,
        now,
        create_products,
        keep_before=keep_before,
        keep_unchanged=keep_unchanged,
    )
    return _run(call, say, check, read_back)


def _call(
    edition: Edition,
    service: str,
    now: datetime,
    create_products: bool,
    *,
    keep_before: bool,
    keep_unchanged: bool,
) -> Call:
    if not 0 < len(service) <= SERVICE_LIMIT or not is_storable(service):
        raise ValueError("A service has a name of at most 64 proper characters.")
    place = Place(edition.organization_id, edition.id, service, now)
    return Call(
        place,
        Shelf(place.organization_id, place.edition_id, service, edition.default_language),
        Book(place.organization_id, service, edition.default_language),
        create_products,
        keep_before,
        keep_unchanged,
    )


def _nothing() -> None:
    """All that is wrong with an order that was read in Python was found there."""


def _run(
    call: Call,
    say: Callable[[], Said],
    check: Callable[[], None],
    read_back: Callable[[Counts], Result],
) -> Result:
    for is_last in (False,) * (TRIES - 1) + (True,):
        try:
            with transaction.atomic():
                share_people(call.place.organization_id)
                lock_source(call.place.organization_id, call.place.service)
                tables.make()
                result = read_back(work(call, say(), check))
                tables.drop()
                check_foreign_keys()
                return result
        except (IntegrityError, OperationalError) as error:
            if is_last or not _is_race(error):
                raise
    raise AssertionError("The last try returns or raises.")


def _read(orders: Iterable[OutsideOrder], currency: str, names: ProductNames) -> list[ReadOrder]:
    read = [
        read_order(order, place=number, currency=currency, names=names)
        for number, order in enumerate(orders)
    ]
    times = Counter(one.order.external_id for one in read)
    for one in read:
        external_id = one.order.external_id
        if external_id is not None and times[external_id] > 1:
            one.refuse(problem("repeated_order", "/external_id", external_id))
    return read


def lock_source(organization_id: uuid.UUID, service: str) -> None:
    """Keep other calls for this system and organization waiting until the transaction ends."""
    run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"preo.orders.outside:{organization_id}:{service}"},
    )


def _is_race(error: IntegrityError | OperationalError) -> bool:
    """Whether another transaction was in the way, so that a second try sees what it wrote."""
    cause = error.__cause__
    if isinstance(cause, UniqueViolation):
        return cause.diag.constraint_name == EMAIL_ONCE
    return isinstance(cause, DeadlockDetected | ForeignKeyViolation)
