"""The mapping table: each column of a file with samples, what it is taken for, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from preo.core.bodies import checked_body
from preo.core.errors import DomainError, FieldError
from preo.dashboard.body_bound import words_of
from preo.imports.api.columns import ColumnMappingsUpdateSerializer
from preo.imports.columns import looks
from preo.imports.columns.checking import MappingProblem
from preo.imports.columns.fields import METADATA, Field, all_fields, find_field
from preo.imports.lines.inputs import date_order
from preo.imports.models import DataImport

SHOWN_SAMPLES = 3
MOST_FORMATTED = 400
"""A wider file has no choice of formats: a form has at most 2,000 inputs."""
MIXED = 0.2
"""The share of dates, or of numbers, from which on their format can be chosen."""
_DATES = (("dmy", "Day first"), ("mdy", "Month first"), ("ymd", "Year first"))
_NUMBERS = ((",", "Decimal comma"), (".", "Decimal point"))
_NEEDS = (
    ("missing_order_id", "Order ID"),
    ("missing_product", "What was sold"),
    ("missing_price", "Price"),
    ("missing_customer", "Who bought"),
    ("missing_source", "From which system"),
)
"""What no order can be without, by the code of the problem that it is missing."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool
    title: str = ""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    title: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file as a row of the table."""

    index: int
    name: str
    samples: Sequence[str]
    empty_share: float
    field: str
    sureness: str
    """Of the suggestion that stands, in words; else whose choice it is."""
    groups: Sequence[OptionGroup]
    formats: Sequence[Option]
    mistakes: Sequence[str]

    @property
    def empty_percent(self) -> str:
        """`12 %`; what is little is not called nothing."""
        percent = self.empty_share * 100
        if 0 < percent < 1:
            return "under 1 %"
        return f"{min(percent, 99.0):.0f} %" if percent < 100 else "all"


@dataclass(frozen=True, slots=True)
class Need:
    label: str
    is_met: bool


def column_rows(
    data_import: DataImport,
    typed: Sequence[Mapping[str, Any]] | None = None,
    refusal: DomainError | None = None,
) -> list[ColumnRow]:
    """The columns in the file's order; with what was typed, and what was wrong with it."""
    known = all_fields(data_import)
    stands = {mapping["column"]: mapping for mapping in data_import.mappings}
    chosen = {mapping["column"]: mapping for mapping in typed or data_import.mappings}
    errors = refusal.errors if refusal else ()
    return [
        _row(
            column,
            stands.get(column["index"], {}),
            chosen.get(column["index"], {}),
            known,
            _mistakes(place, errors),
            has_format=len(data_import.columns) <= MOST_FORMATTED,
        )
        for place, column in enumerate(data_import.columns)
    ]


def posted_mappings(data_import: DataImport, post: QueryDict) -> list[dict[str, Any]]:
    """What was chosen for each column, in their order. Texts hold no NUL."""
    return [
        {
            "column": column["index"],
            "field": _text(post, f"field.{column['index']}"),
            "format": _text(post, f"format.{column['index']}"),
        }
        for column in data_import.columns
    ]


def checked_mappings(typed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same as the API's body. Raises InvalidError."""
    serializer = ColumnMappingsUpdateSerializer(data={"mappings": list(typed)})
    found: list[dict[str, Any]] = checked_body(serializer)["mappings"]
    return found


def is_changed(data_import: DataImport, mappings: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a mapping says anything else than the one that stands."""
    return _said(mappings) != _said(data_import.mappings)


def needs_of(problems: Sequence[MappingProblem]) -> list[Need]:
    """What every order needs, and whether the mapping has it."""
    codes = {one.code for one in problems}
    return [Need(label, code not in codes) for code, label in _NEEDS]


def _said(mappings: Sequence[Mapping[str, Any]]) -> dict[int, tuple[str, str | None]]:
    return {
        each["column"]: (each["field"], each.get("format") or None)
        for each in mappings
        if each.get("field")
    }


def _text(post: QueryDict, name: str) -> str | None:
    return post.get(name, "").replace("\0", "") or None


def _mistakes(place: int, errors: Sequence[FieldError]) -> list[str]:
    begin = f"/mappings/{place}/"
    return [words_of(error) for error in errors if error.pointer.startswith(begin)]


def _row(
    column: Mapping[str, Any],
    stands: Mapping[str, Any],
    chosen: Mapping[str, Any],
    known: dict[str, Field],
    mistakes: Sequence[str],
    *,
    has_format: bool,
) -> ColumnRow:
    field, form = chosen.get("field") or "", chosen.get("format") or ""
    found = find_field(field, known)
    kind = found.type if found else ""
    return ColumnRow(
        index=column["index"],
        name=column["name"],
        samples=column["samples"][:SHOWN_SAMPLES],
        empty_share=column["empty_share"],
        field=field,
        sureness=_sureness(field, stands),
        groups=_groups(column["name"], field, known),
        formats=_formats(column["samples"], kind, form) if has_format else (),
        mistakes=mistakes,
    )


def _sureness(field: str, stands: Mapping[str, Any]) -> str:
    confidence = stands.get("confidence")
    if not field:
        return ""
    if confidence is None or stands.get("field") != field:
        return "your choice"
    return "as last time" if confidence == 1 else f"suggested, {confidence * 100:.0f} % sure"


def _groups(name: str, field: str, known: Mapping[str, Field]) -> list[OptionGroup]:
    own = field if field.startswith(METADATA) else METADATA + _own_name(name)
    others: dict[str, list[Option]] = {"Needed": [], "Of the order": [], "Of the line": []}
    for one in known.values():
        group = "Needed" if one.required else "Of the order" if one.is_of_order else "Of the line"
        others[group].append(Option(one.field, one.label, one.field == field, one.description))
    if field and field not in known and field != own:
        others["Of the order"].append(Option(field, field, chosen=True))
    others["Any other fact"] = [Option(own, f"Keep as {own}", own == field)]
    return [OptionGroup(title, options) for title, options in others.items() if options]


def _own_name(name: str) -> str:
    """A column's name as a name of metadata."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()[:64] or "column"


def _formats(samples: Sequence[str], kind: str, form: str) -> list[Option]:
    """Of dates and of numbers; a column that nobody named has those of what it looks like."""
    seen = looks.look_at(samples)
    known = [
        choice
        for choices, kinds, is_one in (
            (_DATES, {"datetime"}, looks.is_date),
            (_NUMBERS, {"amount", "integer", "lines"}, looks.is_number),
        )
        if kind in kinds or (not kind and seen.share(is_one) > MIXED)
        for choice in choices
    ]
    stands = date_order(form) or form
    if stands and stands not in dict(known):
        known.append((stands, dict(_DATES + _NUMBERS).get(stands, form)))
    return [Option(value, label, value == stands) for value, label in known]
