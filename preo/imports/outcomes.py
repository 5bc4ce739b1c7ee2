"""Writing down what became of a chunk's orders: which rows they are from, and why some failed.

All of it reads the engine's tables of the chunk (`orders.outside.tables`).
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from preo.imports.models import DataImport, ImportProblem, ProblemLevel
from preo.imports.orders_of import BAD_ROW, MESSAGES, NOT_MAPPED, Part
from preo.orders.outside.problems import MESSAGES as MESSAGES_OF_ENGINE
from preo.orders.outside.shapes import Outcome

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
    WITH line AS MATERIALIZED (
        SELECT DISTINCT line.order_place, line.number
        FROM imports_importline AS line
        WHERE {lines}
    )
    INSERT INTO imports_importedorder (
        data_import_id, order_id, outcome, numbers, raw, after_modified, done_at, before
    )
    SELECT
        %(import)s, stored.id, staged.outcome, said.numbers, said.raw,
        stored.modified, clock_timestamp(), {before}
    FROM (
        SELECT
            line.order_place,
            array_agg(line.number ORDER BY line.number) AS numbers,
            jsonb_agg(jsonb_object(
                %(names)s::text[],
                CASE
                    WHEN cardinality(row.cells) = %(width)s THEN row.cells
                    ELSE row.cells[1:%(width)s] || array_fill(
                        ''::text, ARRAY[greatest(%(width)s - cardinality(row.cells), 0)]
                    )
                END
            ) ORDER BY line.number) AS raw
        FROM line
        JOIN imports_importrow AS row
          ON row.data_import_id = %(import)s AND row.number = line.number
        WHERE row.number BETWEEN (SELECT min(number) FROM line) AND (SELECT max(number) FROM line)
        GROUP BY line.order_place
    ) AS said
    JOIN outside_order AS staged
      ON staged.place = said.order_place AND staged.outcome IN (%(created)s, %(updated)s)
    JOIN orders_order AS stored ON stored.id = staged.order_id
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

_COUNT_ROWS = """
    SELECT count(*), count(*) FILTER (WHERE has_failed)
    FROM (
        SELECT bool_or(staged.outcome IS NOT DISTINCT FROM %(failed)s) AS has_failed
        FROM imports_importline AS line
        LEFT JOIN outside_order AS staged ON staged.place = line.order_place
        WHERE {lines}
        GROUP BY line.number
    ) AS row
"""
_PROBLEMS = """
    SELECT place, is_warning, pointer, code, value
    FROM outside_problem
    ORDER BY place, is_warning, pointer
"""
_ROWS_OF_PROBLEMS = """
    SELECT
        line.order_place, line.number, reference.ignored IS NOT TRUE
    FROM imports_importline AS line
    LEFT JOIN import_reference AS reference ON reference.mapping_id = line.product_mapping_id
    WHERE {lines} AND line.order_place IN (SELECT place FROM outside_problem)
    ORDER BY line.order_place, line.number, line.part
"""


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


@dataclass(slots=True)
class _Order:
    """An order with problems."""

    numbers: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    """The rows of its items."""
    told: list[tuple[bool, str, str, str | None]] = field(default_factory=list)
    """Whether it is a warning, pointer, code and value of each."""


def find_problems(part: Part) -> dict[int, list[FoundProblem]]:
    """By the order's place what is wrong with it besides what was found when the file was checked."""
    orders: dict[int, _Order] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PROBLEMS)
        for place, *told in cursor.fetchall():
            orders.setdefault(place, _Order()).told.append(tuple(told))
        if not orders:
            return {}
        cursor.execute(_ROWS_OF_PROBLEMS.format(lines=part.lines), part.bound())
        for place, number, is_item in cursor.fetchall():
            orders[place].numbers.append(number)
            if is_item:
                orders[place].items.append(number)
    columns = Columns(part.data_import)
    return {place: list(_problems_of(order, columns)) for place, order in orders.items()}


def _problems_of(order: _Order, columns: Columns) -> Iterator[FoundProblem]:
    codes = {code for is_warning, _, code, _ in order.told if not is_warning}
    for is_warning, pointer, code, value in order.told:
        is_told = BAD_ROW in codes and code not in _STILL_NEWS
        if not is_warning and (is_told or (code == "unknown_product" and NOT_MAPPED in codes)):
            continue
        item = _ITEM.match(pointer)
        position = int(item[1]) if item else len(order.items)
        number = order.items[position] if position < len(order.items) else order.numbers[0]
        level = ProblemLevel.WARNING if is_warning else ProblemLevel.ERROR
        message = MESSAGES.get(code) or MESSAGES_OF_ENGINE[code]
        shown = None if value is None else value[:200]
        yield FoundProblem(level, number, columns.of(pointer), code, message, shown)


def write_problems(part: Part) -> None:
    """Keep each problem with its row."""
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(data_import=part.data_import, **one._asdict())
            for found in find_problems(part).values()
            for one in found
        ],
        batch_size=5_000,
    )


def write_origins(part: Part, *, has_changed: bool) -> None:
    """Keep of each order that was made or changed what rows it is from.

    Of what is unchanged nothing is kept: there is nothing to undo, and it is from where it was from.

    The planner may know nothing of the import's rows yet and take them for a single one: without
    hashing it would compare all rows with all lines of the chunk.
    """
    names = [column["name"] for column in part.data_import.columns]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            _IMPORTED.format(lines=part.lines, **_BEFORE[has_changed]),
            part.bound()
            | {
                "created": Outcome.CREATED,
                "updated": Outcome.UPDATED,
                "names": names,
                "width": len(names),
            },
        )
        cursor.execute("SET LOCAL enable_nestloop = on")


def count_rows(part: Part) -> tuple[int, int]:
    """How many rows the orders are from, and how many of those belong to orders that failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_ROWS.format(lines=part.lines), part.bound() | {"failed": Outcome.FAILED}
        )
        [rows, failed] = cursor.fetchone() or (0, 0)
    return rows, failed


def find_outcomes() -> dict[int, tuple[str, uuid.UUID | None]]:
    """By its place what became of each order, and which one it is here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, outcome, CASE WHEN is_stored OR outcome <> %(failed)s THEN order_id END"
            " FROM outside_order",
            {"failed": Outcome.FAILED},
        )
        return {place: (outcome, order_id) for place, outcome, order_id in cursor.fetchall()}
