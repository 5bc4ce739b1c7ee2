"""The pages of an import whose rows are read: products, preview, start, the rows that failed."""

import datetime as dt
import re
from unittest.mock import Mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preo.accounts.models import RoleWord
from preo.catalog.tests.factories import make_product
from preo.dashboard.imports import catalogue, products
from preo.dashboard.imports.page import ImportPage
from preo.dashboard.places import Place
from preo.dashboard.templatetags.imports import time_left
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.service.runs import run_import
from preo.imports.tests.factories import make_import
from preo.imports.tests.staged import stage_cells
from preo.orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.STAFF))


def url(name: str, data_import: DataImport) -> str:
    organization = data_import.edition.organization
    return reverse(f"dashboard:{name}", args=[organization.slug, data_import.api_id])


def checked(edition: Edition) -> DataImport:
    """An import of two orders, one of them with a mistake, whose rows are read."""
    data_import = stage_cells(
        edition,
        ["Order ID", "E-mail", "Product", "Unit price"],
        [
            ["A-1", "zoe@example.com", "Day ticket", "45.50"],
            ["A-2", "max@example.com", "Camping", "dear"],
        ],
        name="Old shop",
    )
    make_lines(data_import)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    return data_import


def mapping_of(data_import: DataImport, name: str) -> ProductMapping:
    return ProductMapping.objects.get(data_import=data_import, external_name=name)


# --- refusals ---


@pytest.mark.safety
@pytest.mark.parametrize(
    "name", ["import_products", "preview_import", "start_import", "failed_import_rows"]
)
def test_another_organizations_import_is_not_found_under_the_own_one(
    edition: Edition, browser: Client, name: str
) -> None:
    theirs = checked(make_edition())
    DataImport.objects.filter(pk=theirs.pk).update(rows_failed=1)
    own = url(name, theirs).replace(theirs.edition.organization.slug, edition.organization.slug)

    response = (browser.post if name == "start_import" else browser.get)(own)

    assert response.status_code == 404
    theirs.refresh_from_db()
    assert theirs.stage == ImportStage.NEEDS_PRODUCT_MAPPING


@pytest.mark.safety
def test_a_product_of_another_organization_is_not_taken(edition: Edition, browser: Client) -> None:
    data_import = checked(edition)
    mapping = mapping_of(data_import, "Day ticket")
    foreign = make_product(edition=make_edition())

    response = browser.post(
        url("import_products", data_import), {f"fate.{mapping.api_id}": foreign.api_id}
    )

    assert response.status_code == 400
    mapping.refresh_from_db()
    assert mapping.product is None


@pytest.mark.parametrize("name", ["import_products", "preview_import"])
def test_what_belongs_to_another_stage_leads_back_to_the_import(
    edition: Edition, browser: Client, name: str
) -> None:
    data_import = make_import(edition=edition, stage=ImportStage.COMPLETED)

    response = browser.get(url(name, data_import), follow=True)

    assert response.redirect_chain == [(url("import", data_import), 302)]
    assert 'role="alert"' in response.content.decode()


def test_an_import_whose_rows_are_not_read_does_not_start(
    edition: Edition, browser: Client
) -> None:
    data_import = make_import(edition=edition)

    response = browser.post(url("start_import", data_import), follow=True)

    assert 'role="alert"' in response.content.decode()
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.UPLOADED


def test_where_no_row_failed_there_is_no_file_of_them(edition: Edition, browser: Client) -> None:
    assert browser.get(url("failed_import_rows", checked(edition))).status_code == 404


# --- products ---


def test_one_product_is_chosen_and_the_rest_become_drafts(
    edition: Edition, browser: Client
) -> None:
    product = make_product(edition=edition, name="One day")
    data_import = checked(edition)
    mapping = mapping_of(data_import, "Day ticket")

    response = browser.post(
        url("import_products", data_import),
        {f"fate.{mapping.api_id}": product.api_id, "rest": "draft"},
        follow=True,
    )

    page = response.content.decode()
    assert f'<option value="{product.api_id}" selected>One day</option>' in page
    assert "All decided" in page
    mapping.refresh_from_db()
    assert mapping.product == product
    assert mapping_of(data_import, "Camping").create_product


def test_a_large_catalogue_is_searched_and_what_was_chosen_stays_chosen(
    edition: Edition, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MOST_LISTED", 2)
    monkeypatch.setattr(products, "SIZE", 1)
    pass_, tent, bus = (
        make_product(edition=edition, name=name) for name in ("Weekend pass", "Tent", "Bus")
    )
    foreign = make_product(edition=make_edition(), name="Tent of others")
    data_import = checked(edition)
    day, camping = mapping_of(data_import, "Day ticket"), mapping_of(data_import, "Camping")
    address = url("import_products", data_import)

    page = browser.get(address).content.decode()
    assert not [one for one in (pass_, tent, bus) if one.api_id in page]

    typed = {f"fate.{day.api_id}": pass_.api_id, "search": "TENT", "find": "1"}
    page = browser.post(address, typed).content.decode()
    assert "1 found" in page
    assert page.count(f'<option value="{tent.api_id}">Tent</option>') == 1
    assert f'<option value="{pass_.api_id}" selected>' in page
    assert 'href="?page=2&amp;search=TENT"' in page
    assert not [one for one in (bus, foreign) if one.api_id in page]
    day.refresh_from_db()
    assert day.product is None

    browser.post(address, {f"fate.{day.api_id}": pass_.api_id})
    chosen = {f"fate.{camping.api_id}": tent.api_id, "page": "2", "search": "TENT"}
    answer = browser.post(address, chosen)
    assert answer["Location"].endswith("?page=2&search=TENT")
    assert mapping_of(data_import, "Camping").product == tent
    assert f'<option value="{pass_.api_id}" selected>' in browser.get(address).content.decode()


def test_a_decision_is_given_up_again(edition: Edition, browser: Client) -> None:
    data_import = checked(edition)
    mapping = mapping_of(data_import, "Day ticket")
    browser.post(url("import_products", data_import), {f"fate.{mapping.api_id}": "left_out"})
    mapping.refresh_from_db()
    assert mapping.ignored

    browser.post(url("import_products", data_import), {f"fate.{mapping.api_id}": ""})

    mapping.refresh_from_db()
    assert not mapping.ignored


# --- preview, start, result ---


def test_the_preview_shows_what_each_order_becomes_and_writes_nothing(
    edition: Edition, browser: Client
) -> None:
    make_product(edition=edition, name="Day ticket")
    data_import = checked(edition)

    page = browser.get(url("preview_import", data_import)).content.decode()

    assert re.search(r"A-1.*?Created.*?zoe@example.com.*?45\.50", page, re.DOTALL)
    assert re.search(r"A-2.*?Failed.*?Row 3, Unit price", page, re.DOTALL)
    assert not Order.objects.exists()


def test_while_it_runs_the_rate_and_the_time_left_are_told(edition: Edition) -> None:
    now = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    data_import = make_import(
        edition=edition,
        stage=ImportStage.IMPORTING,
        row_count=3_001,
        rows_done=1_000,
        started_at=now - dt.timedelta(seconds=10),
    )
    place = Place(visitor=Mock(), organization=edition.organization, edition=None)

    page = ImportPage(place, data_import, now=now)

    assert (page.rows_a_second, page.seconds_left) == (100, 21)
    assert time_left(21) == "about 21 seconds"
    assert time_left(121) == "about 3 minutes"


def test_it_is_started_shown_as_it_runs_and_its_failed_rows_come_as_a_file(
    edition: Edition, browser: Client
) -> None:
    make_product(edition=edition, name="Day ticket")
    data_import = checked(edition)

    response = browser.post(url("start_import", data_import), follow=True)
    assert "0 of 2 rows are in" in response.content.decode()
    assert 'hx-trigger="load' in response.content.decode()

    data_import.refresh_from_db()
    run_import(data_import_id=data_import.pk, generation=data_import.generation, now=timezone.now())
    page = browser.get(url("import", data_import)).content.decode()
    assert re.search(r'Created</dt><dd class="amount font-medium">1<', page)
    assert re.search(r'Failed</dt><dd class="amount font-medium text-error">1<', page)
    assert 'hx-trigger="load' not in page
    report = browser.get(url("failed_import_rows", data_import))
    text = b"".join(report.streaming_content).decode()  # type: ignore[attr-defined]
    assert "A-2" in text
    assert "A-1" not in text
    assert "old-shop-failed-rows.csv" in report["Content-Disposition"]
