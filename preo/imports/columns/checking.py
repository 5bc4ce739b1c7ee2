"""Whether a column mapping says all that orders need, and nothing twice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from preo.imports.columns.fields import CONSENT, CONSENT_DATE, Field, all_fields, find_field
from preo.imports.columns.saved import name_source
from preo.imports.columns.sources import IN_A_CELL
from preo.imports.models import DataImport, ProblemLevel

_NEEDED = {
    "missing_order_id": (("order_id",), "Say which column holds the order ID."),
    "missing_product": (
        ("product", "product_code", "line_items"),
        "Say which column names what was sold, or holds its code.",
    ),
    "missing_price": (
        ("unit_price", "line_total", "line_items"),
        "Say which column holds the price of one piece or of the line.",
    ),
    "missing_customer": (
        ("customer_id", "email", "phone_number"),
        "Say which column tells who bought: an e-mail address, a phone number or a customer ID.",
    ),
}


_NO_SOURCE = (
    "Say which system the file is from, as `source`: it has no header by which it could be known, and "
    "orders are known again by their system and their ID there."
)
_NO_LINE_ITEMS = "All lines are said to stand in one cell: say which column that is."


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """One thing that is wrong with a mapping, or worth knowing about it."""

    level: ProblemLevel
    code: str
    message: str
    column: str | None = None
    """The column's name."""
    value: str | None = None


def check_mapping(data_import: DataImport) -> list[MappingProblem]:
    """All that is wrong with the import's mapping as such; its rows are not looked at."""
    known = all_fields(data_import)
    names = {column["index"]: column["name"] for column in data_import.columns}
    found: list[MappingProblem] = []
    mapped: dict[str, list[str]] = {}
    for mapping in data_import.mappings:
        field, name = mapping.get("field"), names.get(mapping["column"])
        if field is None or name is None:
            continue
        if find_field(field, known) is None:
            message = "There is no such field (any more)."
            found.append(_error("unknown_field", message, name, field))
        mapped.setdefault(field, []).append(name)
    found += _missing(mapped)
    found += _repeated(mapped)
    found += _halves_of_consents(mapped, known)
    if data_import.chosen.get("grouping") == IN_A_CELL and "line_items" not in mapped:
        found.append(_error("missing_line_items", _NO_LINE_ITEMS, None, None))
    if not data_import.source:
        found.append(_missing_source(name_source(names.values())))
    return found


def _missing_source(name: str | None) -> MappingProblem:
    """Without a header there is nothing by which two shops' files could be told apart."""
    if name is None:
        return _error("missing_source", _NO_SOURCE, None, None)
    message = (
        f"Nobody said which system the file is from: it will be called {name}, as each file with this "
        "header. If two shops send such files, give each a source of its own, or their order IDs mix."
    )
    return MappingProblem(ProblemLevel.WARNING, "missing_source", message)


def _error(code: str, message: str, column: str | None, value: str | None) -> MappingProblem:
    return MappingProblem(ProblemLevel.ERROR, code, message, column, value)


def _missing(mapped: dict[str, list[str]]) -> Iterator[MappingProblem]:
    for code, (fields, message) in _NEEDED.items():
        if not mapped.keys() & set(fields):
            yield _error(code, message, None, None)


def _repeated(mapped: dict[str, list[str]]) -> Iterator[MappingProblem]:
    for field, columns in mapped.items():
        for column in columns[1:]:
            message = f"The column {columns[0]} is this field already: one of the two must go."
            yield _error("repeated_field", message, column, field)


def _halves_of_consents(
    mapped: dict[str, list[str]], known: dict[str, Field]
) -> Iterator[MappingProblem]:
    for field, columns in mapped.items():
        date = CONSENT_DATE + field.removeprefix(CONSENT)
        if field.startswith(CONSENT) and field in known and date not in mapped:
            message = "A consent needs the column that says when it was given."
            yield _error("consent_without_date", message, columns[0], field)


def repeated_columns(columns: list[int]) -> set[int]:
    """Columns that are named more than once."""
    return {column for column, times in Counter(columns).items() if times > 1}
