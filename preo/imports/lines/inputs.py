"""Which columns of an import are read as what, and how each was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from preo.imports.columns.fields import Field, all_fields, find_field
from preo.imports.lines.expressions import DecimalSeparator
from preo.imports.models import DataImport

DateOrder = Literal["dmy", "mdy", "ymd"]
_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Input:
    """One field, and where its text comes from."""

    alias: int
    """Its number in the statement: all that a statement says of it by name."""
    field: Field
    column: int
    """The column's index in the file, from 0."""
    name: str
    """The column's name."""
    decimal_separator: DecimalSeparator
    date_order: DateOrder
    item: str | None = None
    """Which part of a cell that holds all lines; None for a cell of its own."""


ITEM_PARTS = {
    "line_id": "item_id",
    "product_code": "item_code",
    "product": "item_name",
    "variant": "item_variant",
    "quantity": "item_quantity",
    "line_total": "item_total",
}
"""By field the part of one line in a cell of several."""


def read_inputs(data_import: DataImport) -> list[Input]:
    """An input for each mapped column; the cell with all lines is one for each of its parts.

    Columns and fields that are not there (any more) are passed over: they are a problem of the
    mapping's.
    """
    known = all_fields(data_import)
    columns = {column["index"]: column for column in data_import.columns}
    found: list[Input] = []
    cells = [
        (mapping, field)
        for mapping in data_import.mappings
        if mapping.get("field") and mapping["column"] in columns
        if (field := find_field(mapping["field"], known))
    ]
    has_items = any(field.type == "lines" for _, field in cells)
    for mapping, field in cells:
        parts: list[tuple[Field, str | None]]
        if field.type == "lines":
            parts = [(known[name], part) for name, part in ITEM_PARTS.items()]
        elif has_items and field.field in ITEM_PARTS:
            continue
        else:
            parts = [(field, None)]
        for one, part in parts:
            name = columns[mapping["column"]]["name"]
            place = (len(found), one, mapping["column"], name)
            found.append(Input(*place, *_formats(data_import, mapping), part))
    return found


def _formats(
    data_import: DataImport, mapping: Mapping[str, Any]
) -> tuple[DecimalSeparator, DateOrder]:
    """The column's own format, else what staff chose for the file, else what was found."""
    given = mapping.get("format")
    settings = data_import.detected | data_import.chosen
    separator = given if given in {".", ","} else settings.get("decimal_separator")
    order = date_order(given) or date_order(settings.get("date_order"))
    return "," if separator == "," else ".", order or "dmy"


def date_order(written: Any) -> DateOrder | None:
    """`dmy` of `DD/MM/YYYY`, `dd.mm.yy` or `dmy`; None for what is no date format."""
    if not isinstance(written, str):
        return None
    letters = [letter for letter in written.lower()[:40] if letter in "dmy"]
    first = "".join(dict.fromkeys(letters))
    return next((order for order in _ORDERS if order == first), None)
