"""Numbers without gaps, and runners that have a batch as a whole or not at all."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import Count, Max

from preo.activity import dispatcher
from preo.activity.dispatcher import dispatch_batch, dispatch_pending
from preo.activity.models import Activity
from preo.activity.service import record
from preo.activity.tests import runners
from preo.activity.tests.conftest import Use
from preo.core.ids import uuid7
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]


def happen(organization_id: uuid.UUID, times: int = 1) -> None:
    with transaction.atomic():
        for _ in range(times):
            record(
                type="order.updated", organization_id=organization_id, object_id=uuid7(), by=None
            )


def numbers(organization_id: uuid.UUID) -> list[int | None]:
    own = Activity.objects.filter(organization_id=organization_id)
    return list(own.order_by("created", "id").values_list("sequence", flat=True))


def test_what_is_not_committed_is_not_dispatched(use_runners: Use) -> None:
    use_runners(runners.watch)
    organization = make_organization()
    recorded, dispatched = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                happen(organization.pk)
                recorded.set()
                assert dispatched.wait(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        change_made = pool.submit(change)
        assert recorded.wait(60)
        assert dispatch_pending() == 0
        dispatched.set()
        change_made.result()
    assert runners.seen == []
    assert dispatch_pending() == 1
    assert runners.seen == [(organization.pk, [1])]


def test_numbers_count_from_one_in_each_organization(use_runners: Use) -> None:
    use_runners(runners.watch)
    first, second = make_organization(), make_organization()
    happen(first.pk, 3)
    happen(second.pk, 2)
    assert dispatch_pending() == 5
    happen(first.pk, 2)
    assert dispatch_pending() == 2
    assert dispatch_pending() == 0

    assert numbers(first.pk) == [1, 2, 3, 4, 5]
    assert numbers(second.pk) == [1, 2]
    assert sorted(runners.seen) == sorted(
        [(first.pk, [1, 2, 3]), (second.pk, [1, 2]), (first.pk, [4, 5])]
    )


def test_a_long_queue_is_handed_over_in_batches(
    use_runners: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_runners(runners.watch)
    monkeypatch.setattr(dispatcher, "BATCH", 4)
    organization = make_organization()
    happen(organization.pk, 10)
    assert dispatch_pending() == 10
    assert [batch for _, batch in runners.seen] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_an_organization_that_another_has_is_left_to_it(use_runners: Use) -> None:
    use_runners(runners.watch)
    busy, free = make_organization(), make_organization()
    happen(busy.pk)
    happen(free.pk)
    inside, done = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        inside.set()
        assert done.wait(60)

    def other() -> int:
        try:
            return dispatch_batch(organization_id=busy.pk, runners=[hold])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        others_batch = pool.submit(other)
        assert inside.wait(60)
        assert dispatch_pending() == 1
        assert runners.seen == [(free.pk, [1])]
        done.set()
        assert others_batch.result() == 1
    assert numbers(busy.pk) == [1]


@pytest.mark.parametrize("runner", [runners.fail, runners.time_out])
def test_a_runner_that_fails_leaves_the_batch_and_holds_up_nobody_else(
    runner: Callable[..., None], use_runners: Use, caplog: pytest.LogCaptureFixture
) -> None:
    use_runners(runner, runners.watch)
    organizations = [make_organization() for _ in range(4)]
    for organization in organizations:
        happen(organization.pk, 2)
    broken = organizations[0].pk, organizations[2].pk
    runners.failing.update(broken)

    assert dispatch_pending() == 4
    for organization in organizations:
        left = organization.pk in broken
        assert numbers(organization.pk) == ([None, None] if left else [1, 2])
    assert {organization_id for organization_id, _ in runners.seen}.isdisjoint(broken)
    told = [entry for entry in caplog.records if "runner_failed" in str(entry.msg)]
    assert len(told) == 2

    assert dispatch_pending() == 0
    happen(broken[0])
    runners.failing.clear()
    assert dispatch_pending() == 5
    assert numbers(broken[0]) == [1, 2, 3]
    assert numbers(broken[1]) == [1, 2]


def test_what_a_runner_writes_commits_with_the_numbers(use_runners: Use) -> None:
    use_runners(runners.write, runners.fail)
    organization = make_organization()
    happen(organization.pk, 3)

    runners.failing.add(organization.pk)
    assert dispatch_pending() == 0
    assert numbers(organization.pk) == [None, None, None]
    assert not Organization.objects.filter(name="batch of 3").exists()

    runners.failing.clear()
    assert dispatch_pending() == 3
    assert numbers(organization.pk) == [1, 2, 3]
    assert Organization.objects.filter(name="batch of 3").count() == 1


def test_four_dispatchers_and_four_writers_leave_no_gap_and_no_number_twice(
    use_runners: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_runners(runners.watch)
    monkeypatch.setattr(dispatcher, "BATCH", 7)
    organizations = [make_organization().pk for _ in range(3)]
    written = threading.Event()

    with ThreadPoolExecutor(8) as pool:
        dispatchers = [pool.submit(dispatch_until, written) for _ in range(4)]
        writers = [pool.submit(write_much, number, organizations) for number in range(4)]
        kept = sum(writer.result() for writer in writers)
        written.set()
        assert sum(each.result() for each in dispatchers) == kept

    assert Activity.objects.count() == kept
    for organization_id in organizations:
        found = sorted(number for number in numbers(organization_id) if number)
        assert found == list(range(1, len(found) + 1))
        told = [batch for organization, batch in runners.seen if organization == organization_id]
        assert sorted(number for batch in told for number in batch if number) == found
    assert sum(len(batch) for _, batch in runners.seen) == kept


def write_much(number: int, organizations: list[uuid.UUID]) -> int:
    """Changes in turn to each organization, some of them undone; returns how many stay."""
    kept = 0
    for turn in range(40):
        times = 1 + turn % 3
        with transaction.atomic():
            happen(organizations[(number + turn) % 3], times)
            undone = turn % 5 == 0
            transaction.set_rollback(undone)
        connection.close()
        kept += 0 if undone else times
    return kept


def dispatch_until(written: threading.Event) -> int:
    """Dispatch until all is written and numbered; returns how many were dispatched here."""
    done = 0
    try:
        while not written.is_set() or Activity.objects.filter(sequence=None).exists():
            done += dispatch_pending()
            check_that_no_reader_sees_a_gap()
    finally:
        connection.close()
    return done


def check_that_no_reader_sees_a_gap() -> None:
    numbered = Activity.objects.filter(sequence__isnull=False).values("organization_id")
    for row in numbered.annotate(count=Count("id"), last=Max("sequence")):
        assert row["count"] == row["last"]


def test_runners_are_never_given_an_empty_batch(use_runners: Use) -> None:
    use_runners(runners.watch)
    organization = make_organization()
    assert dispatch_batch(organization_id=organization.pk, runners=[runners.watch]) == 0
    happen(organization.pk)
    dispatch_pending()
    assert runners.seen == [(organization.pk, [1])]
