"""The statement that reads all rows of an import in one pass.

It goes from the cells through four layers, each computed once (`OFFSET 0` keeps PostgreSQL from
folding them into one another): `raw` cells, `cleaned` texts, `parsed` numbers and dates, `timed`
moments and what else is needed twice. Only
numbers of inputs and faults are written into it: names, words and limits are bound.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from preo.core.money import MAX_MINOR
from preo.imports.columns.words import (
    CURRENCY_WORDS,
    LANGUAGE_WORDS,
    NO_WORDS,
    STATUS_WORDS,
    YES_WORDS,
)
from preo.imports.lines import expressions
from preo.imports.lines.faults import ERROR, WARNING, Fault
from preo.imports.lines.inputs import Input
from preo.imports.models import DataImport, ProblemLevel
from preo.orders.outside.reading import MAX_QUANTITY

EMAIL = r"^[^@[:space:]]+@[^@[:space:]]+$"
EMAIL_LIMIT = 254


@dataclass(slots=True)
class Reading:
    """Builds the statement, input by input."""

    with_phones: bool
    values: dict[str, Any]
    """What is bound."""
    raw: list[str] = field(default_factory=list)
    cleaned: list[str] = field(default_factory=list)
    parsed: list[str] = field(default_factory=list)
    timed: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    result: dict[str, str] = field(default_factory=dict)
    """By field the SQL of its value."""
    members: list[str] = field(default_factory=list)
    """Of the JSON object."""
    said: list[str] = field(default_factory=list)
    """SQL that is NULL where something of the order is not said."""
    faults: list[Fault] = field(default_factory=list)
    by_field: dict[str, Input] = field(default_factory=dict)

    def fault(
        self, level: ProblemLevel, code: str, condition: str, about: Input | None = None
    ) -> None:
        if about is not None and about.field.is_of_order and self.by_field.get("line_items"):
            condition = f"({condition}) AND part = 0"
        self.faults.append(Fault(len(self.faults), level, code, about, condition))

    def bind(self, name: str, value: Any) -> str:
        self.values[name] = value
        return f"%({name})s"

    def take(self, one: Input) -> None:
        """Read one input."""
        self.by_field[one.field.field] = one
        text = f"cleaned.t{one.alias}"
        source = f"items.{one.item}" if one.item else f"row.cells[{one.column + 1}]"
        self.raw.append(f"nullif(btrim({source}, %(blanks)s), '') AS t{one.alias}")
        shown = expressions.without_disguise(f"raw.t{one.alias}")
        self.cleaned.append(f"{shown} AS t{one.alias}")
        self.parsed.append(f"{text} AS t{one.alias}")
        value = READERS[one.field.type](self, one, f"t{one.alias}")
        if one.field.field not in _NOT_KEPT:
            moment = f"m{one.alias}" if one.field.type == "datetime" else None
            self.keep(
                one.field.field, value, one.alias, given=moment, is_of_order=one.field.is_of_order
            )
        self.result[one.field.field] = value

    def compute(self, one: Input, value: str) -> str:
        """A value that several places need: computed once, under a name of its own."""
        self.timed.append(f"{value} AS v{one.alias}")
        return f"v{one.alias}"

    def keep(
        self,
        name: str,
        value: str,
        alias: int | str,
        *,
        given: str | None = None,
        is_of_order: bool = True,
    ) -> None:
        """Make the value a member; `given` is there wherever it is, and found with less work."""
        self.members.append(f"({self.bind(f'name_{alias}', name)}::text) VALUE {value}")
        if is_of_order:
            self.said.append(given or value)


_NOT_KEPT = {"status", "cancelled_at", "full_name", "first_name", "last_name"}
"""Fields of which several make one value."""


def _text(reading: Reading, one: Input, text: str) -> str:
    limit = reading.bind(f"limit_{one.alias}", one.field.limit)
    too_long = f"length({text}) > {limit}"
    reading.fault(ERROR, "too_long", too_long, one)
    if one.field.field == "customer_id":
        return f"nullif({text}, '0')"  # what shops write for guests
    if one.field.field == "coupon_code":
        return (
            f"CASE WHEN left({text}, 5) = 'code:' THEN split_part(substr({text}, 6), '|', 1)"
            f" ELSE {text} END"
        )
    return text


def _email(reading: Reading, one: Input, text: str) -> str:
    bad = f"{text} !~ '{EMAIL}' OR length({text}) > {EMAIL_LIMIT}"
    reading.fault(ERROR, "invalid_email", bad, one)
    return text


def _phone(reading: Reading, one: Input, text: str) -> str:
    if not reading.with_phones:
        reading.result["callable"] = text
        return text
    reading.result["callable"] = "e164"
    reading.joins.append(f"LEFT JOIN import_phone AS phone ON phone.written = cleaned.t{one.alias}")
    reading.parsed.append("phone.e164")
    reading.fault(WARNING, "invalid_phone", f"{text} IS NOT NULL AND e164 IS NULL", one)
    return f"coalesce(e164, CASE WHEN length({text}) <= 32 THEN {text} END)"


def _parse_number(reading: Reading, one: Input) -> str:
    parsed = expressions.number(f"cleaned.t{one.alias}", one.decimal_separator)
    reading.parsed.append(f"({parsed}) AS n{one.alias}")
    return f"n{one.alias}"


def _integer(reading: Reading, one: Input, text: str) -> str:
    number = _parse_number(reading, one)
    reading.fault(ERROR, "invalid_number", f"{text} IS NOT NULL AND {number} IS NULL", one)
    bad = f"{number} <> trunc({number}) OR {number} NOT BETWEEN 1 AND {MAX_QUANTITY}"
    reading.fault(ERROR, "invalid_quantity", bad, one)
    value = f"CASE WHEN {number} BETWEEN 1 AND {MAX_QUANTITY} THEN trunc({number})::int END"
    return reading.compute(one, value)


def _amount(reading: Reading, one: Input, text: str) -> str:
    """Minor units. A discount may be written with a minus."""
    number = _parse_number(reading, one)
    reading.fault(ERROR, "invalid_number", f"{text} IS NOT NULL AND {number} IS NULL", one)
    if one.field.field == "discount":
        number = f"abs({number})"
    else:
        reading.fault(ERROR, "negative_amount", f"{number} < 0", one)
    reading.fault(ERROR, "out_of_range", f"{number} > {MAX_MINOR // 100}", one)
    rounded = f"scale({number}) > 2 AND {number} <> round({number}, 2)"
    reading.fault(WARNING, "rounded", rounded, one)
    value = f"CASE WHEN {number} <= {MAX_MINOR // 100} THEN round({number} * 100)::bigint END"
    return reading.compute(one, value)


def _moment(reading: Reading, one: Input, text: str) -> str:
    written = expressions.moment(f"cleaned.t{one.alias}", one.date_order)
    reading.parsed.append(f"({written}) AS w{one.alias}")
    time = f"({expressions.timestamp(f'parsed.w{one.alias}')})"
    reading.timed.append(f"{time} AS m{one.alias}")
    read = f"m{one.alias}"
    if one.field.field == "cancelled_at":
        return f"({text} IS NOT NULL)"  # that it is filled is all that counts
    reading.fault(ERROR, "invalid_date", f"{text} IS NOT NULL AND {read} IS NULL", one)
    return expressions.utc_text(read)


def _word(words: str, level: ProblemLevel, code: str) -> Any:
    def read(reading: Reading, one: Input, text: str) -> str:
        value = reading.compute(one, expressions.word(text, words))
        reading.fault(level, code, f"{text} IS NOT NULL AND {value} IS NULL", one)
        return value

    return read


READERS: dict[str, Any] = {
    "text": _text,
    "email": _email,
    "phone": _phone,
    "integer": _integer,
    "amount": _amount,
    "datetime": _moment,
    "status": _word("status_words", ERROR, "unknown_status"),
    "currency": _word("currency_words", ERROR, "unknown_currency"),
    "language": _word("language_words", WARNING, "unknown_language"),
    "boolean": _word("boolean_words", WARNING, "invalid_consent"),
}


def bound(data_import: DataImport, zone: str) -> dict[str, Any]:
    """What every statement of an import binds."""
    yes_or_no = dict.fromkeys(YES_WORDS, "yes") | dict.fromkeys(NO_WORDS, "no")
    return {
        "import": data_import.pk,
        "organization": data_import.organization_id,
        "zone": zone,
        "blanks": expressions.BLANKS,
        "status_words": json.dumps(STATUS_WORDS),
        "currency_words": json.dumps(CURRENCY_WORDS),
        "language_words": json.dumps(LANGUAGE_WORDS),
        "boolean_words": json.dumps(yes_or_no),
    }
