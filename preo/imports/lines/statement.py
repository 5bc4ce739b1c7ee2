"""The whole statement that fills the temporary table `import_read`."""

from dataclasses import dataclass
from typing import Any

from preo.imports.columns.fields import CONSENT, CONSENT_DATE
from preo.imports.lines.faults import ERROR, WARNING, Fault
from preo.imports.lines.inputs import Input
from preo.imports.lines.items import ITEMS
from preo.imports.lines.reading import Reading

MOST_BITS = 62


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: dict[str, Any]
    faults: list[Fault]


def read_statement(inputs: list[Input], values: dict[str, Any], *, with_phones: bool) -> Statement:
    """The statement for these inputs, with what it binds and what its faults mean."""
    reading = Reading(with_phones, dict(values))
    items = next((one for one in inputs if one.item), None)
    if items is not None:
        reading.by_field["line_items"] = items
    for one in inputs:
        reading.take(one)
    _keep_names(reading)
    status = _status(reading)
    _check_rows(reading)
    found = reading.result
    columns = {
        "order_key": found.get("order_id", "NULL::text"),
        "group_key": f"coalesce({found.get('order_id', 'NULL::text')}, chr(1) || number)",
        "product_code": found.get("product_code", "NULL::text"),
        "product_name": found.get("product", "NULL::text"),
        "product_variant": found.get("variant", "NULL::text"),
        "unit_price": _unit_price(found),
        "status": status,
        "customer": _first(found, "customer_id", "email", "callable"),
        "email": f"lower({found.get('email', 'NULL::text')})",
        "total": found.get("order_total", "NULL::bigint"),
        "values": f"json_object({', '.join(reading.members)} ABSENT ON NULL RETURNING jsonb)",
        "faults": _fault_numbers(reading.faults),
        "said": _said(reading.said),
    }
    return Statement(_assemble(reading, items, columns), reading.values, reading.faults)


def _assemble(reading: Reading, items: Input | None, columns: dict[str, str]) -> str:
    def listed(expressions: list[str]) -> str:
        return "".join(f", {one}" for one in expressions)

    made = ", ".join(f"{value} AS {name}" for name, value in columns.items())
    part = "coalesce(items.part, 0::smallint)" if items else "0::smallint"
    joined = ITEMS.replace("{cell}", str(items.column + 1)) if items else ""
    # All names in it are this package's, all numbers are of inputs and faults.
    return f"""
        CREATE TEMPORARY TABLE import_read ON COMMIT DROP AS
        SELECT number, part, {made}
        FROM (
            SELECT parsed.*{listed(reading.timed)}
            FROM (
                SELECT cleaned.number, cleaned.part{listed(reading.parsed)}
                FROM (
                    SELECT raw.number, raw.part{listed(reading.cleaned)}
                    FROM (
                        SELECT row.number, {part} AS part{listed(reading.raw)}
                        FROM imports_importrow AS row {joined}
                        WHERE row.data_import_id = %(import)s
                          AND btrim(array_to_string(row.cells, ''), %(blanks)s) <> ''
                        OFFSET 0
                    ) AS raw OFFSET 0
                ) AS cleaned {" ".join(reading.joins)} OFFSET 0
            ) AS parsed OFFSET 0
        ) AS timed
    """  # noqa: S608


def _first(found: dict[str, str], *fields: str) -> str:
    given = [found[field] for field in fields if field in found]
    return f"coalesce({', '.join(given)})" if given else "NULL::text"


def _unit_price(found: dict[str, str]) -> str:
    if "unit_price" in found:
        return found["unit_price"]
    if "line_total" not in found:
        return "NULL::bigint"
    quantity = f"nullif({found['quantity']}, 0)" if "quantity" in found else "1"
    return f"round({found['line_total']}::numeric / coalesce({quantity}, 1))::bigint"


def _keep_names(reading: Reading) -> None:
    """First and last name; a full name is parted at its comma, else before its last word."""
    found = reading.result
    first, last = found.get("first_name"), found.get("last_name")
    given_first, given_last = first, last
    if full := found.get("full_name"):
        space = "[[:space:]\u00a0]+"
        of_first = f"""CASE WHEN strpos({full}, ',') > 0 THEN btrim(split_part({full}, ',', 2))
            ELSE regexp_replace({full}, '{space}[^[:space:]\u00a0]+$', '') END"""
        of_last = f"""CASE WHEN strpos({full}, ',') > 0 THEN split_part({full}, ',', 1)
            ELSE substring({full} FROM '{space}([^[:space:]\u00a0]+)$') END"""
        has_last = f"CASE WHEN {full} ~ '[,[:space:]\u00a0]' THEN {full} END"
        given_first = f"coalesce({first or 'NULL'}, {full})"
        given_last = f"coalesce({last or 'NULL'}, {has_last})"
        first = f"coalesce({first or 'NULL'}, {of_first})"
        last = f"coalesce({last or 'NULL'}, {of_last})"
    if first:
        reading.keep("first_name", f"left({first}, 150)", "first_name", given=given_first)
    if last:
        reading.keep("last_name", f"left({last}, 150)", "last_name", given=given_last)


def _status(reading: Reading) -> str:
    found = reading.result
    status = found.get("status", "NULL::text")
    if cancelled := found.get("cancelled_at"):
        status = f"CASE WHEN {cancelled} THEN 'cancelled' ELSE {status} END"
    if status != "NULL::text":
        reading.keep("status", status, "status")
    return status


def _check_rows(reading: Reading) -> None:
    """What several values of one row owe each other."""
    found, inputs = reading.result, reading.by_field
    key = found.get("order_id", "NULL::text")
    reading.fault(ERROR, "missing_order_id", f"{key} IS NULL", inputs.get("order_id"))
    product = _first(found, "product", "product_code")
    about = inputs.get("product") or inputs.get("product_code")
    reading.fault(ERROR, "missing_product", f"{product} IS NULL", about)
    priced = [inputs[name] for name in ("line_total", "unit_price") if name in inputs]
    empty = " AND ".join(f"t{one.alias} IS NULL" for one in priced) or "true"
    reading.fault(ERROR, "missing_price", empty, priced[0] if priced else None)
    for name, one in inputs.items():
        if name.startswith(CONSENT):
            date = found.get(f"{CONSENT_DATE}{name.removeprefix(CONSENT)}", "NULL::text")
            undated = f"{found[name]} IS NOT NULL AND {date} IS NULL"
            reading.fault(WARNING, "consent_without_date", undated, one)


def _fault_numbers(faults: list[Fault]) -> str:
    cases = ", ".join(f"CASE WHEN {one.condition} THEN {one.number} END" for one in faults)
    return f"array_remove(ARRAY[{cases}]::int[], NULL)"


def _said(given: list[str]) -> str:
    """A bit for each thing of the order that a line says. For too many the row stands, which
    differs from line to line.
    """
    if len(given) > MOST_BITS:
        return "number::bigint"
    bits = [
        f"CASE WHEN {one} IS NOT NULL THEN {1 << bit} ELSE 0 END" for bit, one in enumerate(given)
    ]
    return f"({' | '.join(bits) or '0'})::bigint"
