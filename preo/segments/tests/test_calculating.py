"""Calculations: what is refused, what ends them, and that only differences are written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from conftest import Cast
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.errors import NotFoundError
from preo.core.ids import uuid7
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.segments import calculation
from preo.segments.models import Member, Segment, SegmentStatus
from preo.segments.service.calculations import (
    NoConditionError,
    calculate_segment,
    fail_lost_calculations,
    request_calculation,
    reset_segment,
)
from preo.segments.service.segments import delete_segment, update_segment
from preo.segments.tests.calculating import NOW, calculate, members, queued, run_jobs
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def by(cast: Cast) -> Principal:
    return Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.MANAGER),))


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    return [
        make_customer(organization=cast.northlight, first_name=name) for name in ("Ada", "Bo", "Cy")
    ]


def named(name: str) -> str:
    return f'user.first_name == "{name}"'


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Let something happen while the members are being looked for."""
    write = calculation._write

    def write_later(*arguments: Any) -> Any:
        work()
        return write(*arguments)

    monkeypatch.setattr(calculation, "_write", write_later)


def fail_within(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(calculation, "_write", fail)


def test_a_segment_without_a_condition_is_not_calculated(cast: Cast) -> None:
    segment = make_segment(organization=cast.northlight, condition="")
    with pytest.raises(NoConditionError):
        request_calculation(segment_id=segment.pk, now=NOW)
    assert queued() == []


def test_an_absent_segment_is_not_calculated(db: None) -> None:
    with pytest.raises(NotFoundError):
        request_calculation(segment_id=uuid7(), now=NOW)
    calculate_segment(segment_id=uuid7(), generation=1, now=NOW)


@pytest.mark.parametrize("status", [SegmentStatus.PENDING, SegmentStatus.PROCESSING])
def test_a_calculation_that_is_under_way_is_the_one_that_is_asked_for(
    status: str, cast: Cast
) -> None:
    segment = make_segment(organization=cast.northlight)
    request_calculation(segment_id=segment.pk, now=NOW)
    Segment.objects.update(status=status)
    again = request_calculation(segment_id=segment.pk, now=NOW)
    assert (again.status, again.generation, len(queued())) == (status, 1, 1)


def test_a_calculation_ends_with_its_counts(cast: Cast, people: list[Customer]) -> None:
    ada, bo, cy = people
    segment = make_segment(organization=cast.northlight, condition=named("Ada"), members=(bo, cy))
    request_calculation(segment_id=segment.pk, now=NOW)
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.PENDING
    run_jobs()
    segment.refresh_from_db()
    assert members(segment) == {ada}
    found = (segment.user_count, segment.entered_count, segment.left_count)
    assert (segment.status, found) == ("completed", (1, 1, 2))
    assert segment.last_calculated == NOW
    assert segment.calculation_duration is not None
    assert segment.error_message == ""
    (activity,) = Activity.objects.filter(type="segment.completed")
    assert activity.object_id == segment.pk
    assert activity.details == {"user_count": 1, "entered": 1, "left": 2}


def test_a_calculation_is_not_carried_out_twice(cast: Cast, people: list[Customer]) -> None:
    segment = calculate(make_segment(organization=cast.northlight))
    Member.objects.all().delete()
    run_jobs()
    assert members(segment) == set()
    assert Activity.objects.filter(type="segment.completed").count() == 1


def test_an_error_for_one_person_leaves_that_one_out(cast: Cast) -> None:
    gold = make_customer(organization=cast.northlight, metadata={"level": 3})
    for metadata in ({}, {"level": "three"}, {"level": None}):
        make_customer(organization=cast.northlight, metadata=metadata)
    segment = make_segment(organization=cast.northlight, condition="user.metadata.level > 2")
    assert members(calculate(segment)) == {gold}


def test_what_has_not_changed_is_not_written(cast: Cast, people: list[Customer]) -> None:
    segment = make_segment(
        organization=cast.northlight, condition='user.first_name in ["Ada", "Bo"]'
    )
    calculate(segment)
    before = row_versions()
    make_customer(organization=cast.northlight, first_name="Ada")
    calculate(segment)
    assert before < row_versions()
    assert (segment.user_count, segment.entered_count, segment.left_count) == (3, 1, 0)


def row_versions() -> set[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text, xmin::text, customer_id FROM segments_member")
        return set(cursor.fetchall())


# --- what becomes void ---


def test_a_changed_condition_makes_the_running_result_void_and_asks_for_a_new_one(
    cast: Cast, people: list[Customer], by: Principal
) -> None:
    _, bo, cy = people
    segment = make_segment(organization=cast.northlight, condition=named("Ada"), members=(cy,))
    request_calculation(segment_id=segment.pk, now=NOW)
    changes = {"condition": named("Bo")}
    changed = update_segment(segment_id=segment.pk, changes=changes, by=by, now=NOW)
    assert (changed.status, changed.generation) == ("pending", 2)
    calculate_segment(segment_id=segment.pk, generation=1, now=NOW)
    assert members(segment) == {cy}
    run_jobs()
    assert members(segment) == {bo}


@pytest.mark.parametrize(
    "changes",
    [{"communication_type": "marketing"}, {"communication_channel": "sms"}, {"condition": "false"}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_decides_on_the_members_recalculates(
    changes: dict[str, str], cast: Cast, people: list[Customer], by: Principal
) -> None:
    segment = calculate(make_segment(organization=cast.northlight))
    assert segment.user_count == 3
    update_segment(segment_id=segment.pk, changes=changes, by=by, now=NOW)
    assert queued()[-1] == {"segment_id": str(segment.pk), "generation": 2}
    run_jobs()
    segment.refresh_from_db()
    assert (segment.status, segment.user_count, segment.left_count) == ("completed", 0, 3)


def test_another_name_recalculates_nothing(cast: Cast, by: Principal) -> None:
    segment = calculate(make_segment(organization=cast.northlight))
    changes = {"name": "All", "description": "Everybody", "condition": segment.condition}
    changed = update_segment(segment_id=segment.pk, changes=changes, by=by, now=NOW)
    assert (changed.status, len(queued())) == ("completed", 1)
    (activity,) = Activity.objects.filter(type="segment.updated")
    assert activity.changed == ["name", "description"]


def test_a_reset_makes_the_running_result_void_and_keeps_the_members(
    cast: Cast, people: list[Customer], by: Principal
) -> None:
    segment = make_segment(organization=cast.northlight, members=(people[0],))
    request_calculation(segment_id=segment.pk, now=NOW)
    Segment.objects.update(status=SegmentStatus.PROCESSING)
    assert reset_segment(segment_id=segment.pk, by=by, now=NOW).status == SegmentStatus.DRAFT
    run_jobs()
    segment.refresh_from_db()
    assert (segment.status, members(segment)) == ("draft", {people[0]})
    assert calculate(segment).user_count == 3


def test_a_segment_that_is_deleted_meanwhile_leaves_nothing(
    cast: Cast, people: list[Customer], by: Principal
) -> None:
    segment = make_segment(organization=cast.northlight, members=(people[0],))
    request_calculation(segment_id=segment.pk, now=NOW)
    delete_segment(segment_id=segment.pk, by=by)
    run_jobs()
    assert not Member.objects.exists()


# --- what fails ---


def test_a_statement_that_takes_too_long_fails_and_the_members_stay(
    cast: Cast, people: list[Customer], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = make_segment(organization=cast.northlight, members=(people[0],))
    settings.SEGMENT_TIMEOUT = timedelta(milliseconds=20)
    meanwhile(monkeypatch, sleep)
    calculate(segment)
    assert segment.status == SegmentStatus.FAILED
    assert segment.error_message.startswith("The calculation took longer than")
    assert members(segment) == {people[0]}
    (activity,) = Activity.objects.filter(type="segment.failed")
    assert activity.object_id == segment.pk


def sleep() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")


def test_a_condition_that_is_no_longer_right_fails_in_words(cast: Cast) -> None:
    segment = calculate(make_segment(organization=cast.northlight, condition="user.nme == 1"))
    assert segment.status == SegmentStatus.FAILED
    assert segment.error_message.startswith("The condition has mistakes. Line 1, column 6:")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_lost_connection_is_no_end_so_that_the_job_comes_again(
    error: type[Exception], cast: Cast, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = make_segment(organization=cast.northlight)
    request_calculation(segment_id=segment.pk, now=NOW)
    with monkeypatch.context() as patch:
        fail_within(patch, error("the connection is lost"))
        with pytest.raises(error):
            run_jobs()
    segment.refresh_from_db()
    assert segment.status == SegmentStatus.PROCESSING
    run_jobs()
    segment.refresh_from_db()
    assert (segment.status, segment.user_count) == ("completed", 3)


def test_what_nobody_foresaw_fails_and_is_raised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment = make_segment(organization=cast.northlight)
    fail_within(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        calculate(segment)
    segment.refresh_from_db()
    assert (segment.status, segment.error_message) == (
        "failed",
        "Something went wrong on our side.",
    )


def test_a_calculation_that_no_job_will_end_is_failed_after_its_time(
    cast: Cast, settings: Any
) -> None:
    kept, lost = (make_segment(organization=cast.northlight) for _ in range(2))
    request_calculation(segment_id=kept.pk, now=NOW)
    Segment.objects.filter(pk=lost.pk).update(status=SegmentStatus.PROCESSING, requested=NOW)
    soon, late = (NOW + factor * settings.SEGMENT_TIMEOUT for factor in (1, 3))
    assert fail_lost_calculations(now=soon) == 0
    assert fail_lost_calculations(now=late) == 1
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (kept.status, lost.status) == ("pending", "failed")


def test_memory_and_time_are_bounded_for_the_calculation_alone(cast: Cast, settings: Any) -> None:
    settings.SEGMENT_WORK_MEM = "77MB"
    seen: dict[str, str] = {}
    names = ("work_mem", "statement_timeout")

    def look() -> None:
        seen.update({name: current(name) for name in names})

    before = {name: current(name) for name in names}
    with pytest.MonkeyPatch.context() as patch:
        meanwhile(patch, look)
        calculate(make_segment(organization=cast.northlight))
    assert seen == {"work_mem": "77MB", "statement_timeout": "10min"}
    assert {name: current(name) for name in names} == before


def current(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
