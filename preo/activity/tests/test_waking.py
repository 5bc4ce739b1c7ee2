"""The dispatcher's own loop: woken at once, and back after the database was lost."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, transaction

from preo.activity import dispatcher
from preo.activity.models import Activity
from preo.activity.service import CHANNEL, record
from preo.activity.tests import runners
from preo.activity.tests.conftest import Use
from preo.core.ids import uuid7
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]

PATIENCE = 60
"""Seconds; far less than the poll of these tests."""
LISTENERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND query = %s
"""


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def listeners() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(LISTENERS, [f"LISTEN {CHANNEL}"])
        return [row[0] for row in cursor.fetchall()]


def happen() -> Activity:
    organization = make_organization()
    with transaction.atomic():
        return record(
            type="order.updated", organization_id=organization.pk, object_id=uuid7(), by=None
        )


def is_dispatched(activity: Activity) -> bool:
    return Activity.objects.filter(pk=activity.pk, sequence__isnull=False).exists()


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Thread]:
    """The dispatcher in a thread, with a poll that no test lives to see."""
    monkeypatch.setattr(dispatcher, "POLL", 3_600.0)
    stop = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(stop,))
    thread.start()
    try:
        yield thread
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_commit_wakes_the_dispatcher_long_before_its_poll(
    use_runners: Use, running: threading.Thread
) -> None:
    use_runners(runners.watch)
    wait_for(lambda: bool(listeners()))
    for _ in range(5):
        activity = happen()
        wait_for(lambda one=activity: is_dispatched(one))  # type: ignore[misc] # bound at once


def test_what_was_waiting_before_it_began_is_dispatched_at_the_start(
    use_runners: Use, request: pytest.FixtureRequest
) -> None:
    use_runners(runners.watch)
    activity = happen()
    request.getfixturevalue("running")
    wait_for(lambda: is_dispatched(activity))


def test_without_a_wake_it_looks_when_its_poll_is_due(
    use_runners: Use, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    use_runners(runners.watch)
    monkeypatch.setattr("preo.activity.service.CHANNEL", "nobody_listens")
    request.getfixturevalue("running")
    wait_for(lambda: bool(listeners()))
    monkeypatch.setattr(dispatcher, "POLL", 0.5)
    activity = happen()
    wait_for(lambda: is_dispatched(activity))


def test_it_comes_back_and_listens_again_when_its_connection_is_cut(
    use_runners: Use, running: threading.Thread
) -> None:
    use_runners(runners.watch)
    for _ in range(2):
        wait_for(lambda: bool(listeners()))
        (pid,) = listeners()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        wait_for(lambda old=pid: bool(set(listeners()) - {old}))  # type: ignore[misc]
        activity = happen()
        wait_for(lambda one=activity: is_dispatched(one))  # type: ignore[misc]


def test_a_batch_whose_connection_was_cut_is_taken_again(
    use_runners: Use, monkeypatch: pytest.MonkeyPatch, running: threading.Thread
) -> None:
    use_runners(runners.cut_once)
    wait_for(lambda: bool(listeners()))
    monkeypatch.setattr(dispatcher, "POLL", 0.5)
    activity = happen()
    wait_for(lambda: is_dispatched(activity))
    assert [batch for _, batch in runners.seen] == [[1], [1]]


def test_a_database_that_refuses_connections_for_a_while_does_not_end_it(
    use_runners: Use, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    use_runners(runners.watch)
    refused: list[str] = []
    work = dispatcher.dispatch_pending

    def refuse_twice() -> int:
        if len(refused) < 2:
            refused.append("the database is starting up")
            raise OperationalError(refused[-1])
        return work()

    monkeypatch.setattr(dispatcher, "dispatch_pending", refuse_twice)
    request.getfixturevalue("running")
    activity = happen()
    wait_for(lambda: is_dispatched(activity))
    assert len(refused) == 2


def test_it_ends_when_it_is_told_to(use_runners: Use) -> None:
    use_runners(runners.watch)
    stop = threading.Event()
    thread = threading.Thread(target=dispatcher.run, args=(stop,))
    thread.start()
    wait_for(lambda: bool(listeners()))
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    wait_for(lambda: not listeners())
