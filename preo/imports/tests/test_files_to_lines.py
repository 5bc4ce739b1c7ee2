"""Whole files, in the forms that people bring, read by the jobs into lines and problems."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from conftest import Cast
from preo.accounts.tests.factories import make_staff
from preo.core.access import Grant, Principal, Role
from preo.imports.models import DataImport, ImportLine, ImportStage, ProductMapping
from preo.imports.service.columns import process_columns, read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.files import workbook
from preo.imports.tests.staged import problems_of

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ["Ordrenr.", "Ordredato", "E-mail", "Kunde", "Vare", "Antal", "Stykpris", "I alt"]
ROWS = [
    ["A-1", "31.05.2026 10:00", "zoe@example.com", "Zoë Sørensen", "Dagsbillet", "2", "1.234,50", "2.469,00"],
    ["A-1", "31.05.2026 10:00", "zoe@example.com", "Zoë Sørensen", "Pølse", "1", "45,5", "2.469,00"],
    ["A-2", "05.31.2026", "zoe@example.com", "Zoë", "Dagsbillet", "1", "10,00", "10,00"],
    ["A-3", "30.05.2026", "zoe(at)example.com", "Zoë", "Dagsbillet", "0", "ti", "10,00"],
    ["", "30.05.2026", "zoe@example.com", "Zoë", "Dagsbillet", "1", "10,00", "10,00"],
]  # fmt: skip
PROBLEMS = [
    (4, "Ordredato", "invalid_date"),
    (5, "E-mail", "invalid_email"),
    (5, "Antal", "invalid_quantity"),
    (5, "Stykpris", "invalid_number"),
    (6, "Ordrenr.", "missing_order_id"),
]


def as_text(delimiter: str, encoding: str) -> bytes:
    lines = [delimiter.join(row) for row in (HEADER, *ROWS)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def read_whole(data_import: DataImport) -> DataImport:
    """Let both jobs run, as a person of staff would who takes every suggestion."""
    read_import_file(data_import_id=data_import.pk, generation=data_import.generation)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING, data_import.error_message
    staff = Principal(
        "staff", make_staff().pk, (Grant(data_import.organization_id, None, Role.STAFF),)
    )
    processed = process_columns(data_import_id=data_import.pk, by=staff, now=timezone.now())
    read_import_lines(data_import_id=data_import.pk, generation=processed.generation)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING
    return data_import


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        (as_text(";", "cp1252"), "orders.csv"),
        (as_text("\t", "utf-16"), "orders.txt"),
        (as_text(";", "utf-8-sig"), "orders.csv"),
        (workbook([HEADER, *ROWS]), "orders.xlsx"),
    ],
    ids=["Windows-1252", "UTF-16", "UTF-8 with BOM", "workbook"],
)
def test_all_planted_mistakes_are_found_whatever_the_form(
    cast: Cast, content: bytes, file_name: str
) -> None:
    data_import = read_whole(make_file_import(content, edition=cast.edition, file_name=file_name))
    assert [problem[:3] for problem in problems_of(data_import)] == PROBLEMS
    first, second = ImportLine.objects.filter(data_import=data_import, order_place=0).order_by(
        "number"
    )
    assert first.values == {
        "order_id": "A-1",
        "created": "2026-05-31T08:00:00Z",
        "email": "zoe@example.com",
        "first_name": "Zoë",
        "last_name": "Sørensen",
        "product": "Dagsbillet",
        "quantity": 2,
        "unit_price": 123450,
        "order_total": 246900,
    }
    assert (second.values["product"], second.values["unit_price"]) == ("Pølse", 4550)
    assert not first.is_bad


SAMPLES = os.environ.get("PREO_SAMPLE_DATA", "")
FILE = Path(SAMPLES) / "superstore.csv"


@pytest.mark.skipif(not FILE.is_file(), reason="outside data: no superstore.csv")
def test_the_superstores_own_file_becomes_its_lines(cast: Cast) -> None:
    data_import = read_whole(make_file_import(FILE.read_bytes(), edition=cast.edition))
    lines = ImportLine.objects.filter(data_import=data_import)
    assert (lines.count(), data_import.order_count) == (9_994, 5_009)
    assert ProductMapping.objects.filter(data_import=data_import).count() == 1_862
    assert set(data_import.problem_counts) == {"rounded"}
