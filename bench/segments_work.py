"""What is done with a segment of many: calculated, calculated again, exported; and the other way.

    make bench                            makes the data once, in .preo/bench (some minutes)
    python -m bench.segments_work         uses the database of DATABASE_URL

The other way is what one does without a compiler: fetch each customer with his rows and evaluate
the condition in a CEL runtime, here the fastest that Python has (Google's own, in C++).
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")

import django

django.setup()

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from cel_expr_python import cel
from django.db import connection, transaction
from django.utils import timezone

from bench.segments_data import Place, place
from preo.core.ids import encode_id
from preo.segments.export import members_query, stream_members
from preo.segments.models import Member, Segment, SegmentStatus
from preo.segments.service.calculations import calculate_segment

NAME = "Benchmark"
CUSTOMERS_EVALUATED = 20_000
FIELDS_SQL = """
    SELECT id, email, phone_number, first_name, last_name, language, date_joined, last_seen
    FROM customers_customer WHERE organization_id = %s LIMIT %s
"""
PURCHASES_SQL = """
    SELECT customer_id, product_id FROM orders_purchase
    WHERE organization_id = %s AND customer_id = ANY(%s)
"""


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def calculate(segment: Segment) -> None:
    """As the job does, at once."""
    rows = Segment.objects.filter(pk=segment.pk)
    rows.update(status=SegmentStatus.PENDING, generation=segment.generation + 1)
    segment.refresh_from_db()
    calculate_segment(segment_id=segment.pk, generation=segment.generation, now=timezone.now())
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.COMPLETED, segment.error_message


def segment_of(at: Place, condition: str) -> Segment:
    """A segment without members yet."""
    for old in Segment.objects.filter(organization=at.organization, name=NAME):
        Member.objects.filter(segment=old).delete()
        old.delete()
    return Segment.objects.create(organization=at.organization, name=NAME, condition=condition)


def export_by_us(segment: Segment) -> int:
    with Path(os.devnull).open("wb") as nowhere:
        return sum(nowhere.write(piece) for piece in stream_members(segment))


def export_by_copy(segment: Segment) -> int:
    """The same lines straight out of PostgreSQL: the floor."""
    query = members_query(segment)
    with connection.cursor() as cursor, Path(os.devnull).open("wb") as nowhere:
        statement = f"COPY ({query.text}) TO STDOUT WITH (FORMAT csv)"
        with cursor.copy(cursor.mogrify(statement, query.values)) as copy:
            return sum(nowhere.write(line) for line in copy)


def evaluate_one_by_one(at: Place) -> int:
    """Fetch, put together and evaluate; the number of those for whom it holds."""
    wanted, other = at.products[3].api_id, at.products[0].api_id
    kinds = cel.Type
    environment = cel.NewEnv(variables={"user": kinds.DYN, "purchases": kinds.DYN})
    condition = environment.compile(
        f'purchases.exists(p, p.product == "{wanted}")'
        f' && !purchases.exists(p, p.product == "{other}")'
    )
    with connection.cursor() as cursor:
        cursor.execute(FIELDS_SQL, [at.organization.pk, CUSTOMERS_EVALUATED])
        customers = cursor.fetchall()
        cursor.execute(PURCHASES_SQL, [at.organization.pk, [row[0] for row in customers]])
        bought: defaultdict[object, list[dict[str, str]]] = defaultdict(list)
        for customer, product in cursor:
            bought[customer].append({"product": encode_id("prd", product)})
    return sum(
        condition.eval(
            data={"user": {"email": row[1] or "", "language": row[5]}, "purchases": bought[row[0]]}
        ).plain_value()
        is True
        for row in customers
    )


def calculate_and_export(at: Place, title: str, condition: str) -> None:
    """Print what each step takes."""
    segment = segment_of(at, condition)
    first = seconds(lambda: calculate(segment))
    again = seconds(lambda: calculate(segment))
    members = segment.user_count
    assert (segment.entered_count, segment.left_count) == (0, 0)
    print(f"{title}: {members:,} members, first {first:.2f} s, unchanged {again:.2f} s")
    with transaction.atomic():
        ours = seconds(lambda: export_by_us(segment))
        floor = seconds(lambda: export_by_copy(segment))
    print(
        f"  exported {members / ours:,.0f} rows/s; COPY alone {members / floor:,.0f} rows/s:"
        f" {ours / floor:.2f}x"
    )


def main() -> None:
    at = place()
    consent = at.consents[0].api_id
    calculate_and_export(at, "everybody", "true")
    calculate_and_export(
        at, "those with a consent", f'consents.exists(c, c.id == "{consent}" && c.accepted)'
    )
    took = seconds(lambda: evaluate_one_by_one(at))
    million = took * 1_000_000 / CUSTOMERS_EVALUATED
    print(
        f"one by one in Google's runtime: {CUSTOMERS_EVALUATED:,} customers in {took:.2f} s,"
        f" so a million in {million:.0f} s (extrapolated)"
    )


if __name__ == "__main__":
    main()
