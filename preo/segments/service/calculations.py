"""Asking for calculations, carrying them out, and taking them back."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, transaction
from psycopg.errors import QueryCanceled

from preo.activity.service import record
from preo.core import jobs
from preo.core.access import Principal
from preo.core.errors import ConflictError, InvalidError, NotFoundError
from preo.segments.calculation import Found, VoidError, replace_members
from preo.segments.models import Segment, SegmentStatus
from preo.segments.queries import without_a_job
from preo.segments.service.naming import in_order

UNDER_WAY = (SegmentStatus.PENDING, SegmentStatus.PROCESSING)


class NoConditionError(ConflictError):
    """A segment without a condition has no members and is not calculated.

    Give it one; `true` is the condition that holds for everybody.
    """

    code = "segment_without_condition"
    title = "The segment has no condition yet."


@transaction.atomic
def request_calculation(*, segment_id: uuid.UUID, now: dt.datetime) -> Segment:
    """Ask for a calculation; one that is due or under way already is the one that is asked for.

    Raises NotFoundError, NoConditionError.
    """
    segment = _lock(segment_id)
    if not segment.condition:
        raise NoConditionError(extra={"segment_status": segment.status})
    if segment.status not in UNDER_WAY:
        demand(segment, now=now)
    return segment


@transaction.atomic
def reset_segment(*, segment_id: uuid.UUID, by: Principal, now: dt.datetime) -> Segment:
    """Make it a draft, whatever became of its calculation: the result of one that still runs is void.

    The members stay as they are. Raises NotFoundError.
    """
    segment = _lock(segment_id)
    if segment.status == SegmentStatus.DRAFT:
        return segment
    segment.status = SegmentStatus.DRAFT
    segment.generation += 1
    segment.error_message = ""
    segment.requested = None
    segment.modified = now
    segment.save(force_update=True)
    record(
        type="segment.updated",
        organization_id=segment.organization_id,
        edition_id=segment.edition_id,
        object_id=segment.pk,
        changed=["status"],
        by=by,
    )
    return segment


def demand(segment: Segment, *, now: dt.datetime) -> None:
    """Let a segment whose row is locked be calculated anew; a result that is under way is void.

    The job is there if and only if the caller's transaction commits, and it is the only one of its
    generation: the lock on the row keeps a second demand waiting until it sees the first.
    """
    _renew(segment, now=now)
    jobs.defer("segments.calculate", segment_id=str(segment.pk), generation=segment.generation)


def calculate_segment(*, segment_id: uuid.UUID, generation: int, now: dt.datetime) -> None:
    """The job: calculate what the segment's condition names, then the segment itself.

    Nothing happens where this generation is no longer wanted, or is done. A job that comes back
    because its worker died begins anew; the members stay as they were until the very end.
    """
    segment = _claim(segment_id, generation)
    if segment is None:
        return
    for key in in_order(segment):
        named = _calculate_named(key, now=now)
        if named is not None and named.status != SegmentStatus.COMPLETED:
            _fail(segment, f"The segment “{named.name}”, which it builds on, {_why_not(named)}")
            return
    _calculate(segment, now=now)


def fail_lost_calculations(*, now: dt.datetime) -> int:
    """Fail what no job will ever calculate, such as one that took down worker after worker.

    Returns how many.
    """
    lost = without_a_job(before=now - 2 * settings.SEGMENT_TIMEOUT)
    for segment in lost:
        _fail(segment, "The calculation was begun several times and never came to its end.")
    return len(lost)


def _calculate_named(segment_id: uuid.UUID, *, now: dt.datetime) -> Segment | None:
    """Calculate a segment that another one builds on; as it came out, None where it is gone.

    One that is changed or asked for meanwhile is calculated once more, as it is then.
    """
    while True:
        claimed = _claim_named(segment_id, now=now)
        if claimed is not None:
            _calculate(claimed, now=now)
        found = Segment.objects.filter(pk=segment_id).first()
        if claimed is None or found is None or found.status not in UNDER_WAY:
            return found


def _why_not(named: Segment) -> str:
    if named.status == SegmentStatus.FAILED:
        return f"failed: {named.error_message}"
    return "was reset meanwhile." if named.condition else "has no condition yet."


def _calculate(segment: Segment, *, now: dt.datetime) -> None:
    """Calculate a segment that is claimed. Whatever happens, it ends as completed, failed or void."""
    try:
        _complete(segment, now=now)
    except VoidError:
        return
    except InvalidError as error:
        mistakes = " ".join(mistake.detail for mistake in error.errors)
        _fail(segment, f"The condition has mistakes. {mistakes}")
    except DataError as error:
        _fail(segment, f"The condition could not be reckoned: {error}".partition("\n")[0])
    except (OperationalError, InterfaceError) as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise  # the connection is lost: the job is tried again
        seconds = round(settings.SEGMENT_TIMEOUT.total_seconds())
        _fail(segment, f"The calculation took longer than {seconds} seconds and was ended.")
    except Exception:
        _fail(segment, "Something went wrong on our side.")
        raise


@transaction.atomic
def _complete(segment: Segment, *, now: dt.datetime) -> None:
    """Raises VoidError where the result is no longer wanted."""
    found = replace_members(segment, now=now)
    wanted = Segment.objects.filter(
        pk=segment.pk, generation=segment.generation, status=SegmentStatus.PROCESSING
    )
    wanted.update(
        status=SegmentStatus.COMPLETED,
        user_count=found.members,
        entered_count=found.entered,
        left_count=found.left,
        last_calculated=now,
        calculation_duration=found.duration,
        error_message="",
    )
    _record_end(segment, "completed", found)


@transaction.atomic
def _fail(segment: Segment, message: str) -> None:
    wanted = Segment.objects.filter(
        pk=segment.pk, generation=segment.generation, status__in=UNDER_WAY
    )
    if wanted.update(status=SegmentStatus.FAILED, error_message=message):
        _record_end(segment, "failed")


@transaction.atomic
def _claim(segment_id: uuid.UUID, generation: int) -> Segment | None:
    """The segment, shown as being calculated; None where nobody waits for this generation."""
    waiting = Segment.objects.filter(pk=segment_id, generation=generation, status__in=UNDER_WAY)
    if not waiting.update(status=SegmentStatus.PROCESSING):
        return None
    return waiting.first()


@transaction.atomic
def _claim_named(segment_id: uuid.UUID, *, now: dt.datetime) -> Segment | None:
    """A segment that another one builds on; None where it cannot be calculated.

    Where its own calculation is due already, it is that one.
    """
    segment = Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()
    if segment is None or not segment.condition:
        return None
    if segment.status not in UNDER_WAY:
        _renew(segment, now=now)
    return _claim(segment_id, segment.generation)


def _renew(segment: Segment, *, now: dt.datetime) -> None:
    segment.status = SegmentStatus.PENDING
    segment.generation += 1
    segment.requested = now
    segment.error_message = ""
    segment.modified = now
    segment.save(force_update=True)


def _lock(segment_id: uuid.UUID) -> Segment:
    segment = Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()
    if segment is None:
        raise NotFoundError
    return segment


def _record_end(segment: Segment, ended: str, found: Found | None = None) -> None:
    details = {} if found is None else found.counts
    record(
        type=f"segment.{ended}",
        organization_id=segment.organization_id,
        edition_id=segment.edition_id,
        object_id=segment.pk,
        by=None,
        details=details,
    )
