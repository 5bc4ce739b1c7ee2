"""Bringing orders in: each chunk with its checkpoint, failures told by row, nothing done twice."""

from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from preo.activity.models import Activity
from preo.catalog.models import Product
from preo.catalog.tests.factories import make_product
from preo.customers.models import Customer
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportedPart,
    ImportProblem,
    ImportStage,
    ProductMapping,
)
from preo.imports.service.runs import run_import, start_import
from preo.imports.service.stages import ImportStageError, cancel_import
from preo.imports.tests.runs import BY, make_ready, run_all
from preo.imports.tests.staged import problems_of
from preo.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db

HEADER = "Order ID;Order date;Status;E-mail;First name;Product;Quantity;Unit price"


def row(order: str, product: str = "Day ticket", price: str = "45.50", **said: str) -> str:
    email = said.get("email", f"{order.lower()}@example.com")
    return (
        f"{order};2026-05-31 10:00;paid;{email};Zoë;{product};{said.get('quantity', '1')};{price}"
    )


def drafts(data_import: DataImport) -> None:
    ProductMapping.objects.filter(data_import=data_import).update(create_product=True)


def stored() -> list[tuple[Any, ...]]:
    """Every purchase with its order, as they would be however the import came there."""
    return list(
        Purchase.objects.order_by("order__external_id", "position").values_list(
            "order__external_id", "order__amount", "order__customer__email", "product__name",
            "quantity", "price_paid", "status", "position",
        )
    )  # fmt: skip


def test_of_an_order_that_failed_nobody_is_told_what_was_kept_of_it(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    rows = [f"{row('A-1')};45.50", f"{row('A-2', product='Balloon')};91.00"]
    run_all(make_ready(cast, f"{HEADER};Order total", *rows))

    assert Order.objects.count() == 1
    found = ImportProblem.objects.order_by("number").values_list("number", "code")
    assert list(found) == [(3, "product_not_mapped")]


@pytest.mark.parametrize("stage", set(ImportStage) - {ImportStage.NEEDS_PRODUCT_MAPPING})
def test_an_import_at_another_stage_does_not_start(cast: Cast, stage: ImportStage) -> None:
    data_import = make_ready(cast, HEADER, row("A-1"), stage=stage)
    with pytest.raises(ImportStageError):
        start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    data_import.refresh_from_db()
    assert data_import.stage == stage


def test_a_job_for_another_generation_brings_nothing_in(cast: Cast) -> None:
    data_import = make_ready(cast, HEADER, row("A-1"))
    started = start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    run_import(data_import_id=data_import.pk, generation=started.generation - 1, now=timezone.now())
    assert Order.objects.count() == 0


def test_orders_are_brought_in_whatever_the_size_of_the_chunks(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    rows = [row("A-1"), row("A-2", quantity="2"), row("A-1", price="10"), row("A-3")]
    data_import = run_all(make_ready(cast, HEADER, *rows), lines=1)
    assert data_import.stage == ImportStage.COMPLETED
    assert stored() == [
        ("A-1", 5550, "a-1@example.com", "Day ticket", 1, 4550, "paid", 0),
        ("A-1", 5550, "a-1@example.com", "Day ticket", 1, 1000, "paid", 1),
        ("A-2", 9100, "a-2@example.com", "Day ticket", 2, 9100, "paid", 0),
        ("A-3", 4550, "a-3@example.com", "Day ticket", 1, 4550, "paid", 0),
    ]
    assert (data_import.rows_done, data_import.orders_created, data_import.users_created) == (
        4,
        3,
        3,
    )
    kept = ImportedOrder.objects.get(order__external_id="A-1")
    assert kept.numbers == [2, 4]
    assert [cells["Unit price"] for cells in kept.raw] == ["45.50", "10"]
    assert kept.after_modified == kept.order.modified
    parts = ImportedPart.objects.filter(data_import=data_import)
    assert {key for part in parts for key in part.customers} == set(
        Customer.objects.values_list("pk", flat=True)
    )
    words = list(Activity.objects.order_by("id").values_list("type", "details"))
    assert words[-1] == (
        "data_import.completed", {"created": 3, "updated": 0, "unchanged": 0, "failed": 0}
    )  # fmt: skip
    assert not any(word.startswith("order.") for word, _ in words)


def test_the_same_rows_again_change_nothing_and_a_changed_row_changes_its_order(cast: Cast) -> None:
    first = make_ready(cast, HEADER, row("A-1"), row("A-2"))
    drafts(first)
    run_all(first)
    before = stored()
    again = run_all(make_ready(cast, HEADER, row("A-1"), row("A-2")))
    assert (again.orders_unchanged, again.orders_created, again.orders_failed) == (2, 0, 0)
    assert (stored(), Product.objects.count()) == (before, 1)
    changed = run_all(make_ready(cast, HEADER, row("A-1"), row("A-2", price="40")))
    assert (changed.orders_unchanged, changed.orders_updated) == (1, 1)
    assert ImportedOrder.objects.get(data_import=changed, outcome="updated").numbers == [3]
    assert ImportedOrder.objects.filter(data_import=changed).count() == 1


def test_a_failed_order_tells_its_row_and_column_and_the_others_go_in(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    rows = [
        row("A-1"),
        row("A-2", "Unknown"),
        row("A-3", price="x"),
        row("A-4"),
        row("A-4", "Unknown"),
    ]
    data_import = run_all(make_ready(cast, HEADER, *rows))
    assert problems_of(data_import) == [
        (3, "Product", "product_not_mapped", "Unknown"),
        (4, "Unit price", "invalid_number", "x"),
        (6, "Product", "product_not_mapped", "Unknown"),
    ]
    assert [order for order, *_ in stored()] == ["A-1"]
    assert (data_import.orders_failed, data_import.rows_failed, data_import.rows_done) == (3, 4, 5)


def test_drafts_are_made_for_chosen_products_alone(cast: Cast) -> None:
    data_import = make_ready(cast, HEADER, row("A-1"), row("A-2", "Camping"), row("A-3", "Other"))
    ProductMapping.objects.filter(external_name="Camping").update(create_product=True)
    run_all(data_import)
    assert list(Product.objects.values_list("name", "is_draft")) == [("Camping", True)]
    assert [order for order, *_ in stored()] == ["A-2"]
    assert ImportedPart.objects.get().products == [Product.objects.get().pk]


def test_lines_of_ignored_products_are_left_out(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    rows = [row("A-1"), row("A-1", "Shipping"), row("A-2", "Shipping"), row("A-3")]
    data_import = make_ready(cast, HEADER, *rows)
    ProductMapping.objects.filter(external_name="Shipping").update(ignored=True)
    data_import = run_all(data_import, lines=1)
    assert [order for order, *_ in stored()] == ["A-1", "A-3"]
    assert (data_import.orders_created, data_import.rows_done) == (2, 4)
    again = run_all(make_ready(cast, HEADER, *rows))
    assert (again.orders_unchanged, again.orders_failed) == (2, 0)


def test_a_chosen_product_is_kept_for_the_next_file(cast: Cast) -> None:
    chosen = make_product(edition=cast.edition, name="Festival pass")
    data_import = make_ready(cast, HEADER, row("A-1"))
    ProductMapping.objects.update(product=chosen)
    run_all(data_import)
    run_all(make_ready(cast, HEADER, row("A-1"), row("A-2")))
    assert [name for _, _, _, name, *_ in stored()] == ["Festival pass"] * 2


def test_cancelling_stops_at_the_next_chunk_and_what_is_in_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    data_import = make_ready(cast, HEADER, *(row(f"A-{number}") for number in range(4)))
    calls = []

    def cancel_in_the_second(*arguments: Any, **named: Any) -> list[Any]:
        calls.append(1)
        if len(calls) == 2:
            cancel_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
        return []

    monkeypatch.setattr("preo.imports.running.keep_consents", cancel_in_the_second)
    data_import = run_all(data_import, lines=1)
    assert data_import.stage == ImportStage.CANCELLED
    assert Order.objects.count() == data_import.orders_created == 2


def test_a_failure_on_our_side_leaves_the_chunks_before_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    data_import = make_ready(cast, HEADER, *(row(f"A-{number}") for number in range(4)))
    calls = []

    def fail_in_the_third(*arguments: Any, **named: Any) -> list[Any]:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError
        return []

    monkeypatch.setattr("preo.imports.running.keep_consents", fail_in_the_third)
    with pytest.raises(RuntimeError):
        run_all(data_import, lines=1)
    data_import.refresh_from_db()
    assert data_import.stage == ImportStage.FAILED
    assert data_import.error_message
    assert Order.objects.count() == data_import.next_order == data_import.orders_created == 2
    assert ImportedOrder.objects.count() == Customer.objects.count() == 2
    assert Activity.objects.filter(type="data_import.failed").exists()


def test_a_run_goes_on_at_its_checkpoint(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    rows = [row("A-1"), row("A-2"), row("A-3"), row("A-4", price="x")]
    data_import = make_ready(cast, HEADER, *rows)
    start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    DataImport.objects.update(next_order=2, rows_done=2, orders_created=2)
    data_import.refresh_from_db()
    run_import(data_import_id=data_import.pk, generation=data_import.generation, now=timezone.now())
    assert [order for order, *_ in stored()] == ["A-3"]
    data_import.refresh_from_db()
    assert (data_import.orders_created, data_import.orders_failed) == (3, 1)
    assert ImportProblem.objects.filter(data_import=data_import).count() == 1
