"""Writing down what became of a chunk's orders: which rows they are from, and why some failed."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from preo.imports.models import DataImport, ImportProblem, ProblemLevel
from preo.imports.orders_of import BAD_ROW, NOT_MAPPED, FileOrder
from preo.orders.outside.shapes import Outcome, Problem, Taken, TakenOrder

_ITEM = re.compile(r"/items/([0-9]+)(?:/|$)")
_FIELDS = {
    "external_id": ("order_id",),
    "customer": ("email", "customer_id", "phone_number"),
    "external_product": ("product", "product_code"),
    "external_product_id": ("product_code", "product"),
    "product_id": ("product", "product_code"),
    "variant_id": ("variant",),
    "external_line_id": ("line_id",),
    "total": ("order_total",),
    "unit_price": ("unit_price", "line_total"),
    "line_total": ("line_total", "unit_price"),
}
"""The fields of a file that an engine's pointer may be about, where they are called otherwise."""
_OF_CUSTOMER = {"/customer/external_id": ("customer_id",)}
_STILL_NEWS = {NOT_MAPPED, "unknown_product", "ambiguous_product"}
"""Of an order with a bad row, whose faults were told when the file was checked."""

_IMPORTED = """
    INSERT INTO imports_importedorder (
        data_import_id, order_id, outcome, numbers, raw, after_modified, done_at, before
    )
    SELECT
        %(import)s, stored.id, done.outcome, done.numbers,
        CASE WHEN done.outcome = %(unchanged)s THEN '[]'::jsonb ELSE (
            SELECT coalesce(jsonb_agg(jsonb_object(
                %(names)s::text[],
                row.cells[1:%(width)s]
                    || array_fill(''::text, ARRAY[greatest(%(width)s - cardinality(row.cells), 0)])
            ) ORDER BY row.number), '[]'::jsonb)
            FROM imports_importrow AS row
            WHERE row.data_import_id = %(import)s AND row.number = ANY(done.numbers)
        ) END,
        stored.modified, clock_timestamp(), {before}
    FROM jsonb_to_recordset(%(done)s::jsonb) AS done(order_id uuid, outcome text, numbers int[])
    JOIN orders_order AS stored ON stored.id = done.order_id
    {kept}
"""
_BEFORE = {
    True: {
        "before": "kept.before",
        "kept": "LEFT JOIN outside_before AS kept ON kept.order_id = stored.id",
    },
    False: {"before": "NULL::jsonb", "kept": ""},
}
"""By whether the chunk changed orders: else there are no images."""


class FoundProblem(NamedTuple):
    """A problem of an order as one of a row."""

    level: ProblemLevel
    number: int | None
    column: str | None
    code: str
    message: str
    value: str | None


class Columns:
    """The names of an import's columns by the fields that they are mapped to."""

    def __init__(self, data_import: DataImport) -> None:
        names = {column["index"]: column["name"] for column in data_import.columns}
        self._by_field = {
            mapping["field"]: names[mapping["column"]]
            for mapping in data_import.mappings
            if mapping.get("field") and mapping["column"] in names
        }

    def of(self, pointer: str) -> str | None:
        """The column that a pointer of the engine is about; None for none alone."""
        last = pointer.rpartition("/")[2]
        fields = _OF_CUSTOMER.get(pointer) or _FIELDS.get(last) or (last,)
        found = [self._by_field[field] for field in fields if field in self._by_field]
        return found[0] if found else self._by_field.get("line_items")


def problems_of(one: FileOrder, done: TakenOrder, columns: Columns) -> Iterator[FoundProblem]:
    """What is wrong with an order besides what was found when the file was checked."""
    codes = {error.code for error in done.errors}
    for error in done.errors:
        is_told = BAD_ROW.code in codes and error.code not in _STILL_NEWS
        if is_told or (error.code == "unknown_product" and NOT_MAPPED in codes):
            continue
        yield _found(ProblemLevel.ERROR, one, error, columns)
    for warning in done.warnings:
        yield _found(ProblemLevel.WARNING, one, warning, columns)


def _found(level: ProblemLevel, one: FileOrder, told: Problem, columns: Columns) -> FoundProblem:
    item = _ITEM.match(told.pointer)
    position = int(item[1]) if item else len(one.items)
    number = one.items[position].number if position < len(one.items) else one.numbers[0]
    value = told.value if told.value is None else told.value[:200]
    return FoundProblem(level, number, columns.of(told.pointer), told.code, told.message, value)


def write_outcomes(data_import: DataImport, orders: Sequence[FileOrder], taken: Taken) -> None:
    """Keep of each order that is in what it is from, and of each problem its row."""
    pairs = list(zip(orders, taken.orders, strict=True))
    _write_problems(data_import, pairs)
    names = [column["name"] for column in data_import.columns]
    with connection.cursor() as cursor:
        cursor.execute(
            _IMPORTED.format_map(_BEFORE[taken.updated > 0]),
            {
                "import": data_import.pk,
                "unchanged": Outcome.UNCHANGED.value,
                "names": names,
                "width": len(names),
                "done": json.dumps([_done(one, done) for one, done in pairs if _is_in(done)]),
            },
        )


def _is_in(done: TakenOrder) -> bool:
    return done.outcome is not Outcome.FAILED


def _done(one: FileOrder, done: TakenOrder) -> dict[str, Any]:
    return {
        "order_id": str(done.order_id),
        "outcome": done.outcome.value,
        "numbers": list(one.numbers),
    }


def _write_problems(data_import: DataImport, pairs: Sequence[tuple[FileOrder, TakenOrder]]) -> None:
    columns = Columns(data_import)
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(data_import=data_import, **found._asdict())
            for one, done in pairs
            for found in problems_of(one, done, columns)
        ],
        batch_size=5_000,
    )
