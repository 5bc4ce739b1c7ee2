"""Column mappings over HTTP: what is refused, what is suggested, what becomes of them."""

from typing import Any

import pytest

from conftest import ApiClient, Cast
from preo.consents.models import Consent, ConsentType
from preo.imports.columns.saved import name_source
from preo.imports.models import (
    DataImport,
    ImportLine,
    ImportProblem,
    ImportService,
    ImportStage,
    SavedColumns,
)
from preo.imports.service.columns import read_import_lines
from preo.imports.tests.staged import fields_of, make_staged, problems_of, stage_cells, values_of

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Price;Ship mode"
GOOD = "A-1;zoe@example.com;Day ticket;45.50;air"


def address(data_import: DataImport, rest: str = "column-mappings") -> str:
    return f"/v1/data-imports/{data_import.api_id}/{rest}"


def change(client: ApiClient, data_import: DataImport, *mappings: dict[str, Any]) -> Any:
    return client.send("PATCH", address(data_import), {"mappings": list(mappings)})


def codes(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def run_job(data_import: DataImport) -> None:
    data_import.refresh_from_db()
    read_import_lines(data_import_id=data_import.pk, generation=data_import.generation)
    data_import.refresh_from_db()


def make_consent(cast: Cast) -> Consent:
    return Consent.objects.create(
        organization=cast.northlight,
        title="News",
        type=ConsentType.MARKETING,
        published=True,
        published_date=cast.edition.created,
        consent_text={"en": "May we write?"},
    )


@pytest.mark.safety
def test_columns_and_fields_that_are_not_there_are_refused(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD)
    before = data_import.mappings
    order_id = {"column": 0, "field": "order_id"}
    refused = [
        ([{"column": 9, "field": "email"}], [("/mappings/0/column", "unknown_column")]),
        ([{"column": 1, "field": "e_mail"}], [("/mappings/0/field", "unknown_field")]),
        ([{"column": 1, "field": "metadata.a b"}], [("/mappings/0/field", "unknown_field")]),
        ([{"column": 1, "field": "metadata.*"}], [("/mappings/0/field", "unknown_field")]),
        ([order_id, order_id], None),
        ([order_id, {"column": 1, "field": "order_id"}], [("/mappings/1/field", "repeated")]),
        (
            [{"column": 3, "field": "unit_price", "format": "x"}],
            [("/mappings/0/format", "unknown_format")],
        ),
    ]
    for mappings, expected in refused:
        found = codes(change(staff, data_import, *mappings))
        assert expected is None or found == expected
    data_import.refresh_from_db()
    assert data_import.mappings == before


@pytest.mark.safety
@pytest.mark.parametrize("stage", ["uploaded", "importing", "completed", "failed", "cancelled"])
def test_nothing_is_changed_at_a_stage_that_does_not_allow_it(
    staff: ApiClient, cast: Cast, stage: str
) -> None:
    data_import = make_staged(cast, HEADER, GOOD, stage=stage)
    answers = [
        change(staff, data_import, {"column": 0, "field": "order_id"}),
        staff.send("POST", address(data_import, "validate-column-mappings"), {}),
        staff.send("POST", address(data_import, "process-column-mappings"), {}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "import_stage")
        assert answer.json()["stage"] == stage
    assert staff.send("GET", address(data_import)).status_code == 200


def test_a_mapping_without_what_orders_need_is_not_processed(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, "Colour;Taste", "red;sweet")
    response = staff.send("POST", address(data_import, "process-column-mappings"), {})
    missing = ["missing_order_id", "missing_product", "missing_price", "missing_customer"]
    assert codes(response) == [("/mappings", code) for code in missing]
    checked = staff.send("POST", address(data_import, "validate-column-mappings"), {}).json()
    assert (checked["valid"], checked["rows_checked"]) == (False, 0)
    assert [error["code"] for error in checked["errors"]] == missing


@pytest.mark.safety
def test_a_consent_needs_the_column_with_its_date(staff: ApiClient, cast: Cast) -> None:
    consent = make_consent(cast)
    data_import = make_staged(
        cast, f"{HEADER};News;News on", f"{GOOD};yes;2026-05-01", f"{GOOD};yes;", f"{GOOD};maybe;x"
    )
    assert "consent" not in str(data_import.mappings)
    mappings = [{"column": c, "field": f} for c, f in enumerate(["order_id", "email", "product"])]
    mappings.append({"column": 3, "field": "unit_price"})
    alone = [*mappings, {"column": 5, "field": f"consent.{consent.api_id}"}]
    assert change(staff, data_import, *alone).status_code == 200
    response = staff.send("POST", address(data_import, "process-column-mappings"), {})
    assert codes(response) == [("/mappings", "consent_without_date")]

    both = [*alone, {"column": 6, "field": f"consent_date.{consent.api_id}"}]
    assert change(staff, data_import, *both).status_code == 200
    data_import.refresh_from_db()
    first, second, _ = values_of(data_import)

    assert first[f"consent.{consent.api_id}"] == "yes"
    assert first[f"consent_date.{consent.api_id}"] == "2026-04-30T22:00:00Z"
    assert f"consent_date.{consent.api_id}" not in second
    assert [(row, code) for row, _, code, _ in problems_of(data_import)] == [
        (3, "consent_without_date"),
        (4, "invalid_consent"),
        (4, "invalid_date"),
    ]


@pytest.mark.safety
def test_names_and_values_of_a_file_are_never_sql(staff: ApiClient, cast: Cast) -> None:
    evil = "'; DROP TABLE imports_importrow; --"
    odd = ["%s", "%(import)s", '"', "\\", "{0}", "Order ID'", evil, "$$"]
    names = ["Order ID", "E-mail", "Product", "Price", *odd]
    cells = ["A-1", "zoe@example.com", evil, "45.50", *odd]
    data_import = stage_cells(cast.edition, names, [cells])
    mappings = [
        {"column": place, "field": mapping["field"]}
        for place, mapping in enumerate(data_import.mappings[:4])
    ]
    mappings += [{"column": 4 + place, "field": f"metadata.m{place}"} for place in range(len(odd))]
    assert change(staff, data_import, *mappings).status_code == 200
    data_import.refresh_from_db()
    [values] = values_of(data_import)
    assert values["product"] == evil
    assert [values[f"metadata.m{place}"] for place in range(len(odd))] == odd
    for name in ("metadata.'; --", "metadata.a%s", 'consent.x"', "x' OR 1=1"):
        assert codes(change(staff, data_import, {"column": 4, "field": name}))


def test_columns_are_shown_with_samples_fields_and_a_suggestion(
    staff: ApiClient, cast: Cast
) -> None:
    data_import = make_staged(cast, HEADER, GOOD, GOOD.replace(";air", ";"))
    shown = staff.send("GET", address(data_import)).json()
    assert shown["columns"][4] == {
        "index": 4,
        "name": "Ship mode",
        "samples": ["air"],
        "empty_share": 0.5,
    }
    assert shown["mappings"][1] == {
        "column": 1,
        "field": "email",
        "format": None,
        "confidence": 0.95,
    }
    fields = {field["field"]: field for field in shown["fields"]}
    assert fields["order_id"]["required"]
    assert {"metadata.*", "line_total", "coupon_code"} <= fields.keys()
    answer = staff.send("PATCH", address(data_import), shown)
    assert (answer.status_code, answer.json()) == (200, shown)


def test_a_check_of_the_whole_file_leaves_the_stage(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD, GOOD.replace("45.50", "free"), source="")
    checked = staff.send("POST", address(data_import, "validate-column-mappings"), {}).json()
    assert (checked["valid"], checked["rows_checked"], checked["error_count"]) == (False, 2, 1)
    [error] = checked["errors"]
    assert {name: error[name] for name in ("row", "column", "code", "value")} == {
        "row": 3,
        "column": "Price",
        "code": "invalid_number",
        "value": "free",
    }
    assert checked["counts"] == {"invalid_number": 1, "missing_source": 1}
    assert [warning["code"] for warning in checked["warnings"]] == ["missing_source"]
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING


def test_processing_makes_lines_and_saves_the_mapping_for_next_time(
    staff: ApiClient, cast: Cast
) -> None:
    data_import = make_staged(cast, HEADER, GOOD, source="")
    change(
        staff,
        data_import,
        *({"column": c, "field": f} for c, f in enumerate(["order_id", "email", "product"])),
        {"column": 3, "field": "line_total", "format": "."},
        {"column": 4, "field": "metadata.ship_mode"},
    )
    answer = staff.send("POST", address(data_import, "process-column-mappings"), {})
    own_source = name_source(HEADER.split(";"))
    assert (answer.status_code, answer.json()["source"]) == (200, own_source)

    run_job(data_import)

    assert data_import.stage == ImportStage.NEEDS_PRODUCT_MAPPING
    [line] = ImportLine.objects.filter(data_import=data_import)
    assert line.values["metadata.ship_mode"] == "air"
    assert line.product_mapping is not None
    assert line.product_mapping.external_name == "Day ticket"
    again = make_staged(cast, HEADER.upper().replace("-", "_"), GOOD)
    assert fields_of(again) == {
        "ORDER ID": "order_id",
        "E_MAIL": "email",
        "PRODUCT": "product",
        "PRICE": "line_total",
        "SHIP MODE": "metadata.ship_mode",
    }
    assert {mapping["confidence"] for mapping in again.mappings} == {1.0}
    assert SavedColumns.objects.count() == 1


@pytest.mark.safety
def test_another_organizations_mapping_is_not_suggested(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD)
    data_import.mappings[4] |= {"field": "metadata.secret"}
    data_import.save()
    staff.send("POST", address(data_import, "process-column-mappings"), {})
    foreign = stage_cells(cast.rival_edition, HEADER.split(";"), [GOOD.split(";")])
    assert "Ship mode" not in fields_of(foreign)


def test_a_job_of_an_older_mapping_does_nothing(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD)
    staff.send("POST", address(data_import, "process-column-mappings"), {})
    data_import.refresh_from_db()
    old = data_import.generation
    change(staff, data_import, {"column": 0, "field": "order_id"})
    read_import_lines(data_import_id=data_import.pk, generation=old)
    assert not ImportLine.objects.exists()
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING


def test_a_change_after_processing_waits_for_columns_again(staff: ApiClient, cast: Cast) -> None:
    data_import = make_staged(cast, HEADER, GOOD)
    assert data_import.service == ImportService.CSV
    staff.send("POST", address(data_import, "process-column-mappings"), {})
    run_job(data_import)
    change(staff, data_import, {"column": 0, "field": "order_id"})
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING
    assert not ImportProblem.objects.exists()
