"""Writes an organization's orders with all that hangs on them, some thousands at a time.

Each batch is worked out in four temporary tables (who and how, the lines, the sums, what came
back) and then put into the real ones in one sweep. The foreign keys of a batch are checked before
the next begins: the queue of checks lives in memory and would grow with the whole.
"""

from collections.abc import Callable

from django.db import connection

from preo.runtime.demo import sales_facts, sales_rows
from preo.runtime.demo.calendar import Slot
from preo.runtime.demo.dice import Value
from preo.runtime.demo.people import buyers
from preo.runtime.demo.plan import EditionPlan, OrganizationPlan

BATCH = 36_000
"""A multiple of 18, over which the numbers of lines come out even."""

_SLOTS = """
    CREATE TEMP TABLE demo_slot (
        edition smallint, first bigint, last bigint, starts_ms bigint, step_ms bigint,
        is_festival boolean, is_recent boolean
    ) ON COMMIT DROP;
    CREATE TEMP TABLE demo_edition (
        edition smallint, id uuid, design_id uuid, currency text, tax_type text, tax_rate bigint,
        number_prefix text, starts_ms bigint, ends_ms bigint
    ) ON COMMIT DROP
"""
_EDITION = """
    INSERT INTO demo_edition
    SELECT %s, %s, id, %s, %s, %s, %s, %s, %s FROM catalog_passdesign WHERE edition_id = %s
"""


def lay_out_slots(plan: OrganizationPlan, slots: list[Slot]) -> None:
    """Fill `demo_slot` and `demo_edition`; the editions are written already."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS)
        with cursor.copy("COPY demo_slot FROM STDIN") as copy:
            for slot in slots:
                copy.write_row(slot.row)
        for place, edition in enumerate(plan.editions):
            cursor.execute(_EDITION, _edition_row(place, edition))


def _edition_row(place: int, edition: EditionPlan) -> tuple[Value, ...]:
    rate = int(edition.tax_rate * 1000)
    starts, ends = (int(at.timestamp()) * 1000 for at in (edition.starts_at, edition.ends_at))
    return (
        place, edition.id, edition.currency, edition.tax_type, rate, edition.number_prefix, starts,
        ends, edition.id,
    )  # fmt: skip


def write_sales(plan: OrganizationPlan, *, until_ms: int, echo: Callable[[str], None]) -> None:
    """Write all orders. Needs the tables of `lay_out_slots`, `write_people` and `write_catalog`."""
    parameters: dict[str, Value] = {
        "organization": plan.id,
        "slug": plan.slug,
        "orders": plan.orders,
        "buyers": buyers(plan),
        "until_ms": until_ms,
    }
    with connection.cursor() as cursor:
        cursor.execute(sales_facts.TABLES)
        for first in range(1, plan.orders + 1, BATCH):
            last = min(first + BATCH - 1, plan.orders)
            batch = parameters | {"first": first, "last": last}
            for statement in (*sales_facts.STATEMENTS, *sales_rows.STATEMENTS):
                cursor.execute(statement, batch)
            if plan.orders > BATCH:
                echo(f"{last:,} of {plan.orders:,} orders")
