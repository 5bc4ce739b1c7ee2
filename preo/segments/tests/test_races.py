"""Several at once: requests, changes, workers, and segments that begin to name each other."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from conftest import Cast
from preo.accounts.tests.threads import hold_row, hold_writes, run_together
from preo.core.access import Grant, Principal, Role
from preo.core.errors import InvalidError
from preo.core.ids import uuid7
from preo.customers.tests.factories import make_customer
from preo.segments import calculation
from preo.segments.models import Member, Segment
from preo.segments.service.calculations import (
    calculate_segment,
    request_calculation,
    reset_segment,
)
from preo.segments.service.segments import update_segment
from preo.segments.tests.calculating import NOW, queued, run_jobs
from preo.segments.tests.factories import make_segment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]


@pytest.fixture
def by(cast: Cast) -> Principal:
    return Principal("staff", uuid7(), (Grant(cast.northlight.pk, None, Role.MANAGER),))


@contextmanager
def calculating(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the block another worker has found the new members, and has not written them yet."""
    reached, go_on = threading.Event(), threading.Event()
    write = calculation._wanted

    def wait_before_the_last_look(*arguments: Any, is_last: bool = False) -> Any:
        if is_last:
            reached.set()
            assert go_on.wait(30)
        return write(*arguments, is_last=is_last)

    def work() -> None:
        try:
            calculate_segment(segment_id=segment.pk, generation=1, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
        patch.setattr(calculation, "_wanted", wait_before_the_last_look)
        worker = pool.submit(work)
        assert reached.wait(30)
        patch.undo()
        try:
            yield
        finally:
            go_on.set()
        worker.result()


@pytest.fixture
def segment(cast: Cast) -> Segment:
    """Of everybody, asked to be calculated; one of the two customers is in it already."""
    first, _ = (make_customer(organization=cast.northlight) for _ in range(2))
    made = make_segment(organization=cast.northlight, members=(first,))
    return request_calculation(segment_id=made.pk, now=NOW)


def state(segment: Segment) -> tuple[str, int]:
    segment.refresh_from_db()
    return segment.status, Member.objects.filter(segment=segment).count()


def test_several_requests_at_once_are_one_calculation(cast: Cast) -> None:
    segment = make_segment(organization=cast.northlight)
    run_together(
        6,
        lambda: request_calculation(segment_id=segment.pk, now=NOW),
        held=hold_row(segment),
    )
    assert queued() == [{"segment_id": str(segment.pk), "generation": 1}]


def test_the_old_members_stay_in_force_until_the_new_ones_are_complete(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calculating(segment, monkeypatch):
        assert state(segment) == ("processing", 1)
    assert state(segment) == ("completed", 2)


@pytest.mark.parametrize("change", ["condition", "reset", "deleted"])
def test_what_changes_while_the_members_are_looked_for_makes_them_void(
    change: str, segment: Segment, by: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with calculating(segment, monkeypatch):
        if change == "condition":
            changes = {"condition": "user.has_email"}
            update_segment(segment_id=segment.pk, changes=changes, by=by, now=NOW)
        elif change == "reset":
            reset_segment(segment_id=segment.pk, by=by, now=NOW)
        else:
            segment.delete()
    if change == "deleted":
        assert not Member.objects.exists()
        return
    assert state(segment) == ({"condition": "pending", "reset": "draft"}[change], 1)


def test_of_two_workers_at_one_calculation_the_second_finds_it_done(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []

    def work() -> None:
        try:
            calculate_segment(segment_id=segment.pk, generation=1, now=NOW)
            ends.append(state(segment)[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with calculating(segment, monkeypatch):
            second = pool.submit(work)
            wait_for_a_lock()
            assert ends == []
        second.result()
    assert ends == ["completed"]
    assert state(segment) == ("completed", 2)


def wait_for_a_lock() -> None:
    """Until somebody stands in front of an advisory lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited")


def test_two_segments_that_begin_to_name_each_other_are_no_circle(
    cast: Cast, by: Principal
) -> None:
    pair = [make_segment(organization=cast.northlight, name=name) for name in "AB"]
    turns = iter([(pair[0], pair[1]), (pair[1], pair[0])] * 3)

    def work() -> Any:
        one, other = next(turns)
        changes = {"condition": f'"{other.api_id}" in segments'}
        return update_segment(segment_id=one.pk, changes=changes, by=by, now=NOW)

    # Whoever found no circle stands here, and has not yet written whom he names.
    ends = run_together(6, work, held=hold_writes(Segment.names.through))
    assert [type(end) for end in ends].count(InvalidError) == 3
    assert sum(segment.names.count() for segment in pair) == 1
    run_jobs()


def test_an_asked_for_calculation_is_there_if_and_only_if_the_change_is(cast: Cast) -> None:
    segment = make_segment(organization=cast.northlight)
    with transaction.atomic():
        request_calculation(segment_id=segment.pk, now=NOW)
        transaction.set_rollback(True)
    assert queued() == []
    assert state(segment)[0] == "draft"
