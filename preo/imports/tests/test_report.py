"""The file of failed rows: the input's own form, with reasons, that completes the import."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_product
from preo.imports.models import DataImport, ImportStage
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
    """The import of a file, read and ready to start."""
    data_import = make_file_import(text.encode(encoding), edition=cast.edition, source="shop")
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
