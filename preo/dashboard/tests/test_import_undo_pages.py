"""Undoing an import on pages: first what would go and stay, then how far it is, then what it did."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from preo.accounts.models import RoleWord
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.service.undo import run_undo
from preo.imports.tests.runs import run_all
from preo.imports.tests.staged import stage_cells
from preo.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def browser_of(edition: Edition, role: RoleWord) -> Client:
    return client_of(make_member(organization=edition.organization, role=role))


def imported(edition: Edition) -> DataImport:
    """An import of two orders of which one has been used."""
    data_import = stage_cells(
        edition,
        ["Order ID", "E-mail", "First name", "Product", "Unit price"],
        [[f"A-{number}", f"a{number}@example.com", "Zoë", "Mug", "5"] for number in (1, 2)],
        name="Old shop",
    )
    make_lines(data_import)
    ProductMapping.objects.filter(data_import=data_import).update(create_product=True)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    run_all(data_import)
    Purchase.objects.filter(order__external_id="A-1").update(available_uses=0)
    return data_import


def url(name: str, data_import: DataImport) -> str:
    organization = data_import.edition.organization
    return reverse(f"dashboard:{name}", args=[organization.slug, data_import.api_id])


@pytest.mark.safety
def test_who_may_not_undo_is_offered_none_and_refused(edition: Edition) -> None:
    data_import = imported(edition)
    staff = browser_of(edition, RoleWord.STAFF)
    assert "Undo this import" not in staff.get(url("import", data_import)).content.decode()
    assert staff.get(url("undo_import", data_import)).status_code == 403
    assert staff.post(url("start_undo", data_import)).status_code == 403
    stranger = browser_of(make_edition(), RoleWord.ADMIN)
    assert stranger.get(url("undo_import", data_import)).status_code == 404
    assert stranger.post(url("start_undo", data_import)).status_code == 404
    assert Order.objects.count() == 2


def test_it_is_looked_at_undone_and_told(edition: Edition) -> None:
    data_import = imported(edition)
    browser = browser_of(edition, RoleWord.MANAGER)
    assert (
        url("undo_import", data_import) in browser.get(url("import", data_import)).content.decode()
    )
    page = browser.get(url("undo_import", data_import)).content.decode()
    assert "What it would do" in page
    assert re.search(r">1</span> order that it made", page)
    assert re.search(r"A-1</a>.*?Something of it has been used", page, re.DOTALL)
    assert Order.objects.count() == 2

    page = browser.post(url("start_undo", data_import), follow=True).content.decode()
    assert "0 of 2 orders are dealt with" in page
    assert 'hx-trigger="load' in page
    data_import.refresh_from_db()
    run_undo(data_import_id=data_import.pk, generation=data_import.generation, now=timezone.now())
    page = browser.get(url("undo_import", data_import)).content.decode()
    assert "The import was undone" in page
    assert 'hx-trigger="load' not in page
    assert re.search(r"A-1</a>.*?Something of it has been used", page, re.DOTALL)
    assert "What was undone" in browser.get(url("import", data_import)).content.decode()
    listed = reverse("dashboard:imports", args=[edition.organization.slug])
    assert "Undone" in browser.get(listed).content.decode()
    again = browser.post(url("start_undo", data_import), follow=True).content.decode()
    assert "The import has been undone." in again
