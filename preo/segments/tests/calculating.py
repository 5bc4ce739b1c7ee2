"""Calculating segments in tests: as the worker would, at a fixed moment."""

from datetime import UTC, datetime

from procrastinate.contrib.django.models import ProcrastinateJob

from preo.customers.models import Customer
from preo.segments.models import Member, Segment
from preo.segments.service.calculations import calculate_segment, request_calculation

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def calculate(segment: Segment) -> Segment:
    """The segment after a calculation that was asked for now."""
    request_calculation(segment_id=segment.pk, now=NOW)
    run_jobs()
    segment.refresh_from_db()
    return segment


def queued() -> list[dict[str, object]]:
    """The arguments of the waiting calculations of segments that are there, the oldest first."""
    jobs = ProcrastinateJob.objects.filter(task_name="segments.calculate", status="todo")
    there = {str(key) for key in Segment.objects.values_list("pk", flat=True)}
    return [dict(job.args) for job in jobs.order_by("id") if dict(job.args)["segment_id"] in there]


def run_jobs() -> None:
    """Carry out all waiting calculations; they stay in the queue, as for a worker that died."""
    for arguments in queued():
        calculate_segment(**arguments, now=NOW)  # type: ignore[arg-type] # as the job has them


def members(segment: Segment) -> set[Customer]:
    keys = Member.objects.filter(segment=segment).values("customer_id")
    return set(Customer.objects.filter(pk__in=keys))
