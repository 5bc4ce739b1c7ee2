"""From which system a file is, and how its orders stand in it: found, asked for, never mixed up."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.imports.columns.saved import REASON, name_source, save_columns
from preo.imports.columns.suggesting import SAME_WIDTH
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportLine, ImportStage
from preo.imports.tests.runs import make_ready
from preo.imports.tests.staged import fields_of, make_staged, problems_of

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Price"
NUMBERED = "Column 1;Column 2;Column 3;Column 4"
GOOD = "A-1;zoe@example.com;Day ticket;45.50"


def process(client: ApiClient, data_import: DataImport) -> Any:
    address = f"/v1/data-imports/{data_import.api_id}/process-column-mappings"
    return client.send("POST", address, {})


def change(client: ApiClient, data_import: DataImport, **changes: Any) -> Any:
    return client.send("PATCH", f"/v1/data-imports/{data_import.api_id}", changes)


def make_without_header(cast: Cast, *rows: str) -> DataImport:
    data_import = make_staged(cast, NUMBERED, *(rows or [GOOD]), source="")
    return map_to(data_import, "order_id", "email", "product", "unit_price")


def map_to(data_import: DataImport, *fields: str) -> DataImport:
    data_import.mappings = [
        {"column": place, "field": field, "format": None, "confidence": None}
        for place, field in enumerate(fields)
    ]
    data_import.save()
    return data_import


def orders(data_import: DataImport) -> list[list[int]]:
    """The rows of each order, in the file's order."""
    make_lines(data_import)
    places: dict[int, list[int]] = {}
    for line in ImportLine.objects.filter(data_import=data_import).order_by("number"):
        places.setdefault(line.order_place, []).append(line.number)
    return [places[place] for place in sorted(places)]


def test_a_file_without_a_header_of_an_unnamed_system_is_refused(
    staff: ApiClient, cast: Cast
) -> None:
    data_import = make_without_header(cast)
    answer = process(staff, data_import)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/source", "missing_source")
    assert change(staff, data_import, source="Old shop").status_code == 200
    assert process(staff, data_import).json()["source"] == "Old shop"


def test_two_shops_whose_files_differ_are_never_taken_for_one(staff: ApiClient, cast: Cast) -> None:
    headers = (HEADER, "Order no;E-mail;Product;Price", f"{HEADER};{REASON}", HEADER.upper())
    named = []
    for header in headers:
        rows = GOOD + ";" * (header.count(";") - 3)
        named.append(process(staff, make_staged(cast, header, rows, source="")).json()["source"])
    first, other, repaired, same = named
    assert first == repaired == same != other
    assert first == name_source(HEADER.split(";"))


def test_of_a_file_without_a_header_only_what_the_values_bear_out_is_suggested_again(
    cast: Cast,
) -> None:
    save_columns(make_without_header(cast))
    again = make_staged(cast, NUMBERED, "B-1;kim@example.com;Tent;30", source="")
    assert again.source == ""
    assert set(fields_of(again).values()) == {"order_id", "email", "product", "unit_price"}
    assert {mapping["confidence"] for mapping in again.mappings} == {SAME_WIDTH}
    other = make_staged(cast, NUMBERED, "Tent;30;B-1;kim@example.com")
    assert not {"email", "unit_price"} & set(fields_of(other).values())


def test_rows_below_an_orders_first_one_are_of_it_only_where_staff_say_so(
    staff: ApiClient, cast: Cast
) -> None:
    rows = ["A-1;zoe@example.com;Pass;45", ";;Tent;30", ";kim@example.com;Pass;45", ";;Tent;30"]
    data_import = make_ready(cast, HEADER, *rows)
    missing = [(row, code) for row, _, code, _ in problems_of(data_import)]
    assert (3, "missing_order_id") in missing

    answer = change(staff, data_import, grouping="first_line_only")
    assert (answer.status_code, answer.json()["grouping"]) == (200, "first_line_only")
    data_import.refresh_from_db()
    assert (data_import.stage, data_import.chosen) == (
        ImportStage.NEEDS_COLUMN_MAPPING,
        {"grouping": "first_line_only"},
    )
    assert orders(data_import) == [[2, 3], [4, 5]]
    # A row that names another buyer is of another order, which has no ID.
    assert [found[:3] for found in problems_of(data_import)] == [
        (4, "Order ID", "missing_order_id")
    ]

    assert change(staff, data_import, grouping=None).json()["grouping"] is None
    assert change(staff, data_import, grouping="columns").status_code == 400


def test_lines_in_a_cell_need_the_column_that_holds_them(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD)
    change(staff, data_import, grouping="lines_in_a_cell")
    answer = process(staff, data_import)
    assert [error["code"] for error in answer.json()["errors"]] == ["missing_line_items"]
