"""Workbooks: which sheet, what cells become, and what is refused without harm."""

import datetime as dt
import io
import struct
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from preo.imports.files import kinds
from preo.imports.files.problems import UnreadableFileError
from preo.imports.tests.files import cells, look, read, workbook

HEADER = ["order", "date", "price"]


def refused(content: bytes, file_name: str = "orders.xlsx", **chosen: Any) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read(content, file_name, **chosen)
    assert caught.value.message.endswith((".", "?"))
    return caught.value.code


def repacked(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook of which one part is another."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(old, new) if name == part else data)
    return file.getvalue()


def test_a_workbook_under_a_texts_name_is_refused_and_the_other_way_round() -> None:
    assert refused(workbook([HEADER, [1, 2, 3]]), "orders.csv") == "wrong_extension"
    assert refused(b"order,date\n1,2\n", "orders.xlsx") == "wrong_extension"
    assert refused(b"order,date\n1,2\n", "orders.XLS") == "wrong_extension"


def test_a_damaged_workbook_is_refused() -> None:
    whole = workbook([HEADER, [1, 2, 3]])
    assert refused(whole[: len(whole) // 2]) == "broken_file"
    assert refused(repacked(whole, "xl/workbook.xml", b"<", b"")) == "broken_file"
    assert refused(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 5_000, "a.xls") == "broken_file"


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("orders.csv", "order,date\n1,2\n")
    assert refused(file.getvalue(), "orders.zip") == "not_a_table"


def test_an_archive_that_declares_gigabytes_is_refused_unread() -> None:
    content = bytearray(workbook([HEADER, [1, 2, 3]]))
    entry = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, entry + 24, kinds.UNPACKED_LIMIT + 1)
    assert refused(bytes(content)) == "unpacks_too_large"


def test_an_archive_of_very_many_parts_is_refused_unread() -> None:
    content = bytearray(workbook([HEADER, [1, 2, 3]]))
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<H", content, end + 10, 60_000)
    assert refused(bytes(content)) == "unpacks_too_large"


def test_a_cell_in_the_last_corner_does_not_take_the_memory(settings: Any) -> None:
    settings.IMPORT_EXCEL_MEMORY = 512 * 1024**2
    content = repacked(
        workbook([HEADER, [1, 2, 3]]),
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    assert refused(content) == "unpacks_too_large"


def test_a_part_that_unpacks_to_more_than_memory_is_refused(settings: Any) -> None:
    settings.IMPORT_EXCEL_MEMORY = 256 * 1024**2
    cell = b"<is><t>" + b"x" * 200 * 1024**2 + b"</t></is>"
    content = repacked(
        workbook([HEADER, ["bomb", 2, 3]]),
        "xl/worksheets/sheet1.xml",
        b"<is><t>bomb</t></is>",
        cell,
    )
    assert len(content) < 1024**2
    assert refused(content) in {"unpacks_too_large", "broken_file"}


def test_a_cell_of_megabytes_is_refused() -> None:
    content = repacked(
        workbook([HEADER, ["bomb", 2, 3]]),
        "xl/worksheets/sheet1.xml",
        b"bomb",
        b"x" * 10 * 1024**2,
    )
    assert refused(content) == "cell_too_large"


def test_a_formula_without_its_result_is_refused_with_its_cell() -> None:
    content = workbook([HEADER, [1, 2, "=1+1"]])
    with pytest.raises(UnreadableFileError, match="cell C2 holds a formula") as caught:
        read(content, "orders.xlsx")
    assert caught.value.code == "formulas_without_values"


def test_a_formula_with_its_result_gives_the_result() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    content = workbook([HEADER, [1, 2, "=1+1"]])
    for empty in (b"</f><v />", b"</f><v></v>", b"</f><v/>"):
        content = repacked(content, sheet, empty, b"</f><v>2</v>")
    assert cells(content, "orders.xlsx") == [["1", "2", "2"]]


def test_an_empty_sheet_and_one_with_a_header_alone_are_refused() -> None:
    assert refused(workbook([])) == "empty_file"
    assert refused(workbook([HEADER])) == "header_only"


def test_a_sheet_that_is_not_there_is_refused() -> None:
    assert refused(workbook([HEADER, [1, 2, 3]]), sheet="Orders") == "sheet_not_found"


def test_too_many_columns_are_refused() -> None:
    wide = [f"c{place}" for place in range(5_000)]
    assert refused(workbook([wide, wide])) == "too_many_columns"


def test_numbers_times_and_words_become_what_a_plain_file_would_have() -> None:
    row = [
        12.0,
        0.1 + 0.2,
        dt.datetime.fromisoformat("2026-05-01T10:30"),
        dt.date(2026, 5, 2),
        True,
        "Zoë\nÅ",
    ]
    content = workbook([["a", "b", "c", "d", "e", "f"], row])
    [found] = cells(content, "orders.xlsx")
    assert found[:3] == ["12", "0.3", "2026-05-01T10:30:00"]
    assert found[3].startswith("2026-05-02")
    assert found[4:] == ["TRUE", "Zoë\nÅ"]
    assert look(content, "orders.xlsx").decimal_separator == "."
    assert look(content, "orders.xlsx").date_order == "ymd"


def test_rows_keep_their_numbers_below_blank_ones() -> None:
    rows = read(workbook([[], ["My shop"], [], HEADER, [1, 2, 3], [], [4, 5, 6]]), "orders.xlsx")
    assert [(row.number, row.cells) for row in rows] == [(5, ["1", "2", "3"]), (7, ["4", "5", "6"])]


def test_the_first_visible_sheet_is_read_and_another_can_be_chosen() -> None:
    content = workbook(
        [["secret", "x"], [0, 0]], [HEADER, [1, 2, 3]], [HEADER, [9, 9, 9]], hidden=[1]
    )
    found = look(content, "orders.xlsx")
    assert (found.kind, found.sheets, found.sheet) == ("excel", ["Sheet 2", "Sheet 3"], "Sheet 2")
    assert cells(content, "orders.xlsx") == [["1", "2", "3"]]
    assert cells(content, "orders.xlsx", sheet="Sheet 3") == [["9", "9", "9"]]
    assert load_workbook(io.BytesIO(content)).sheetnames[0] == "Sheet 1"
