"""Bringing a file's orders in, a chunk at a time: each is one transaction with its checkpoint.

So the machine may stop anywhere: what is in and how far the import is are always said together.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction

from preo.customers.locks import share_people
from preo.imports.consents import keep_consents
from preo.imports.files.staging import VoidError
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.orders_of import FileOrder, read_orders
from preo.imports.outcomes import write_outcomes
from preo.imports.undo.keeping import keep_part
from preo.orders.outside.chunks import LINES
from preo.orders.outside.shapes import Outcome, Recording, Taken
from preo.orders.outside.take import take_orders

_COUNTS = [
    "next_order", "rows_done", "rows_failed", "orders_created", "orders_updated",
    "orders_unchanged", "orders_failed", "users_created",
]  # fmt: skip


class OvertakenError(VoidError):
    """Another run of the same demand brought the next chunk in."""


def bring_in(data_import: DataImport, *, now: dt.datetime, lines: int = LINES) -> None:
    """Take the orders from the import's checkpoint on, about so many lines in each transaction.

    Where the last words of a run that died come in late it goes on behind them. Raises VoidError as
    soon as this generation is no longer wanted; what is in by then stays.
    """
    create_products = ProductMapping.objects.filter(
        data_import=data_import, create_product=True
    ).exists()
    while True:
        try:
            for chunk in _chunks(read_orders(data_import, data_import.next_order), lines):
                _bring_in_chunk(data_import, chunk, create_products=create_products, now=now)
        except OvertakenError:
            data_import.refresh_from_db(fields=_COUNTS)
        else:
            return


def _chunks(orders: Iterable[FileOrder], lines: int) -> Iterator[list[FileOrder]]:
    chunk: list[FileOrder] = []
    size = 0
    for one in orders:
        chunk.append(one)
        size += max(len(one.items), 1)
        if size >= lines:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@transaction.atomic
def _bring_in_chunk(
    data_import: DataImport, chunk: list[FileOrder], *, create_products: bool, now: dt.datetime
) -> None:
    share_people(data_import.organization_id)
    lock_wanted(data_import)
    orders = [one for one in chunk if one.order is not None]
    taken = take_orders(
        edition=data_import.edition,
        service=data_import.source,
        orders=[one.order for one in orders if one.order is not None],
        now=now,
        by=None,
        create_products=create_products,
        recording=Recording.BY_CALLER,
        keep_before=True,
    )
    write_outcomes(data_import, orders, taken)
    answers = keep_consents(data_import, zip(orders, taken.orders, strict=True), now=now)
    keep_part(data_import, taken, answers)
    _count(data_import, chunk, orders, taken)


def lock_wanted(data_import: DataImport) -> None:
    """Hold the import's row. Raises VoidError where this run is no longer wanted.

    Raises OvertakenError where the import is farther than this run knows.
    """
    held = DataImport.objects.select_for_update(no_key=True).filter(
        pk=data_import.pk, generation=data_import.generation, stage=ImportStage.IMPORTING
    )
    next_order = held.values_list("next_order", flat=True).first()
    if next_order is None:
        raise VoidError
    if next_order != data_import.next_order:
        raise OvertakenError


def _count(
    data_import: DataImport, chunk: list[FileOrder], orders: list[FileOrder], taken: Taken
) -> None:
    data_import.next_order = chunk[-1].place + 1
    data_import.rows_done += sum(len(one.numbers) for one in chunk)
    data_import.rows_failed += sum(
        len(one.numbers)
        for one, done in zip(orders, taken.orders, strict=True)
        if done.outcome is Outcome.FAILED
    )
    data_import.orders_created += taken.created
    data_import.orders_updated += taken.updated
    data_import.orders_unchanged += taken.unchanged
    data_import.orders_failed += taken.failed
    data_import.users_created += len(taken.customers_made)
    data_import.save(update_fields=_COUNTS)
