"""Imports that are brought in and taken back again, and all tables as they are."""

import json
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from conftest import Cast
from preo.imports.models import DataImport, ImportKept, ProductMapping
from preo.imports.service.undo import run_undo, start_undo
from preo.imports.tests.runs import BY, make_ready, run_all

HEADER = (
    "Order ID;Order date;Status;E-mail;Phone;Customer ID;First name;Product;Category;Quantity;"
    "Unit price"
)
SLICES = ("orders", "customers", "catalog")


def row(order: str, product: str = "Day ticket", price: str = "45.50", **said: str) -> str:
    email = said.get("email", f"{order.lower()}@example.com")
    return (
        f"{order};2026-05-31 10:00;{said.get('status', 'paid')};{email};{said.get('phone', '')};"
        f"{said.get('customer', '')};{said.get('name', 'Zoë')};{product};{said.get('category', '')};"
        f"{said.get('quantity', '1')};{price}"
    )


def tables() -> dict[str, list[Any]]:
    """Every row of every table of these slices with all its columns."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in SLICES:
                table = model._meta.db_table
                row = "to_jsonb(t)"
                if table == "catalog_product_categories":
                    row += " - 'id'"  # a number of no meaning
                cursor.execute(f"SELECT {row} AS row FROM {table} AS t ORDER BY 1")  # noqa: S608
                found[table] = [json.loads(one) for [one] in cursor.fetchall()]
    return found


def bring(cast: Cast, *rows: str, lines: int = 20_000) -> DataImport:
    """An import of these rows that is over; unknown products become drafts."""
    data_import = make_ready(cast, HEADER, *rows)
    ProductMapping.objects.filter(data_import=data_import, product=None).update(create_product=True)
    return run_all(data_import, lines=lines)


def undo(data_import: DataImport, *, orders: int = 5_000) -> DataImport:
    started = start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    run_undo(
        data_import_id=data_import.pk,
        generation=started.generation,
        now=timezone.now(),
        orders=orders,
    )
    data_import.refresh_from_db()
    return data_import


def some(counts: dict[str, int]) -> dict[str, int]:
    """Without the noughts."""
    return {name: count for name, count in counts.items() if count}


def kept(data_import: DataImport) -> set[tuple[str, Any, str]]:
    found = ImportKept.objects.filter(data_import=data_import)
    return set(found.values_list("kind", "object_id", "reason"))
