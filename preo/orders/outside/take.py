"""The one way in for orders from elsewhere."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, UniqueViolation

from preo.catalog.outside.drafts import make_drafts
from preo.catalog.outside.finding import find_products
from preo.catalog.outside.shapes import ProductMapping, Shelf
from preo.core.access import Principal
from preo.customers.locks import share_people
from preo.customers.outside.making import EMAIL_ONCE
from preo.customers.outside.shapes import Book
from preo.editions.models import Edition
from preo.orders.outside import tables
from preo.orders.outside.buyers import find_buyers, forget_failed_buyers, make_buyers
from preo.orders.outside.comparison import (
    compare_changed,
    digest_orders,
    find_stored,
    lock_changed,
)
from preo.orders.outside.images import keep_images, keep_made
from preo.orders.outside.lines import change_lines, write_lines
from preo.orders.outside.matching import find_touched, match_lines
from preo.orders.outside.problems import problem
from preo.orders.outside.reading import ReadOrder, read_order
from preo.orders.outside.recording import record_taken
from preo.orders.outside.rows import ProductNames
from preo.orders.outside.shapes import Outcome, OutsideOrder, Problem, Recording, Taken
from preo.orders.outside.sql import Place, run
from preo.orders.outside.values import is_storable
from preo.orders.outside.verdicts import (
    collect_product_problems,
    fail_orders,
    taken,
    want_products,
)
from preo.orders.outside.writing import change_orders, write_orders

SERVICE_LIMIT = 64
TRIES = 3
NOTHING_MAPPED = ProductMapping()


@dataclass(frozen=True, slots=True)
class _Call:
    place: Place
    shelf: Shelf
    book: Book
    create_products: bool
    keep_before: bool


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
    if not 0 < len(service) <= SERVICE_LIMIT or not is_storable(service):
        raise ValueError("A service has a name of at most 64 proper characters.")
    place = Place(edition.organization_id, edition.id, service, now)
    call = _Call(
        place,
        Shelf(place.organization_id, place.edition_id, service, edition.default_language),
        Book(place.organization_id, service, edition.default_language),
        create_products,
        keep_before,
    )
    names = ProductNames()
    read = _read(orders, place, edition.currency, names)
    for is_last in (False,) * (TRIES - 1) + (True,):
        try:
            with transaction.atomic():
                share_people(place.organization_id)
                lock_source(place.organization_id, place.service)
                tables.stage(read, names, mapped)
                done = taken(place, read, _work(call))
                record_taken(place, read, done, how=recording, by=by)
                tables.drop()
                return done
        except (IntegrityError, OperationalError) as error:
            if is_last or not _is_race(error):
                raise
    raise AssertionError("The last try returns or raises.")


def _read(
    orders: Iterable[OutsideOrder], place: Place, currency: str, names: ProductNames
) -> list[ReadOrder]:
    source = f"{place.edition_id}\n{place.service}"
    read = [
        read_order(order, place=number, currency=currency, source=source, names=names)
        for number, order in enumerate(orders)
    ]
    times = Counter(one.order.external_id for one in read)
    for one in read:
        external_id = one.order.external_id
        if external_id is not None and times[external_id] > 1:
            one.refuse(problem("repeated_order", "/external_id", external_id))
    return read


def _work(call: _Call) -> dict[int, Problem]:
    """Find out what each order is and write it; the warnings on the way, by the order's place."""
    find_products(call.shelf, create=call.create_products)
    collect_product_problems(of_failed=True)
    fail_orders()
    digest_orders()
    counts = find_stored(call.place)
    has_changed = Outcome.UPDATED in counts
    if not has_changed and Outcome.CREATED not in counts:
        return {}
    if has_changed:
        lock_changed(call.place)
        compare_changed(call.place)
        match_lines(call.place)
    find_buyers(call.place, call.book)
    if has_changed:
        find_touched(call.place)
    failed = fail_orders() + _make_products(call)
    if failed:
        forget_failed_buyers(call.place, call.book)
    warnings = make_buyers(call.book)
    if has_changed and call.keep_before:
        keep_images(call.place)
    write_orders(call.place)
    write_lines(call.place)
    if has_changed:
        change_orders(call.place)
        change_lines(call.place)
    if call.keep_before:
        keep_made()
    return warnings


def _make_products(call: _Call) -> int:
    """Make the drafts that are needed; the number of orders that fail even so.

    Only a line without code can: two new products of its name came with codes in this chunk.
    """
    if not call.create_products:
        return 0
    want_products()
    if not make_drafts(call.shelf):
        return 0
    digest_orders()
    collect_product_problems(of_failed=False)
    return fail_orders()


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
