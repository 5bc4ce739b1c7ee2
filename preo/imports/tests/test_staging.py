"""Rows on their way into the database: whole, in order, resumed where they were cut off."""

import os
from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from preo.activity.models import Activity
from preo.imports.files import staging
from preo.imports.files.rows import FileRow
from preo.imports.models import DataImport, ImportRow, ImportStage
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.files import workbook

pytestmark = pytest.mark.django_db

SAMPLES = os.environ.get("PREO_SAMPLE_DATA", "")
ODD = 'a\\b"c\td\r\ne,{f}\x1fg\x1eh\u00a0NULL \\N ø'
TEN = b"order,name\n" + b"".join(b"%d,N%d\n" % (place, place % 3) for place in range(1, 11))


class Killed(BaseException):
    """Stands for the end of the process: nothing in our code may catch it."""


def read(data_import: DataImport) -> DataImport:
    read_import_file(data_import_id=data_import.pk, generation=data_import.generation)
    data_import.refresh_from_db()
    return data_import


def rows(data_import: DataImport) -> list[tuple[int, list[str]]]:
    found = ImportRow.objects.filter(data_import=data_import).order_by("number")
    return [(row.number, row.cells) for row in found]


def kill_at(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """Let reading die when it has begun to write this chunk, of two rows each."""
    written = 0
    encode = staging.encode_rows

    def dying(prefix: str, chunk_rows: list[FileRow]) -> str:
        nonlocal written
        written += 1
        if written == chunk:
            raise Killed
        return encode(prefix, chunk_rows)

    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    monkeypatch.setattr(staging, "encode_rows", dying)


def test_a_file_that_cannot_be_read_fails_with_its_reason(cast: Cast) -> None:
    for content, reason in (
        (b"order,name\n", "The file has a header but no rows below it."),
        (b"One sentence.\n", "No comma"),
        (b"order,name\n1,Ann\n" + b"2,x\n" * 30_000 + b'3,"' + b"x" * 200_000, "Row 30,003 has"),
    ):
        data_import = read(make_file_import(content, edition=cast.edition))
        assert data_import.stage == ImportStage.FAILED
        assert data_import.error_message.startswith(reason)
        assert (rows(data_import), data_import.rows_done) == ([], 0)
        [activity] = Activity.objects.filter(object_id=data_import.pk)
        assert activity.type == "data_import.failed"


def test_a_file_that_is_gone_fails(cast: Cast, storage: Path) -> None:
    data_import = make_file_import(TEN, edition=cast.edition)
    (storage / data_import.data_file).unlink()
    assert "no longer in storage" in read(data_import).error_message


def test_a_mistake_of_ours_fails_the_import_and_is_raised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "encode_rows", lambda *_: 1 / 0)
    data_import = make_file_import(TEN, edition=cast.edition)
    with pytest.raises(ZeroDivisionError):
        read(data_import)
    data_import.refresh_from_db()
    assert data_import.error_message == "Something went wrong on our side."


def test_an_older_demand_and_one_that_was_given_up_do_nothing(cast: Cast) -> None:
    for fields in ({"generation": 2}, {"stage": ImportStage.CANCELLED}):
        data_import = make_file_import(TEN, edition=cast.edition, **fields)
        read_import_file(data_import_id=data_import.pk, generation=1)
        assert rows(data_import) == []


@pytest.mark.parametrize(
    "meanwhile", [{"stage": ImportStage.CANCELLED}, {"generation": 2}, {"rows_done": 6}]
)
def test_what_is_given_up_or_read_by_another_stops_at_the_next_chunk(
    meanwhile: dict[str, Any], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_import = make_file_import(TEN, edition=cast.edition)
    encode = staging.encode_rows

    def interrupted(prefix: str, chunk: list[FileRow]) -> str:
        if chunk[0].number == 4:
            DataImport.objects.filter(pk=data_import.pk).update(**meanwhile)
        return encode(prefix, chunk)

    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    monkeypatch.setattr(staging, "encode_rows", interrupted)
    found = read(data_import)
    assert {name: getattr(found, name) for name in meanwhile} == meanwhile
    assert (len(rows(data_import)), found.row_count, found.mappings) == (2, None, [])


@pytest.mark.parametrize("chunk", [1, 2, 4, 5])
def test_a_reading_that_was_killed_goes_on_behind_its_last_chunk(
    chunk: int, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(make_file_import(TEN, edition=cast.edition))
    data_import = make_file_import(TEN, edition=cast.edition)
    with monkeypatch.context() as patch:
        kill_at(patch, chunk)
        with pytest.raises(Killed):
            read(data_import)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.UPLOADED
    assert data_import.rows_done == len(rows(data_import)) == (chunk - 1) * 2
    before = {row.number: row.pk for row in ImportRow.objects.filter(data_import=data_import)}
    assert read(data_import).stage == ImportStage.NEEDS_COLUMN_MAPPING
    assert set(before) <= {number for number, _ in rows(data_import)}
    assert rows(data_import) == rows(whole)
    assert data_import.columns == whole.columns
    assert (data_import.row_count, data_import.rows_done) == (10, 10)


def test_a_reading_that_was_killed_at_its_very_end_is_brought_to_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_import = make_file_import(TEN, edition=cast.edition)

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("preo.imports.service.reading.suggest", die)
        with pytest.raises(Killed):
            read(data_import)
    assert read(data_import).stage == ImportStage.NEEDS_COLUMN_MAPPING
    assert len(rows(data_import)) == 10


def test_cells_come_in_as_they_stand(cast: Cast) -> None:
    quoted = ODD.replace('"', '""')
    content = f'order,odd\n1,"{quoted}"\n2,\n\n3,"{quoted}"\n'.encode()
    data_import = read(make_file_import(content, edition=cast.edition))
    assert rows(data_import) == [(2, ["1", ODD]), (3, ["2", ""]), (5, ["3", ODD])]
    plain = ODD.replace("\x1f", "").replace("\x1e", "")
    content = f'order,odd\n1,"{plain.replace(chr(34), chr(34) * 2)}"\n'.encode()
    data_import = read(make_file_import(content, edition=cast.edition))
    assert rows(data_import) == [(2, ["1", plain])]


def test_columns_have_samples_and_the_share_of_empties(cast: Cast) -> None:
    data_import = read(make_file_import(TEN + b"11,\n12,\n", edition=cast.edition))
    order, name = data_import.columns
    assert (order["index"], order["name"], order["empty_share"]) == (0, "order", 0.0)
    assert len(order["samples"]) == 10
    assert (name["samples"], name["empty_share"]) == (["N1", "N2", "N0"], round(2 / 12, 4))
    assert [mapping["column"] for mapping in data_import.mappings] == [0, 1]
    assert data_import.detected["encoding"] == "utf-8"
    assert "grouping" in data_import.detected


def test_longer_rows_are_counted_and_keep_their_cells(cast: Cast) -> None:
    data_import = read(make_file_import(b"a,b\n1,2\n1,2,3\n1\n", edition=cast.edition))
    assert rows(data_import) == [(2, ["1", "2"]), (3, ["1", "2", "3"]), (4, ["1", ""])]
    assert data_import.detected["longer_rows"] == 1


def test_a_workbook_comes_in_like_a_text(cast: Cast) -> None:
    content = workbook([["order", "name"], [1, "Zoë"], [2, None]])
    data_import = read(make_file_import(content, edition=cast.edition, file_name="orders.xlsx"))
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING
    assert rows(data_import) == [(2, ["1", "Zoë"]), (3, ["2", ""])]


def test_cancelling_an_import_voids_its_reading(cast: Cast, admin: Any) -> None:
    data_import = make_file_import(TEN, edition=cast.edition)
    assert (
        admin.send("POST", f"/v1/data-imports/{data_import.api_id}/cancel", {}).status_code == 200
    )
    assert read(data_import).stage == ImportStage.CANCELLED
    assert rows(data_import) == []


@pytest.mark.skipif(not SAMPLES, reason="outside data: PREO_SAMPLE_DATA is not set")
def test_a_real_export_comes_in_whole(cast: Cast) -> None:
    content = (Path(SAMPLES) / "superstore.csv").read_bytes()
    data_import = read(make_file_import(content, edition=cast.edition))
    assert (data_import.stage, data_import.row_count) == (ImportStage.NEEDS_COLUMN_MAPPING, 9_994)
    names = [column["name"] for column in data_import.columns]
    order, product = names.index("Order ID"), names.index("Product ID")
    found = [cells for _, cells in rows(data_import)]
    assert len({cells[order] for cells in found}) == 5_009
    assert len(found) - len({(cells[order], cells[product]) for cells in found}) == 8
    assert sum(not "".join(cells).isascii() for cells in found) == 367
    in_rows = sum("".join(cells).count("\u00a0") for cells in found)
    assert in_rows == content.decode().count("\u00a0") > 0
