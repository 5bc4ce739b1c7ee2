"""Bringing a file's orders in, a chunk at a time: each is one transaction with its checkpoint.

So the machine may stop anywhere: what is in and how far the import is are always said together.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction

from preo.customers.locks import share_people
from preo.imports.consents import keep_consents
from preo.imports.files.staging import VoidError
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.orders_of import Part, check_orders, say_orders
from preo.imports.outcomes import count_rows, write_origins, write_problems
from preo.imports.undo.keeping import keep_part
from preo.orders.outside.chunks import LINES
from preo.orders.outside.shapes import Counts
from preo.orders.outside.take import take_rows

LARGER = 3
"""So many times larger is a chunk after one in which nothing was new: it takes no longer."""

_LAST = """
    SELECT order_place
    FROM imports_importline
    WHERE data_import_id = %(import)s AND order_place >= %(first)s
    ORDER BY order_place
    OFFSET %(lines)s - 1
    LIMIT 1
"""
_LAST_OF_ALL = """
    SELECT max(order_place)
    FROM imports_importline
    WHERE data_import_id = %(import)s AND order_place >= %(first)s
"""

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
    size = lines
    while True:
        try:
            while counts := _bring_in_chunk(
                data_import, size, create_products=create_products, now=now
            ):
                is_same = not (counts.created or counts.updated)
                size = lines * LARGER if is_same else lines
        except OvertakenError:
            data_import.refresh_from_db(fields=_COUNTS)
        else:
            return


def _find_last(data_import: DataImport, lines: int) -> int | None:
    """The place of the order with the so many-th line from the checkpoint on; None behind the end."""
    values: dict[str, Any] = {
        "import": data_import.pk,
        "first": data_import.next_order,
        "lines": lines,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST, values)
        found = cursor.fetchone()
        if found is None:
            cursor.execute(_LAST_OF_ALL, values)
            found = cursor.fetchone()
    return None if found is None else found[0]


@transaction.atomic
def _bring_in_chunk(
    data_import: DataImport, lines: int, *, create_products: bool, now: dt.datetime
) -> Counts | None:
    """Take whole orders of about so many lines; None where there are none left."""
    share_people(data_import.organization_id)
    lock_wanted(data_import)
    last = _find_last(data_import, lines)
    if last is None:
        return None
    bounds = {"first": data_import.next_order, "last": last}
    part = Part(data_import, "BETWEEN %(first)s AND %(last)s", bounds)

    def read_back(counts: Counts) -> tuple[Counts, int, int]:
        write_problems(part)
        if counts.created or counts.updated:
            write_origins(part, has_changed=counts.updated > 0)
            keep_part(data_import, counts, keep_consents(data_import, now=now))
        return counts, *count_rows(part)

    taken = take_rows(
        edition=data_import.edition,
        service=data_import.source,
        say=lambda: say_orders(part),
        check=lambda: check_orders(part),
        read_back=read_back,
        now=now,
        create_products=create_products,
        keep_before=True,
    )
    _keep_counts(data_import, *taken, next_order=last + 1)
    return taken[0]


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


def _keep_counts(
    data_import: DataImport, counts: Counts, rows: int, failed_rows: int, *, next_order: int
) -> None:
    data_import.next_order = next_order
    data_import.rows_done += rows
    data_import.rows_failed += failed_rows
    data_import.orders_created += counts.created
    data_import.orders_updated += counts.updated
    data_import.orders_unchanged += counts.unchanged
    data_import.orders_failed += counts.failed
    data_import.users_created += counts.customers_made
    data_import.save(update_fields=_COUNTS)
