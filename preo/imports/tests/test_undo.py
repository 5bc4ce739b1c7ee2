"""Taking an import back: all that it made goes, all that it changed is as it was."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from preo.activity.models import Activity
from preo.catalog.tests.factories import make_category, make_product
from preo.customers.tests.factories import make_customer
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportedPart,
    ImportService,
    ImportStage,
)
from preo.imports.service import undo as service
from preo.imports.service.stages import ImportStageError
from preo.imports.service.undo import look_at_undo, run_undo, start_undo
from preo.imports.tests.factories import make_import
from preo.imports.tests.runs import BY
from preo.imports.tests.undone import bring, row, some, tables, undo
from preo.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db


def make_over(cast: Cast, **fields: Any) -> DataImport:
    now = timezone.now()
    values = {"stage": ImportStage.COMPLETED, "completed_at": now}
    return make_import(edition=cast.edition, **(values | fields))


@pytest.mark.parametrize(
    "stage", set(ImportStage) - {ImportStage.COMPLETED, ImportStage.FAILED, ImportStage.CANCELLED}
)
def test_an_import_that_is_not_over_is_not_undone(cast: Cast, stage: ImportStage) -> None:
    data_import = make_over(cast, stage=stage)
    with pytest.raises(ImportStageError):
        start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    with pytest.raises(ImportStageError):
        look_at_undo(data_import=data_import, now=timezone.now())


def test_an_import_is_undone_once_in_time_and_only_of_a_file(cast: Cast) -> None:
    now = timezone.now()
    undone = undo(make_over(cast))
    with pytest.raises(service.ImportUndoneError):
        start_undo(data_import_id=undone.pk, by=BY, now=now)
    old = make_over(cast, completed_at=now - dt.timedelta(days=31))
    with pytest.raises(service.ImportUndoExpiredError):
        start_undo(data_import_id=old.pk, by=BY, now=now)
    sent = make_over(cast, service=ImportService.EXTERNAL)
    with pytest.raises(service.ImportNotKeptError):
        start_undo(data_import_id=sent.pk, by=BY, now=now)


def test_an_import_that_is_undone_leaves_all_tables_as_they_were(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    make_category(edition=cast.edition)
    make_customer(organization=cast.northlight, email="known@example.com")
    make_customer(
        organization=cast.northlight, email=None, phone_number="+4511111111", first_name="Zoë",
        last_name="",
    )  # fmt: skip
    nameless = make_customer(
        organization=cast.northlight, email="nameless@example.com", first_name="", last_name=""
    )
    before = tables()
    rows = [
        row("A-1", customer="C-1"),
        row("A-2", "Camping", quantity="2", category="Nights"),
        row("A-3", email="known@example.com", phone="+4512345678", customer="C-3"),
        row("A-3", "Camping", email="known@example.com"),
        row("A-4", status="pending", email="", phone="+4511111111", customer="C-4"),
        row("A-5", email="a-4@example.com", phone="+4511111111", customer="C-4"),
        row("A-6", "Tent", email=nameless.email or "", category="Tickets"),
        row("A-7", customer="C-1", email="", phone="+4512345679"),
    ]
    data_import = bring(cast, *rows, lines=1)
    assert Order.objects.count() == 7
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    data_import = undo(data_import, orders=1)
    assert tables() == before
    assert data_import.undone_at
    assert ahead.kept == []
    assert ahead.counts == data_import.undo_counts
    assert some(ahead.counts) == {
        "orders_removed": 7,
        "users_removed": 2,
        "users_restored": 4,
        "products_removed": 2,
        "categories_removed": 1,
    }
    assert not ImportedOrder.objects.exists()
    assert not ImportedPart.objects.exists()
    words = list(Activity.objects.order_by("id").values_list("type", flat=True))
    assert words[-2:] == ["data_import.undo_started", "data_import.undone"]


CHANGED = [
    row("A-1", price="50", quantity="3"),
    row("A-2", "Camping", email="other@example.com"),
    row("A-3", status="cancelled"),
    row("A-4"),
    row("A-4", "Camping"),
    row("A-5", status="paid"),
    row("A-6", "Tent", category="Nights"),
]


def test_orders_that_an_import_changed_are_restored_exactly(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    bring(
        cast, row("A-1"), row("A-1", "Mug"), row("A-2"), row("A-3"), row("A-4"),
        row("A-5", status="pending"),
    )  # fmt: skip
    Purchase.objects.filter(order__external_id="A-4").update(status="used", available_uses=0)
    before = tables()
    for orders in (5_000, 1):
        data_import = bring(cast, *CHANGED, lines=2)
        assert (data_import.orders_updated, data_import.orders_created) == (5, 1)
        ahead = look_at_undo(data_import=data_import, now=timezone.now())
        data_import = undo(data_import, orders=orders)
        assert tables() == before
        assert ahead.counts == data_import.undo_counts
        assert some(ahead.counts) == {
            "orders_removed": 1,
            "orders_restored": 5,
            "users_removed": 2,
            "products_removed": 2,
            "categories_removed": 1,
        }
        assert ahead.kept == []


def test_imports_are_undone_one_after_the_other_the_newest_first(cast: Cast) -> None:
    states = [tables()]
    imports = []
    for price in ("10", "20", "30"):
        imports.append(bring(cast, row("A-1", price=price), row("A-2", "Mug")))
        states.append(tables())
    for data_import, state in zip(reversed(imports), reversed(states[:-1]), strict=True):
        undo(data_import)
        assert tables() == state


def test_an_undone_file_comes_in_again_as_the_first_time(cast: Cast) -> None:
    rows = [row("A-1"), row("A-2", "Mug", category="Things"), row("A-3", price="x")]

    def counts(data_import: DataImport) -> list[int]:
        return [
            data_import.orders_created, data_import.orders_updated, data_import.orders_unchanged,
            data_import.orders_failed, data_import.users_created, data_import.rows_done,
        ]  # fmt: skip

    first = bring(cast, *rows)
    undo(first)
    again = bring(cast, *rows)
    assert counts(again) == counts(first) == [2, 0, 0, 1, 2, 3]


def test_an_import_that_changed_nothing_holds_nothing(cast: Cast) -> None:
    before = tables()
    first = bring(cast, row("A-1"), row("A-2", "Mug"))
    again = bring(cast, row("A-1"), row("A-2", "Mug"))
    assert again.orders_unchanged == 2
    now = tables()
    undo(again)
    assert tables() == now
    undo(first)
    assert tables() == before


def test_what_stopped_half_way_goes_on_and_is_counted_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables()
    data_import = bring(cast, *(row(f"A-{number}", f"P {number}") for number in range(6)), lines=2)
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    started = start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    calls: list[str] = []
    for name in ("take_back_orders", "take_back_part"):
        work = getattr(service, name)

        def once_more(*args: Any, name: str = name, work: Any = work, **named: Any) -> Any:
            done = work(*args, **named)
            calls.append(name)
            if calls.count(name) == 2 and "stopped " + name not in calls:
                calls.append("stopped " + name)
                raise ConnectionError
            return done

        monkeypatch.setattr(service, name, once_more)

    def run() -> None:
        run_undo(
            data_import_id=data_import.pk,
            generation=started.generation,
            now=timezone.now(),
            orders=2,
        )

    for _ in range(2):
        with pytest.raises(ConnectionError):
            run()
    assert Order.objects.count() == 0
    assert ImportedPart.objects.filter(is_undone=True).count() == 1
    run()
    data_import.refresh_from_db()
    assert tables() == before
    assert data_import.undo_counts == ahead.counts


def test_a_job_for_another_generation_takes_nothing_back(cast: Cast) -> None:
    data_import = bring(cast, row("A-1"))
    first = start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    second = start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    assert second.undo_started_at == first.undo_started_at
    run_undo(data_import_id=data_import.pk, generation=first.generation, now=timezone.now())
    assert Order.objects.count() == 1
    run_undo(data_import_id=data_import.pk, generation=second.generation, now=timezone.now())
    assert Order.objects.count() == 0
