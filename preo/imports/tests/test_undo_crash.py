"""An undo that is killed anywhere: the next one goes on, and all tables are as they were."""

import os
import random
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from conftest import Cast
from preo.imports.models import DataImport, ImportedOrder
from preo.imports.service.undo import look_at_undo, start_undo
from preo.imports.tests.runs import BY
from preo.imports.tests.undone import bring, row, tables

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

KILLS = 2
ORDERS = 600
JOB = """
import sys, uuid
import django
django.setup()
from django.utils import timezone
from preo.imports.service.undo import run_undo

print("ready", flush=True)
run_undo(
    data_import_id=uuid.UUID(sys.argv[1]), generation=int(sys.argv[2]), now=timezone.now(), orders=5
)
"""


def begin(data_import: DataImport) -> "subprocess.Popen[str]":
    """A process of its own that takes the import back, as a worker does."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={quote(str(at['HOST']), safe='')}"
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", JOB, str(data_import.pk), str(data_import.generation)],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "preo.config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def left(data_import: DataImport) -> int:
    return ImportedOrder.objects.filter(data_import=data_import).count()


def test_an_undo_that_is_killed_at_random_takes_the_same_back_as_one_that_is_not(
    cast: Cast,
) -> None:
    before = tables()
    rows = [row(f"A-{n}", f"Mug {n % 7}", email=f"u{n % 90}@example.com") for n in range(ORDERS)]
    data_import = bring(cast, *rows, lines=100)
    ahead = look_at_undo(data_import=data_import, now=timezone.now())
    data_import = start_undo(data_import_id=data_import.pk, by=BY, now=timezone.now())
    seed = int(os.environ.get("PREO_TEST_SEED", "0")) or random.randrange(10**6)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311 - where it is killed
    for _ in range(KILLS):
        until = left(data_import) - chance.randrange(1, ORDERS // 4)
        process = begin(data_import)
        while left(data_import) > until and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        assert process.wait() == -signal.SIGKILL, f"done before it was killed; seed {seed}"
    assert 0 < left(data_import) < ORDERS
    assert begin(data_import).wait() == 0
    data_import.refresh_from_db()
    assert data_import.undone_at, f"seed {seed}"
    assert data_import.undo_counts == ahead.counts, f"seed {seed}"
    assert tables() == before, f"seed {seed}"
