"""Undo over HTTP: a dry run unless told otherwise, what stays by name, and each refusal's code."""

from typing import Any

import pytest
from django.utils import timezone

from conftest import ApiClient, Cast
from preo.catalog.tests.factories import make_product
from preo.core.ids import decode_id
from preo.imports.models import DataImport, ImportService
from preo.imports.service.undo import run_undo
from preo.imports.tests.factories import make_import
from preo.imports.tests.undone import bring, row, some
from preo.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db


def address(data_import: DataImport) -> str:
    return f"/v1/data-imports/{data_import.api_id}/undo"


def run_queued(data_import: DataImport) -> None:
    data_import.refresh_from_db()
    run_undo(data_import_id=data_import.pk, generation=data_import.generation, now=timezone.now())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"stage": "importing"}, "import_stage"),
        ({"stage": "completed", "undone_at": timezone.now()}, "import_undone"),
        ({"stage": "completed", "completed_at": "2020-01-01T00:00Z"}, "import_undo_expired"),
        ({"stage": "completed", "service": ImportService.EXTERNAL}, "import_not_kept"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_each_refusal_has_its_code(
    cast: Cast, manager: ApiClient, fields: dict[str, Any], code: str, dry_run: bool
) -> None:
    data_import = make_import(edition=cast.edition, **fields)
    answer = manager.send("POST", address(data_import), {"dry_run": dry_run})
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_an_import_is_looked_at_then_taken_back_and_says_what_stayed(
    cast: Cast, manager: ApiClient
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    data_import = bring(cast, row("A-1"), row("A-2"))
    Purchase.objects.filter(order__external_id="A-1").update(available_uses=0)
    counts = {"orders_removed": 1, "orders_kept": 1, "users_removed": 1, "users_kept": 1}
    looked = manager.send("POST", address(data_import), {}).json()
    assert (looked["dry_run"], looked["undo_started_at"], looked["orders_done"]) == (True, None, 0)
    assert some(looked["counts"]) == counts
    assert Order.objects.count() == 2
    order, user = looked["kept"]
    assert order == {
        "kind": "order", "id": Order.objects.get(external_id="A-1").api_id, "name": "A-1",
        "reason": "used", "message": "Something of it has been used.",
    }  # fmt: skip
    assert (user["kind"], user["name"], user["reason"]) == ("user", "Zoë", "has_orders")
    assert decode_id("usr", user["id"])

    started = manager.send("POST", address(data_import), {"dry_run": False})
    assert started.status_code == 200
    assert started.json()["undo_started_at"]
    assert (started.json()["undone_at"], started.json()["orders_total"]) == (None, 2)
    assert Order.objects.count() == 2
    run_queued(data_import)
    done = manager.get(address(data_import)).json()
    assert done["undone_at"]
    assert (done["orders_done"], some(done["counts"]), done["kept"]) == (2, counts, looked["kept"])
    assert Order.objects.count() == 1
    shown = manager.get(f"/v1/data-imports/{data_import.api_id}").json()
    assert (shown["undone_at"], shown["stage"]) == (done["undone_at"], "completed")
