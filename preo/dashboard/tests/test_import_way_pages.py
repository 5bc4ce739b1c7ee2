"""What the pages of an import tell besides their forms: the steps, what is still to decide, a second try."""

import pytest
from django.test import Client
from django.urls import reverse

from preo.accounts.models import RoleWord
from preo.catalog.tests.factories import make_product
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.products.suggesting import prepare_products
from preo.imports.tests.factories import make_import
from preo.imports.tests.staged import stage_cells

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def browser(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.STAFF))


def url(name: str, data_import: DataImport) -> str:
    words = [data_import.edition.organization.slug, data_import.api_id]
    return reverse(f"dashboard:{name}", args=words)


def staged(edition: Edition, *rows: tuple[str, str], **fields: object) -> DataImport:
    """An import with a product and a price on each row."""
    return stage_cells(
        edition,
        ["Order ID", "E-mail", "Product", "Unit price"],
        [[f"A-{place}", "zoe@example.com", *row] for place, row in enumerate(rows)],
        **fields,
    )


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


@pytest.mark.safety
def test_another_organizations_import_is_not_tried_again(edition: Edition, browser: Client) -> None:
    theirs = make_import(edition=make_edition(), stage=ImportStage.FAILED)
    own = url("retry_import", theirs).replace(
        theirs.edition.organization.slug, edition.organization.slug
    )
    assert browser.post(own).status_code == 404
    theirs.refresh_from_db()
    assert theirs.stage == ImportStage.FAILED


@pytest.mark.safety
def test_systems_are_suggested_of_imports_that_the_visitor_may_see(edition: Edition) -> None:
    other = make_edition(organization=edition.organization, event=edition.event, name="2025")
    make_import(edition=edition, source="Own shop")
    make_import(edition=other, source="Other shop")
    make_import(edition=make_edition(), source="Foreign shop")
    data_import = staged(edition, ("Tent", "30"))
    member = make_member(edition=edition, role=RoleWord.STAFF)
    page = client_of(member).get(url("import", data_import)).content.decode()
    assert '<option value="Own shop">' in page
    assert "Other shop" not in page
    assert "Foreign shop" not in page


def test_only_what_can_be_tried_again_offers_it(edition: Edition, browser: Client) -> None:
    for fields, is_offered in (
        ({"stage": ImportStage.FAILED}, True),
        ({"stage": ImportStage.FAILED, "data_file": ""}, False),
        ({"stage": ImportStage.COMPLETED}, False),
    ):
        data_import = make_import(edition=edition, **fields)
        page = browser.get(url("import", data_import)).content.decode()
        assert (url("retry_import", data_import) in page) is is_offered
    answer = browser.post(url("retry_import", data_import), follow=True)
    assert "does not allow this" in answer.content.decode()


def test_a_failed_reading_is_tried_again(edition: Edition, browser: Client) -> None:
    data_import = make_import(edition=edition, stage=ImportStage.FAILED, error_message="Lost.")
    answer = browser.post(url("retry_import", data_import), follow=True)
    data_import.refresh_from_db()
    assert (data_import.stage, data_import.error_message) == (ImportStage.UPLOADED, "")
    assert "Reading the file" in answer.content.decode()


def test_a_check_lists_the_first_of_each_kind_before_the_columns(
    edition: Edition, browser: Client
) -> None:
    rows = [("Tent", "1.234567") for _ in range(9)] + [("Tent", "dear"), ("", "5")]
    data_import = staged(edition, *rows)
    answer = browser.post(url("map_import", data_import), {"then": "check"} | choices(data_import))
    page = answer.content.decode()
    assert page.index('id="problems"') < page.index('id="columns"')
    assert page.count("rounded to the nearest cent") == 5
    assert words(answer.content).count('Rounded <span class="amount ms-1 font-medium">9</span>')
    assert page.index("This is no number") < page.index("rounded to the nearest cent")


def choices(data_import: DataImport) -> dict[str, str]:
    return {
        f"field.{mapping['column']}": mapping["field"] or "" for mapping in data_import.mappings
    }


def test_a_format_can_be_chosen_where_it_means_something(edition: Edition, browser: Client) -> None:
    data_import = staged(edition, ("Tent", "45,50"), ("Pass", "1.234,50"))
    page = browser.get(url("import", data_import)).content.decode()
    formats = [f"format.{place}" in page for place in range(4)]
    assert formats == [False, False, False, True]
    assert '<option value="," selected>Decimal comma</option>' in page


def test_no_draft_is_made_of_all_the_rest_beside_a_product_of_the_same_name(
    edition: Edition, browser: Client
) -> None:
    tent = make_product(edition=edition, name="Tent")
    data_import = staged(edition, ("Tent", "30"), ("Pass", "45"))
    make_lines(data_import)
    prepare_products(data_import)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    browser.post(url("import_products", data_import), {"rest": "draft"})
    decided = ProductMapping.objects.values_list("external_name", "product", "create_product")
    assert set(decided) == {("Tent", tent.pk, False), ("Pass", None, True)}


def test_before_the_start_it_says_which_orders_would_fail(
    edition: Edition, browser: Client
) -> None:
    make_product(edition=edition, name="Tent")
    data_import = staged(edition, ("Tent", "30"), ("Pass", "45"))
    make_lines(data_import)
    prepare_products(data_import)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    page = words(browser.get(url("import", data_import)).content)
    assert "The file names 2 products." in page
    assert "1 is not known here: orders with it fail" in page
    assert 'aria-current="step"' in page
    data_import.stage = ImportStage.CANCELLED
    data_import.save()
    assert 'aria-current="step"' not in words(browser.get(url("import", data_import)).content)
