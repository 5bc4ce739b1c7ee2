"""Conditions over 1,000,000 customers: ours beside the best hand-written SQL.

    make bench                        makes the data once, in .preo/bench (some minutes)
    python -m bench.segments          uses the database of DATABASE_URL

For each condition several hand-written statements count the same customers, and the fastest of
them in this run is the floor. Every statement's count must be the same as ours.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import statistics
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from bench.measure import interleaved, report
from bench.segments_data import Place, place
from bench.segments_sql import CONDITIONS, Condition
from preo.segments.audience import Audience, belongs
from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.cel.sql import Sql, build
from preo.segments.fields import schema_for
from preo.segments.plans import from_and_where

ROUNDS = 5


def count_by(statement: Sql) -> Callable[[], int]:
    """What runs a statement that counts."""

    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.values)
            row = cursor.fetchone()
        return int(row[0])

    return run


def ours(condition: Condition, at: Place) -> Sql:
    """The count of a condition as the calculation would ask it."""
    schema = schema_for(at.organization, None)
    reading = read_condition(condition.cel(at), schema)
    assert reading.tree is not None, reading.problems
    compiled = compile_condition(reading.tree, schema, now=timezone.now(), mode=Mode.SET)
    return build("SELECT count(*){}", from_and_where(compiled, belongs(Audience(at.organization))))


def compare(at: Place) -> None:
    """Print each condition, and the ratios over all of them."""
    ratios = []
    for condition in CONDITIONS:
        variants = {f"hand: {name}": count_by(sql) for name, sql in condition.hand(at).items()}
        runs = {"ours": count_by(ours(condition, at)), **variants}
        counts = {name: run() for name, run in runs.items()}
        assert len(set(counts.values())) == 1, counts
        medians = interleaved(runs, rounds=ROUNDS)
        best = min(variants, key=lambda name: medians[name])
        report(f"{condition.title}: {counts['ours']:,} customers", medians, base=best)
        ratios.append(medians["ours"] / medians[best])
    print(f"\nours / best by hand: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")


if __name__ == "__main__":
    where = place()
    print("made", flush=True)
    with transaction.atomic(), connection.cursor() as open_cursor:
        # As in a calculation: see preo/segments/calculation.py.
        open_cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
        compare(where)
