"""The pages of imports: what is refused, a file brought, its columns mapped, checked and processed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import CountryCode, Edition
from preo.editions.tests.factories import make_edition
from preo.imports.models import DataImport, ImportStage
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.tests.factories import make_import
from preo.imports.tests.staged import fields_of, stage_cells
from preo.orders.models import Order

pytestmark = pytest.mark.django_db

NAMES = ["Order ID", "E-mail", "Product", "Unit price"]
FILE = (
    b"Order ID;E-mail;Product;Unit price\n"
    b"A-1;zoe@example.com;Day ticket;45,50\n"
    b"A-2;no address;Day ticket;45,50\n"
)


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.STAFF))


def url(name: str, edition: Edition, *words: str) -> str:
    return reverse(f"dashboard:{name}", args=[edition.organization.slug, *words])


def stage(edition: Edition, *rows: list[str], names: list[str] | None = None) -> DataImport:
    """An import that waits for its columns."""
    return stage_cells(
        edition, names or NAMES, rows or [["A-1", "zoe@example.com", "Day ticket", "45.50"]]
    )


def choices(data_import: DataImport, **changes: str) -> dict[str, str]:
    """What the form of the columns sends: all as it stands but for `changes`, by column's name."""
    fields = fields_of(data_import) | changes
    return {
        f"field.{column['index']}": fields.get(column["name"], "") for column in data_import.columns
    }


def bring(
    browser: Client, edition: Edition, content: bytes, name: str = "orders.csv"
) -> DataImport:
    """Brought by the form, and read as the worker would."""
    response = browser.post(
        url("new_import", edition),
        {
            "data_file": SimpleUploadedFile(name, content),
            "edition_id": edition.api_id,
            "default_country_code": CountryCode.DK.value,
        },
    )
    assert response.status_code == 302
    data_import = DataImport.objects.get()
    assert response["Location"] == url("import", edition, data_import.api_id)
    read_import_file(data_import_id=data_import.pk, generation=data_import.generation)
    data_import.refresh_from_db()
    return data_import


# --- refusals ---


@pytest.mark.safety
@pytest.mark.parametrize("name", ["import", "read_import", "map_import", "cancel_import"])
def test_another_organizations_import_is_not_found_under_the_own_one(
    edition: Edition, browser: Client, name: str
) -> None:
    theirs = stage(make_edition())

    response = (browser.get if name == "import" else browser.post)(
        url(name, edition, theirs.api_id), choices(theirs)
    )

    assert response.status_code == 404
    theirs.refresh_from_db()
    assert theirs.stage == ImportStage.NEEDS_COLUMN_MAPPING


@pytest.mark.safety
def test_of_two_organizations_of_one_person_each_lists_its_own(edition: Edition) -> None:
    other = make_edition()
    staff = make_member(organization=edition.organization, role=RoleWord.STAFF)
    make_membership(staff=staff, organization=other.organization, role=RoleWord.STAFF)
    mine, theirs = make_import(edition=edition), make_import(edition=other)

    page = client_of(staff).get(url("imports", edition)).content.decode()

    assert mine.api_id in page
    assert theirs.api_id not in page
    assert client_of(staff).get(url("import", edition, theirs.api_id)).status_code == 404


@pytest.mark.safety
def test_a_file_is_not_brought_into_an_edition_of_somebody_else(
    edition: Edition, browser: Client
) -> None:
    content = {"data_file": SimpleUploadedFile("orders.csv", FILE)}

    response = browser.post(
        url("new_import", edition), content | {"edition_id": make_edition().api_id}
    )

    assert response.status_code == 400
    assert not DataImport.objects.exists()


def test_without_a_file_the_form_says_so_at_its_field(edition: Edition, browser: Client) -> None:
    response = browser.post(url("new_import", edition), {"edition_id": edition.api_id})

    assert response.status_code == 400
    assert 'id="field-data_file-mistakes"' in response.content.decode()
    assert "Choose a file." in response.content.decode()


def test_a_file_beyond_the_limit_is_refused(
    edition: Edition, browser: Client, settings: Any
) -> None:
    settings.IMPORT_FILE_LIMIT = 10

    response = browser.post(
        url("new_import", edition),
        {"data_file": SimpleUploadedFile("orders.csv", FILE), "edition_id": edition.api_id},
    )

    assert response.status_code == 413
    assert "at most 10 bytes" in response.content.decode()
    assert not DataImport.objects.exists()


def test_a_file_without_rows_is_refused_in_plain_words(edition: Edition, browser: Client) -> None:
    response = browser.post(
        url("new_import", edition),
        {"data_file": SimpleUploadedFile("orders.csv", b""), "edition_id": edition.api_id},
    )

    assert response.status_code == 400
    assert "empty" in response.content.decode()
    assert not DataImport.objects.exists()


def test_two_columns_of_one_field_are_refused_and_what_was_chosen_stays(
    edition: Edition, browser: Client
) -> None:
    data_import = stage(edition)

    response = browser.post(
        url("map_import", edition, data_import.api_id), choices(data_import, Product="order_id")
    )

    page = response.content.decode()
    assert response.status_code == 400
    assert 'id="column-2-mistakes"' in page
    assert page.count('<option value="order_id" selected>') == 2
    data_import.refresh_from_db()
    assert fields_of(data_import)["Product"] == "product"


def test_a_mapping_without_what_orders_need_does_not_go_on(
    edition: Edition, browser: Client
) -> None:
    data_import = stage(edition)

    response = browser.post(
        url("map_import", edition, data_import.api_id),
        choices(data_import, **{"Order ID": ""}) | {"then": "continue"},
    )

    page = response.content.decode()
    assert response.status_code == 400
    assert "Say which column holds the order ID." in page
    assert re.search(r"Order ID<span class=\"sr-only\">: missing", page)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING


def test_an_import_that_ended_is_not_cancelled(edition: Edition, browser: Client) -> None:
    data_import = make_import(edition=edition, stage=ImportStage.COMPLETED)

    response = browser.post(url("cancel_import", edition, data_import.api_id), follow=True)

    assert 'role="alert"' in response.content.decode()
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.COMPLETED


# --- from the file to its lines ---


def test_a_file_is_brought_read_and_shown_with_what_was_found(
    edition: Edition, browser: Client
) -> None:
    data_import = bring(browser, edition, FILE)

    page = browser.get(url("import", edition, data_import.api_id)).content.decode()

    assert "zoe@example.com" in page
    assert '<option value="order_id" selected>' in page
    assert re.search(r"suggested, \d+ % sure", page)
    assert "decimal comma" in page
    assert "hx-get" not in page[page.index('id="standing"') :][:200]


def test_while_a_file_is_being_read_the_page_asks_again(edition: Edition, browser: Client) -> None:
    data_import = make_import(edition=edition, rows_done=400, detected={"estimated_rows": 1_000})

    page = browser.get(url("import", edition, data_import.api_id)).content.decode()

    assert f'hx-get="{url("import", edition, data_import.api_id)}"' in page
    assert "400 rows of about 1,000" in page


def test_when_the_reading_is_over_the_page_that_asks_is_loaded_as_a_whole(
    edition: Edition, browser: Client
) -> None:
    read = stage(edition)
    waiting = make_import(edition=edition)
    swap = {"HX-Request": "true"}

    over = browser.get(url("import", edition, read.api_id), headers=swap)
    still = browser.get(url("import", edition, waiting.api_id), headers=swap)

    assert over["HX-Refresh"] == "true"
    assert "HX-Refresh" not in still
    assert still.status_code == 200


def test_another_delimiter_lets_the_file_be_read_again(edition: Edition, browser: Client) -> None:
    data_import = bring(browser, edition, FILE)
    page = browser.get(url("import", edition, data_import.api_id)).content.decode()
    seen = re.search(r'name="_modified" value="([^"]+)"', page)
    assert seen

    response = browser.post(
        url("read_import", edition, data_import.api_id),
        {
            "_modified": seen[1],
            "encoding": data_import.reading["encoding"],
            "delimiter": "tab",
            "header_row": "1",
            "decimal_separator": ",",
            "date_order": data_import.reading["date_order"],
            "name": data_import.name,
            "default_country_code": CountryCode.DK.value,
        },
    )

    assert response.status_code == 302
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.UPLOADED
    assert data_import.chosen == {"delimiter": "\t"}


def test_a_check_shows_each_mistake_by_row_and_column_and_the_stage_stays(
    edition: Edition, browser: Client
) -> None:
    data_import = stage(
        edition,
        ["A-1", "zoe@example.com", "Day ticket", "45.50"],
        ["A-2", "zoe@example.com", "Day ticket", "dear"],
    )

    response = browser.post(
        url("map_import", edition, data_import.api_id), choices(data_import) | {"then": "check"}
    )

    page = response.content.decode()
    problems = page[page.index('id="problems"') :]
    assert response.status_code == 200
    assert re.search(r'<td class="end amount">3</td>.*?Unit price.*?dear', problems, re.DOTALL)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING
    assert not Order.objects.exists()


def test_to_go_on_keeps_the_choice_and_waits_for_the_job_of_this_very_mapping(
    edition: Edition, browser: Client
) -> None:
    data_import = stage(edition, names=["Order ID", "E-mail", "Product", "Paid"])

    response = browser.post(
        url("map_import", edition, data_import.api_id),
        choices(data_import, Paid="unit_price") | {"then": "continue"},
    )

    data_import.refresh_from_db()
    assert fields_of(data_import)["Paid"] == "unit_price"
    assert response["Location"].endswith(f"?awaited={data_import.generation}")
    waiting = browser.get(response["Location"]).content.decode()
    assert "Reading all 1 rows" in waiting
    assert f'hx-get="{response["Location"]}"' in waiting
    assert (
        'id="columns"' in browser.get(url("import", edition, data_import.api_id)).content.decode()
    )

    read_import_lines(data_import_id=data_import.pk, generation=data_import.generation)
    done = browser.get(response["Location"]).content.decode()
    assert "Needs products" in done
    assert 'hx-trigger="load' not in done


def test_rows_that_are_read_are_read_once_more_when_asked(
    edition: Edition, browser: Client
) -> None:
    data_import = stage(edition)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()

    response = browser.post(
        url("map_import", edition, data_import.api_id), choices(data_import) | {"then": "continue"}
    )

    data_import.refresh_from_db()
    assert response["Location"].endswith(f"?awaited={data_import.generation}")
    assert data_import.stage == ImportStage.NEEDS_COLUMN_MAPPING


def test_an_import_is_given_up(edition: Edition, browser: Client) -> None:
    data_import = stage(edition)

    response = browser.post(url("cancel_import", edition, data_import.api_id), follow=True)

    assert "The import is cancelled." in response.content.decode()
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.CANCELLED


def test_a_failed_file_says_why_and_can_be_read_in_another_way(
    edition: Edition, browser: Client
) -> None:
    data_import = make_import(
        edition=edition, stage=ImportStage.FAILED, error_message="There is only a header."
    )

    page = browser.get(url("import", edition, data_import.api_id)).content.decode()

    assert "There is only a header." in page
    assert 'action="' + url("read_import", edition, data_import.api_id) in page
