"""An import that is killed anywhere, at each of its steps: another process goes on, and nothing is
lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from conftest import Cast
from preo.activity.models import Activity
from preo.imports.models import (
    DataImport,
    ImportedOrder,
    ImportedPart,
    ImportProblem,
    ImportStage,
    ProductMapping,
)
from preo.imports.service.columns import process_columns, read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.service.runs import run_import, start_import
from preo.imports.tests.factories import make_file_import
from preo.imports.tests.runs import BY
from preo.orders.models import Order, Purchase, Transaction

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

STAGES = {
    "reading": ImportStage.UPLOADED,
    "lines": ImportStage.NEEDS_COLUMN_MAPPING,
    "running": ImportStage.IMPORTING,
}
"""By step, the stage at which its job is at work."""
CHUNKS = 25
"""In so many chunks, about, the processes that are killed read a file and bring it in."""
HEADER = "Order ID;Order date;E-mail;First name;Product;Quantity;Unit price"
JOB = """
import sys, uuid
import django
django.setup()
from django.utils import timezone
from preo.imports.files import staging
from preo.imports.service.columns import read_import_lines
from preo.imports.service.reading import read_import_file
from preo.imports.service.runs import run_import

step, chunk = sys.argv[1], int(sys.argv[2])
wanted = {"data_import_id": uuid.UUID(sys.argv[3]), "generation": int(sys.argv[4])}
staging.CHUNK_ROWS = chunk
print("ready", flush=True)
if step == "reading":
    read_import_file(**wanted)
elif step == "lines":
    read_import_lines(**wanted)
else:
    run_import(**wanted, now=timezone.now(), lines=chunk)
"""


def make_file(rows: int) -> bytes:
    """Orders of one to five lines, of people with some, of 40 products; each 50th row is bad."""
    chance = random.Random(5)  # noqa: S311 - the same file each time
    made: list[str] = []
    order = 0
    while len(made) < rows:
        order += 1
        buyer = chance.randrange(rows // 16)
        for _ in range(min(chance.randint(1, 5), rows - len(made))):
            price = "x" if len(made) % 50 == 49 else f"{chance.randrange(1, 9_000) / 100:.2f}"
            product = f"Product {chance.randrange(40)}"
            made.append(
                f"A-{order};2026-05-31 10:00;u{buyer}@example.com;U{buyer};{product};"
                f"{chance.randint(1, 3)};{price}"
            )
    return "\n".join([HEADER, *made]).encode()


def outcome(data_import: DataImport) -> dict[str, Any]:
    """All that an import brought about, but for ids and times."""
    data_import.refresh_from_db()
    edition = data_import.edition
    of_import = {"data_import": data_import}
    return {
        "stage": data_import.stage,
        "file": [
            data_import.row_count, data_import.order_count, data_import.columns,
            data_import.mappings, data_import.problem_counts,
        ],
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
        "made": [
            [sum(map(len, made)) for made in zip(*parts, strict=True)]
            for parts in [
                ImportedPart.objects.filter(**of_import).values_list("customers", "products")
            ]
        ],
        "told": sorted(
            Activity.objects.filter(object_id=data_import.pk).values_list("type", flat=True)
        ),
        "problems": list(
            ImportProblem.objects.filter(**of_import)
            .order_by("number", "code")
            .values_list("number", "column", "code")
        ),
    }  # fmt: skip


def demand(data_import: DataImport, step: str) -> None:
    """As staff do, so that the job of this step is wanted. A new file is wanted to be read."""
    if step == "lines":
        process_columns(data_import_id=data_import.pk, by=BY, now=timezone.now())
    elif step == "running":
        ProductMapping.objects.filter(data_import=data_import).update(create_product=True)
        start_import(data_import_id=data_import.pk, by=BY, now=timezone.now())
    data_import.refresh_from_db()


def work(data_import: DataImport, step: str) -> None:
    """The job of this step, in the test's own process."""
    wanted: dict[str, Any] = {
        "data_import_id": data_import.pk,
        "generation": data_import.generation,
    }
    if step == "reading":
        read_import_file(**wanted)
    elif step == "lines":
        read_import_lines(**wanted)
    else:
        run_import(**wanted, now=timezone.now())


def begin(data_import: DataImport, step: str, chunk: int, home: Path) -> "subprocess.Popen[str]":
    """A process of its own that does the job of this step, as a worker does."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    own = {"DATABASE_URL": url, "PREO_HOME": str(home)}
    process = subprocess.Popen(  # noqa: S603 - our own
        [
            sys.executable, "-c", JOB,
            step, str(chunk), str(data_import.pk), str(data_import.generation),
        ],
        env=os.environ | own | {"DJANGO_SETTINGS_MODULE": "preo.config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def reached(data_import: DataImport, step: str) -> int:
    """How far a step is, by its checkpoint. Lines are made at once, or not at all."""
    rows, order = DataImport.objects.values_list("rows_done", "next_order").get(pk=data_import.pk)
    return {"reading": rows, "lines": 0, "running": order}[step]


def kill_at_random(
    data_import: DataImport,
    step: str,
    start: Callable[[], "subprocess.Popen[str]"],
    *,
    chance: random.Random,
    farthest: int,
    longest: float,
) -> bool:
    """Whether the process was killed at its work. Each killing finds the step as far or farther."""
    before = reached(data_import, step)
    behind = before + chance.randrange(farthest)
    process = start()
    while reached(data_import, step) < behind and process.poll() is None:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, longest))  # somewhere within the next chunk
    process.kill()
    was_killed = process.wait() == -signal.SIGKILL
    data_import.refresh_from_db()
    assert reached(data_import, step) >= before
    return was_killed and data_import.stage == STAGES[step]


@pytest.mark.parametrize(
    ("rows", "kills", "least"),
    [
        (5_000, {"reading": 1, "lines": 1, "running": 3}, {"reading": 0, "lines": 0, "running": 2}),
        pytest.param(
            50_000,
            {"reading": 8, "lines": 8, "running": 14},
            {"reading": 4, "lines": 4, "running": 10},
            marks=[pytest.mark.nightly, pytest.mark.timeout(1_800)],
        ),
    ],
)
def test_an_import_that_is_killed_at_random_brings_the_same_in_as_one_that_is_not(
    cast: Cast,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    rows: int,
    kills: dict[str, int],
    least: dict[str, int],
) -> None:
    content, seconds = make_file(rows), {}
    quiet = make_file_import(content, edition=cast.rival_edition, source="shop")
    for step in STAGES:
        demand(quiet, step)
        started = time.perf_counter()
        work(quiet, step)
        seconds[step] = time.perf_counter() - started
    whole = outcome(quiet)
    assert whole["stage"] == ImportStage.COMPLETED
    assert whole["problems"]

    seed = int(os.environ.get("PREO_TEST_SEED", "0")) or random.randrange(10**6)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311 - where it is killed
    data_import = make_file_import(content, edition=cast.edition, source="shop")
    landed = dict.fromkeys(STAGES, 0)
    for step, times in kills.items():
        demand(data_import, step)
        size = (quiet.order_count if step == "running" else quiet.row_count) or 0
        for _ in range(times):
            landed[step] += kill_at_random(
                data_import,
                step,
                lambda step=step: begin(data_import, step, rows // CHUNKS, tmp_path),  # type: ignore[misc]
                chance=chance,
                farthest=max(1, size // (2 * times)) if step != "lines" else 1,
                longest=seconds[step] * (0.8 if step == "lines" else 1 / (4 * times)),
            )
        work(data_import, step)
    record_property("killed at work", f"{landed}, seed {seed}")
    assert all(landed[step] >= least[step] for step in STAGES), f"{landed}, seed {seed}"
    assert outcome(data_import) == whole, f"seed {seed}, killed {landed}"
