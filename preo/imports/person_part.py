"""What imports say of a person: which brought their orders, and the rows of files about them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from preo.core.access import Principal, Role
from preo.customers.person import Person, PersonPart, TimelineEntry, TimelineSource
from preo.imports.models import DataImport, ImportedOrder
from preo.imports.person_erasure import erase
from preo.imports.person_rows import find_rows, names_of, own_cells
from preo.orders.models import Order


def timeline(person: Person, by: Principal) -> Iterable[TimelineSource]:
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    brought = _brought(person).values("data_import_id")
    rows = DataImport.objects.filter(seen, pk__in=brought)
    at = Coalesce("completed_at", "started_at", "created")
    return [TimelineSource("import", rows, at, partial(_tell, person))]


def _tell(person: Person, rows: QuerySet[Any]) -> Iterator[tuple[uuid.UUID, TimelineEntry]]:
    imports = list(rows.select_related("edition"))
    counts = {
        one["data_import_id"]: one
        for one in _brought(person)
        .filter(data_import__in=[one.pk for one in imports])
        .values("data_import_id")
        .annotate(
            created=Count("order_id", filter=Q(outcome="created")),
            updated=Count("order_id", filter=Q(outcome="updated")),
        )
    }
    for one in imports:
        count = counts[one.pk]
        at = one.completed_at or one.started_at or one.created
        details = {
            "edition_id": one.edition.api_id,
            "source": one.source,
            "orders_created": count["created"],
            "orders_updated": count["updated"],
        }
        title = f"Import {one.name or one.source}: {_words(count['created'], count['updated'])}"
        yield one.pk, TimelineEntry(at, "import", one.api_id, title, details)


def _words(created: int, updated: int) -> str:
    told = [(created, "brought"), (updated, "changed")]
    parts = [f"{word} {n} {'order' if n == 1 else 'orders'}" for n, word in told if n]
    return " and ".join(parts) or "found nothing new"


def export(person: Person) -> Mapping[str, Any]:
    find_rows(person)
    cells = defaultdict(list)
    for key, number, row in own_cells():
        cells[key].append((number, row))
    imports = DataImport.objects.filter(pk__in=cells).order_by("created", "id")
    brought = _brought(person).exclude(raw=[]).select_related("data_import", "order")
    return {
        "import_rows": [
            {"import_id": one.api_id, "row": number, "cells": _named(names_of(one), row)}
            for one in imports
            for number, row in cells[one.pk]
        ],
        "imported_orders": [
            {"import_id": one.data_import.api_id, "order_id": one.order.api_id, "rows": one.raw}
            for one in brought.order_by("data_import_id", "order_id")
        ],
    }


def _named(names: list[str], row: list[str]) -> list[dict[str, str]]:
    """Cells with their columns' names, of which two may be the same."""
    return [
        {"column": names[place] if place < len(names) else "", "value": cell}
        for place, cell in enumerate(row)
        if cell
    ]


def _brought(person: Person) -> QuerySet[ImportedOrder]:
    orders = Order.objects.filter(
        organization=person.organization_id, customer__in=person.ids
    ).order_by()
    return ImportedOrder.objects.filter(order__in=orders.values("pk"))


PART = PersonPart(timeline=timeline, export=export, erase=erase)
