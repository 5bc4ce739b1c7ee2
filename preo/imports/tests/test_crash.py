"""A run that is killed anywhere: the next one goes on, and nothing is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from conftest import Cast
from preo.editions.models import Edition
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportProblem,
    ImportStage,
    ProductMapping,
)
from preo.imports.service.runs import start_import
from preo.imports.tests.runs import BY, make_ready, run_all
from preo.orders.models import Order, Purchase, Transaction

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

KILLS = 5
ROWS = 5_000
LINES = 200
FARTHEST = 250
"""Orders that a run brings in at least before it is killed, at most: five make some 1,250 of 1,670."""
HEADER = "Order ID;Order date;E-mail;First name;Product;Quantity;Unit price"
RUN = f"""
import sys, uuid
import django
django.setup()
from django.utils import timezone
from preo.imports.service.runs import run_import
print("ready", flush=True)
run_import(
    data_import_id=uuid.UUID(sys.argv[1]), generation=int(sys.argv[2]), now=timezone.now(),
    lines={LINES},
)
"""


def rows() -> list[str]:
    """Orders of one to five lines, of 300 people, of 40 products; each 50th row cannot be read."""
    chance = random.Random(5)  # noqa: S311 - the same file each time
    made: list[str] = []
    order = 0
    while len(made) < ROWS:
        order += 1
        buyer = chance.randrange(300)
        for _ in range(min(chance.randint(1, 5), ROWS - len(made))):
            price = "x" if len(made) % 50 == 49 else f"{chance.randrange(1, 9_000) / 100:.2f}"
            product = f"Product {chance.randrange(40)}"
            made.append(
                f"A-{order};2026-05-31 10:00;u{buyer}@example.com;U{buyer};{product};"
                f"{chance.randint(1, 3)};{price}"
            )
    return made


def outcome(data_import: DataImport) -> dict[str, Any]:
    """All that an import brought about, but for ids and times."""
    data_import.refresh_from_db()
    edition = data_import.edition
    of_import = {"data_import": data_import}
    return {
        "stage": data_import.stage,
        "counts": [
            data_import.rows_done, data_import.rows_failed, data_import.orders_created,
            data_import.orders_updated, data_import.orders_unchanged, data_import.orders_failed,
            data_import.users_created,
        ],
        "orders": list(
            Order.objects.filter(edition=edition).order_by("external_id").values_list(
                "external_id", "amount", "status", "items_count", "customer__email", "paid"
            )
        ),
        "purchases": list(
            Purchase.objects.filter(edition=edition)
            .order_by("order__external_id", "position")
            .values_list("order__external_id", "position", "product__name", "price_paid")
        ),
        "payments": list(
            Transaction.objects.filter(order__edition=edition)
            .order_by("order__external_id")
            .values_list("order__external_id", "amount", "status")
        ),
        "imported": list(
            ImportedOrder.objects.filter(**of_import)
            .order_by("order__external_id")
            .values_list("order__external_id", "outcome", "numbers", "raw")
        ),
        "problems": list(
            ImportProblem.objects.filter(**of_import)
            .order_by("number", "code")
            .values_list("number", "column", "code")
        ),
    }  # fmt: skip


def make(cast: Cast, edition: Edition) -> DataImport:
    data_import = make_ready(replace(cast, edition=edition), HEADER, *rows())
    ProductMapping.objects.filter(data_import=data_import).update(create_product=True)
    return data_import


def begin(data_import: DataImport) -> "subprocess.Popen[str]":
    """A process of its own that runs the import, as a worker does."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", RUN, str(data_import.pk), str(data_import.generation)],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "preo.config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def next_order(data_import: DataImport) -> int:
    return DataImport.objects.values_list("next_order", flat=True).get(pk=data_import.pk)


def test_a_run_that_is_killed_at_random_brings_the_same_in_as_one_that_is_not(cast: Cast) -> None:
    whole = outcome(run_all(make(cast, cast.rival_edition)))
    assert whole["stage"] == ImportStage.COMPLETED
    assert whole["problems"]

    data_import = make(cast, cast.edition)
    data_import = start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    seed = int(os.environ.get("PREO_TEST_SEED", "0")) or random.randrange(10**6)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311 - where it is killed
    reached = []
    for _ in range(KILLS):
        behind = next_order(data_import) + chance.randrange(FARTHEST)
        process = begin(data_import)
        while next_order(data_import) < behind and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))  # somewhere within the next chunk
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"done before it was killed; seed {seed}"
        reached.append(next_order(data_import))
    assert reached == sorted(reached)
    assert begin(data_import).wait() == 0
    assert outcome(data_import) == whole, f"seed {seed}, killed at {reached}"
