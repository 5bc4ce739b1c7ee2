"""Bringing files over HTTP: multipart and base64, lists, changes, giving up."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.activity.models import Activity
from preo.imports.files import store
from preo.imports.models import DataImport, ImportRow, ImportService, ImportStage
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_file_import, make_import
from preo.imports.tests.files import workbook

pytestmark = pytest.mark.django_db

PATH = "/v1/data-imports"
CONTENT = "order;name;price\n1;Søren;12,50\n2;Zoë;7,00\n".encode("cp1252")


def upload(client: ApiClient, cast: Cast, content: bytes = CONTENT, **fields: Any) -> Any:
    """A multipart request as a browser sends it."""
    name = fields.pop("file_name", "may.csv")
    headers = fields.pop("headers", {})
    body = {"edition_id": cast.edition.api_id, "data_file": SimpleUploadedFile(name, content)}
    return client.post(PATH, body | fields, headers=headers)


def as_base64(client: ApiClient, cast: Cast, content: bytes, **fields: Any) -> Any:
    body = {
        "edition_id": cast.edition.api_id,
        "data_file_base64": base64.b64encode(content).decode(),
    }
    return client.send("POST", PATH, body | fields)


def errors(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def run_reading() -> None:
    """Carry out what waits, as the worker would."""
    for job in ProcrastinateJob.objects.filter(task_name="imports.read_file").order_by("id"):
        read_import_file(**dict(job.args))


def stored(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


@pytest.mark.safety
def test_a_foreign_edition_is_like_one_that_is_not(
    staff: ApiClient, cast: Cast, storage: Path
) -> None:
    for edition_id in (cast.rival_edition.api_id, "edt_" + "0" * 26, "nonsense"):
        answer = upload(staff, cast, edition_id=edition_id)
        assert errors(answer) == [("/edition_id", "unknown_id")]
    assert not DataImport.objects.exists()
    assert stored(storage) == []


@pytest.mark.safety
def test_staff_of_one_edition_bring_files_for_that_one_alone(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    client = sign_in(person)
    assert upload(client, cast).status_code == 201
    other = upload(client, cast, edition_id=cast.other_edition.api_id)
    assert errors(other) == [("/edition_id", "unknown_id")]


@pytest.mark.safety
def test_the_same_file_of_another_organization_or_edition_out_of_reach_is_not_told(
    cast: Cast,
) -> None:
    make_file_import(CONTENT, edition=cast.rival_edition)
    make_file_import(CONTENT, edition=cast.other_edition)
    person = make_staff()
    make_membership(staff=person, edition=cast.edition, role=RoleWord.STAFF)
    assert upload(sign_in(person), cast).json()["same_file_import_id"] is None


@pytest.mark.parametrize(
    ("content", "file_name", "code"),
    [
        (b"", "may.csv", "empty_file"),
        (b"\x7fELF\0\0\0\0" * 100, "may.csv", "binary_file"),
        (workbook([["a", "b"], [1, 2]]), "may.csv", "wrong_extension"),
        (b"a,b\n1,2\n", "may.xlsx", "wrong_extension"),
        (b"%PDF-1.7", "may.pdf", "not_a_table"),
    ],
)
def test_what_the_first_look_refuses_is_not_kept(
    content: bytes, file_name: str, code: str, staff: ApiClient, cast: Cast, storage: Path
) -> None:
    answer = upload(staff, cast, content, file_name=file_name)
    assert errors(answer) == [("/data_file", code)]
    assert stored(storage) == []
    assert errors(as_base64(staff, cast, content, data_file_name=file_name))[0][1] == code


def test_one_file_is_to_be_given_and_once(staff: ApiClient, cast: Cast) -> None:
    nothing = staff.send("POST", PATH, {"edition_id": cast.edition.api_id})
    assert errors(nothing) == [("/data_file", "one_file")]
    both = upload(staff, cast, data_file_base64=base64.b64encode(CONTENT).decode())
    assert errors(both) == [("/data_file", "one_file")]
    twice = [SimpleUploadedFile("a.csv", CONTENT), SimpleUploadedFile("b.csv", CONTENT)]
    assert errors(upload(staff, cast, data_file=twice)) == [("/data_file", "repeated")]
    assert errors(upload(staff, cast, name=["a", "b"])) == [("/name", "repeated")]
    other = upload(staff, cast, other=SimpleUploadedFile("a.csv", CONTENT))
    assert errors(other) == [("/other", "unknown_field")]
    assert errors(upload(staff, cast, data_file="text"))[0][0] == "/data_file"
    assert errors(upload(staff, cast, name="a\0b")) == [("/name", "null_character")]


def test_what_is_no_base64_is_named(staff: ApiClient, cast: Cast) -> None:
    body = {"edition_id": cast.edition.api_id, "data_file_base64": "not *base64*"}
    assert errors(staff.send("POST", PATH, body)) == [("/data_file_base64", "not_base64")]


def test_too_large_as_base64_is_413_that_points_to_multipart(
    staff: ApiClient, cast: Cast, settings: Any
) -> None:
    settings.IMPORT_BASE64_LIMIT = 1_000
    assert as_base64(staff, cast, b"a,b\n" + b"1,2\n" * 249).status_code == 201
    answer = as_base64(staff, cast, b"a,b\n" + b"1,2\n" * 251)
    assert (answer.status_code, answer.json()["code"]) == (413, "inline_file_too_large")
    assert "multipart" in answer.json()["title"]


def test_a_file_beyond_the_limit_is_413(
    staff: ApiClient, cast: Cast, settings: Any, storage: Path
) -> None:
    settings.IMPORT_FILE_LIMIT = 1_000
    answer = upload(staff, cast, b"a,b\n" + b"1,2\n" * 400_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = upload(staff, cast, b"a,b\n" + b"1,2\n" * 1_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert stored(storage) == []


def test_an_upload_that_was_cut_short_is_no_file(
    staff: ApiClient, cast: Cast, storage: Path
) -> None:
    boundary = "xxxx"
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="edition_id"\r\n\r\n'
        f"{cast.edition.api_id}\r\n--{boundary}\r\nContent-Disposition: form-data; "
        f'name="data_file"; filename="may.csv"\r\n\r\n'
    ).encode() + CONTENT
    media = f"multipart/form-data; boundary={boundary}"
    for end in (b"", b"\r\n", f"\r\n--{boundary}".encode(), f"\r\n--{boundary}\r\n".encode()):
        answer = staff.post(PATH, parts + end, content_type=media)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), end
    assert stored(storage) == []
    whole = staff.post(PATH, parts + f"\r\n--{boundary}--\r\n".encode(), content_type=media)
    assert whole.status_code == 201


def test_a_file_is_taken_in_and_read_by_the_job(
    staff: ApiClient, cast: Cast, storage: Path
) -> None:
    answer = upload(staff, cast, file_name="../../Salg i maj.csv", default_country_code="+46")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["stage"], made["service"], made["row_count"]) == ("uploaded", "csv", None)
    assert (made["name"], made["data_file_name"]) == ("Salg i maj", "Salg i maj.csv")
    assert (made["default_country_code"], made["file_size"]) == ("+46", len(CONTENT))
    assert (made["source"], made["encoding"], made["header_row"]) == ("", None, None)
    assert made["edition"]["id"] == cast.edition.api_id
    assert made["created_by"]["email"] == "staff@northlight.example"
    [kept] = stored(storage)
    assert kept.read_bytes() == CONTENT
    assert "maj" not in str(kept.relative_to(storage))
    run_reading()
    found = staff.send("GET", f"{PATH}/{made['id']}").json()
    assert (found["stage"], found["row_count"]) == ("needs_column_mapping", 2)
    assert (found["progress"]["rows_total"], found["progress"]["rows_done"]) == (2, 2)
    assert (found["encoding"], found["delimiter"]) == ("windows-1252", ";")
    assert (found["decimal_separator"], found["sheets"], found["sheet"]) == (",", [], None)
    cells = ImportRow.objects.order_by("number").values_list("cells", flat=True)
    assert list(cells) == [["1", "Søren", "12,50"], ["2", "Zoë", "7,00"]]
    types = Activity.objects.order_by("id").values_list("type", flat=True)
    assert list(types) == ["data_import.created"]


def test_base64_and_multipart_take_the_same_file(staff: ApiClient, cast: Cast) -> None:
    content = workbook([["order", "name"], [1, "Ann"]])
    fields = {"data_file_name": "may.xlsx", "name": "May", "source": "Billetto"}
    one = as_base64(staff, cast, content, **fields).json()
    two = upload(staff, cast, content, **fields).json()
    for name in ("service", "name", "source", "data_file_name", "file_size"):
        assert one[name] == two[name]
    assert (one["service"], one["source"]) == ("excel", "Billetto")
    assert two["same_file_import_id"] == one["id"]


def test_large_files_go_by_way_of_the_disk(staff: ApiClient, cast: Cast, storage: Path) -> None:
    content = b"order,name\n" + b"1,Ann\n" * 1_000_000
    answer = upload(staff, cast, content)
    assert answer.status_code == 201
    [kept] = stored(storage)
    assert kept.stat().st_size == answer.json()["file_size"] == len(content)


def test_the_same_file_a_second_time_is_pointed_out(staff: ApiClient, cast: Cast) -> None:
    first = upload(staff, cast).json()
    second = upload(staff, cast, file_name="again.csv").json()
    other = upload(staff, cast, CONTENT + b"3;Bo;1,00\n").json()
    assert first["same_file_import_id"] is None
    assert second["same_file_import_id"] == first["id"]
    assert other["same_file_import_id"] is None
    shown = staff.send("GET", PATH).json()["results"]
    assert [row["same_file_import_id"] for row in shown] == [None, first["id"], None]


def test_an_upload_repeated_under_one_key_is_one_import(
    staff: ApiClient, cast: Cast, storage: Path
) -> None:
    headers = {"Idempotency-Key": "may"} | staff.authorization
    first = upload(staff, cast, headers=headers)
    again = upload(staff, cast, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert len(stored(storage)) == DataImport.objects.count() == 1
    other = upload(staff, cast, CONTENT + b"3;Bo;1,00\n", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_failed_write_leaves_no_file(
    staff: ApiClient, cast: Cast, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preo.imports.service.uploads.record_import", lambda *_, **__: 1 / 0)
    assert upload(staff, cast).status_code == 500
    assert stored(storage) == []


def test_the_list_narrows_by_every_filter(staff: ApiClient, cast: Cast) -> None:
    one = make_import(edition=cast.edition, service=ImportService.EXCEL)
    two = make_import(edition=cast.other_edition, stage=ImportStage.FAILED)
    given_up = make_import(edition=cast.edition, stage=ImportStage.CANCELLED)
    make_import(edition=cast.rival_edition)

    def ids(query: str) -> list[str]:
        found = staff.send("GET", f"{PATH}?{query}")
        assert found.status_code == 200, found.content
        return [row["id"] for row in found.json()["results"]]

    assert ids("") == [two.api_id, one.api_id]
    assert ids("ordering=created") == [one.api_id, two.api_id]
    assert ids("ordering=-stage&include_cancelled=true") == [
        one.api_id, two.api_id, given_up.api_id,
    ]  # fmt: skip
    assert ids("include_cancelled=false") == ids("")
    assert ids("stage=cancelled") == [given_up.api_id]
    assert ids("stage=failed") == [two.api_id]
    assert ids("service=excel") == ids(f"edition_id={cast.edition.api_id}") == [one.api_id]
    assert ids(f"organization_id={cast.northlight.api_id}") == ids("")
    after, before = (
        f"created_{word}={two.created:%Y-%m-%dT%H:%M:%S.%fZ}" for word in ("after", "before")
    )
    assert ids(after) == [two.api_id]
    assert ids(before) == [one.api_id]


def test_other_settings_let_the_file_be_read_again(staff: ApiClient, cast: Cast) -> None:
    made = upload(staff, cast).json()
    path = f"{PATH}/{made['id']}"
    run_reading()
    changed = staff.send("PATCH", path, {"encoding": "windows-1250", "header_row": 0}).json()
    assert (changed["stage"], changed["row_count"]) == ("uploaded", None)
    run_reading()
    found = staff.send("GET", path).json()
    assert (found["encoding"], found["header_row"], found["row_count"]) == ("windows-1250", 0, 3)
    assert ImportRow.objects.get(number=2).cells[1] == "Sřren"
    staff.send("PATCH", path, {"encoding": None, "header_row": None})
    run_reading()
    found = staff.send("GET", path).json()
    assert (found["encoding"], found["header_row"], found["row_count"]) == ("windows-1252", 1, 2)
    types = Activity.objects.filter(type="data_import.updated").values_list("changed", flat=True)
    assert list(types) == [["encoding", "header_row"]] * 2


def test_a_file_that_failed_can_be_read_with_other_settings(staff: ApiClient, cast: Cast) -> None:
    made = upload(staff, cast, b"order^name\n1^Ann\n").json()
    run_reading()
    path = f"{PATH}/{made['id']}"
    assert staff.send("GET", path).json()["error_message"].startswith("No comma")
    assert staff.send("PATCH", path, {"delimiter": "^"}).json()["error_message"] == ""
    run_reading()
    assert staff.send("GET", path).json()["stage"] == "needs_column_mapping"


def test_what_was_got_can_be_sent_back_and_changes_nothing(staff: ApiClient, cast: Cast) -> None:
    made = upload(staff, cast).json()
    run_reading()
    path = f"{PATH}/{made['id']}"
    present = staff.send("GET", path).json()
    answer = staff.send("PATCH", path, present)
    assert (answer.status_code, answer.json()) == (200, present)
    assert not Activity.objects.filter(type="data_import.updated").exists()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"encoding": "klingon"}, ("/encoding", "invalid_choice")),
        ({"delimiter": "ab"}, ("/delimiter", "max_length")),
        ({"delimiter": "a"}, ("/delimiter", "invalid")),
        ({"header_row": -1}, ("/header_row", "min_value")),
        ({"sheet": "Orders"}, ("/sheet", "not_of_this_kind")),
        ({"stage": "completed"}, ("/stage", "read_only")),
        ({"default_country_code": "+999"}, ("/default_country_code", "invalid_choice")),
    ],
)
def test_settings_that_cannot_be_are_named(
    body: dict[str, Any], error: tuple[str, str], staff: ApiClient, cast: Cast
) -> None:
    data_import = make_import(edition=cast.edition)
    answer = staff.send("PATCH", f"{PATH}/{data_import.api_id}", body)
    assert errors(answer) == [error]


def test_from_importing_on_only_the_name_changes(staff: ApiClient, cast: Cast) -> None:
    for stage in (ImportStage.IMPORTING, ImportStage.COMPLETED, ImportStage.CANCELLED):
        path = f"{PATH}/{make_import(edition=cast.edition, stage=stage).api_id}"
        for body in ({"source": "Tito"}, {"encoding": "utf-8"}, {"default_country_code": "+46"}):
            answer = staff.send("PATCH", path, body)
            assert (answer.status_code, answer.json()["stage"]) == (409, stage)
        assert staff.send("PATCH", path, {"name": "May"}).json()["name"] == "May"


def test_another_source_or_country_asks_for_the_mapping_again(staff: ApiClient, cast: Cast) -> None:
    for body in ({"source": "Tito"}, {"default_country_code": "+46"}):
        stage = ImportStage.NEEDS_PRODUCT_MAPPING
        data_import = make_import(edition=cast.edition, stage=stage)
        answer = staff.send("PATCH", f"{PATH}/{data_import.api_id}", body)
        assert answer.json()["stage"] == "needs_column_mapping"
        data_import.refresh_from_db()
        assert data_import.generation == 2


def test_an_import_is_given_up_once_and_none_that_has_ended(staff: ApiClient, cast: Cast) -> None:
    for stage in (ImportStage.COMPLETED, ImportStage.FAILED):
        path = f"{PATH}/{make_import(edition=cast.edition, stage=stage).api_id}/cancel"
        answer = staff.send("POST", path, {})
        assert (answer.status_code, answer.json()["code"]) == (409, "import_stage")
    path = f"{PATH}/{make_import(edition=cast.edition).api_id}/cancel"
    first = staff.send("POST", path, {}).json()
    assert (first["stage"], first["completed_at"] is None) == ("cancelled", False)
    assert staff.send("POST", path, {}).json() == first
    assert Activity.objects.filter(type="data_import.cancelled").count() == 1


def test_deleting_a_file_that_is_gone_is_no_mistake() -> None:
    store.delete_file("imports/nothing")
    with pytest.raises(FileNotFoundError):
        store.open_file("imports/nothing")
