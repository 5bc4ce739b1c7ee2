"""The file of failed rows: the input's own form, with reasons, that completes the import."""

import datetime as dt
import io
from itertools import chain
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_product
from preo.imports.models import DataImport, ImportRow, ImportService, ImportStage
from preo.imports.report import EXCEL as XLSX
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.runs import BY, run_all
from preo.orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = "Order ID;Order date;E-mail;Product;Quantity;Unit price"
ROWS = [
    "A-1;31-05-2026;zoë@example.com;Dagbillet;2;45,50",
    "A-2;31-05-2026;bo@example.com;Dagbillet;1;x",
    'A-3;31-05-2026;cy@example.com;"Øl; kold";1;5',
    "A-2;31-05-2026;bo@example.com;Dagbillet;1;45,50",
]


def bring(cast: Cast, text: str, encoding: str) -> DataImport:
    return bring_file(cast, text.encode(encoding))


def bring_file(cast: Cast, content: bytes, **fields: Any) -> DataImport:
    """The import of a file, read and ready to start."""
    data_import = make_file_import(content, edition=cast.edition, source="shop", **fields)
    read_import_file(data_import_id=data_import.pk, generation=1)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING, data_import.error_message
    read_import_lines(data_import_id=data_import.pk, generation=1)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING
    return data_import


def report(client: ApiClient, data_import: DataImport) -> Any:
    return client.send("GET", f"/v1/data-imports/{data_import.api_id}/error-report")


def shown(client: ApiClient, data_import: DataImport) -> Any:
    return client.send("GET", f"/v1/data-imports/{data_import.api_id}").json()


def test_where_nothing_failed_there_is_no_file(cast: Cast, staff: ApiClient) -> None:
    make_product(edition=cast.edition, name="Dagbillet")
    data_import = run_all(bring(cast, "\r\n".join([HEADER, ROWS[0]]), "utf-8"))
    assert shown(staff, data_import)["error_report_url"] is None
    assert report(staff, data_import).status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_failed_rows_come_back_as_they_were_and_mended_they_complete_the_import(
    cast: Cast, staff: ApiClient, encoding: str
) -> None:
    assert BY.kind == "staff"
    make_product(edition=cast.edition, name="Dagbillet")
    data_import = run_all(bring(cast, "\r\n".join([HEADER, *ROWS]), encoding))
    assert [order.external_id for order in Order.objects.all()] == ["A-1"]
    url = shown(staff, data_import)["error_report_url"]
    assert url.endswith(f"/v1/data-imports/{data_import.api_id}/error-report")
    answer = report(staff, data_import)
    text = b"".join(answer.streaming_content).decode(encoding)
    lines = text.splitlines()
    assert lines[0] == f"{HEADER};Why it failed"
    assert [line[: len(row)] for line, row in zip(lines[1:], ROWS[1:], strict=True)] == ROWS[1:]
    assert "Unit price: This is no number" in lines[1]
    assert "Product: Nobody has said" in lines[2]
    assert lines[3].endswith("Another row of this order cannot be taken.")

    make_product(edition=cast.edition, name="Øl; kold")
    mended = run_all(bring(cast, text.replace(";x;", ";45,50;"), encoding))
    assert (mended.orders_created, mended.orders_failed) == (2, 0)
    assert Order.objects.get(external_id="A-2").amount == 9100


at = dt.datetime.fromisoformat
EXCEL = {"file_name": "orders.xlsx", "service": ImportService.EXCEL}
SHEET: list[list[Any]] = [
    ["Order ID", "Order date", "E-mail", "Product", "Quantity", "Unit price", "VAT", "Note"],
    [1001, at("2026-05-31T18:30:00"), "zoë@example.com", "Dagbillet", 2, 45.5, 0.25, "a"],
    [1002, at("2026-05-31"), "bo@example.com", "Dagbillet", 1, "free", 0.25, "007"],
    [1003, "2026-05-31T00:00:00", "cy@example.com", "=Øl", 1, "0.30", 0.255, "@kold\nøl"],
    [1004, at("2026-05-31T00:00:01"), "di@example.com", "=Øl", 3, 1e-05, True, "1e5"],
]
"""Prices of 1002 cannot be read, the products of 1003 and 1004 are not here."""


def sheet_with_texts() -> bytes:
    """The workbook: what begins with = is a text in it."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Ordrer"
    for number, row in enumerate(SHEET, 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
            cell.number_format = "0%" if value == 0.25 else cell.number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbooks_failed_rows_come_back_as_one_and_mended_they_complete_the_import(
    cast: Cast, staff: ApiClient
) -> None:
    make_product(edition=cast.edition, name="Dagbillet")
    data_import = run_all(bring_file(cast, sheet_with_texts(), **EXCEL))
    assert [order.external_id for order in Order.objects.all()] == ["1001"]
    answer = report(staff, data_import)
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"].endswith('-failed-rows.xlsx"')
    content = b"".join(answer.streaming_content)

    book = load_workbook(io.BytesIO(content))
    page = book["Ordrer"]
    types = [[cell.data_type for cell in row] for row in page.iter_rows(min_row=2)]
    assert types[0][:8] == ["n", "d", "s", "s", "n", "s", "n", "s"]
    assert not {"f"} & set(chain.from_iterable(types))
    assert page.cell(2, 9).value.startswith("Unit price: This is no number")
    again = bring_file(cast, content, **EXCEL)
    rows = ImportRow.objects.order_by("number")
    before = rows.filter(data_import=data_import, number__gte=3).values_list("cells", flat=True)
    after = rows.filter(data_import=again).values_list("cells", flat=True)
    assert [cells[:8] for cells in after] == list(before)

    page.cell(2, 6).value = 45.5
    for row in page.iter_rows(min_row=3):
        row[3].value = "Dagbillet"
    mended = io.BytesIO()
    book.save(mended)
    done = run_all(bring_file(cast, mended.getvalue(), **EXCEL))
    assert (done.orders_created, done.orders_failed) == (3, 0)
    assert Order.objects.get(external_id="1002").created.isoformat() == "2026-05-30T22:00:00+00:00"


def test_what_we_add_is_no_formula(cast: Cast, staff: ApiClient) -> None:
    text = "Order ID;E-mail;=Product;Unit price\nA-1;a@example.com;=1+1;5\n"
    content = b"".join(report(staff, run_all(bring(cast, text, "utf-8"))).streaming_content)
    assert content.splitlines()[1].startswith(
        b"A-1;a@example.com;=1+1;5;'=Product: Nobody has said"
    )
