"""Many at once, crashes, and the end of an answer's time: by the service itself."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.conf import settings as project
from django.db import OperationalError, connection

from preo.core.errors import KeyReusedError, StillRunningError
from preo.idempotency.models import Answer
from preo.idempotency.service import GivenAnswer, answer_once, purge_answers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.safety]

NOW = dt.datetime(2026, 6, 24, 18, tzinfo=dt.UTC)
TIME = project.KEEP_ANSWERS


class EffectTable:
    """A table of the test's own: what a request did."""

    def __enter__(self) -> "EffectTable":
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE test_effect (name text)")
        return self

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE test_effect")

    def add(self, name: str = "effect") -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO test_effect VALUES (%s)", [name])

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM test_effect")
            return int(cursor.fetchone()[0])


@pytest.fixture
def effects() -> Any:
    with EffectTable() as table:
        yield table


def ask(
    produce: Callable[[], tuple[int, bytes]],
    *,
    caller: str = "staff:1",
    key: str = "k1",
    fingerprint: str = "f1",
    now: dt.datetime = NOW,
) -> GivenAnswer:
    return answer_once(caller=caller, key=key, fingerprint=fingerprint, now=now, produce=produce)


def in_threads(number: int, work: Callable[[], Any]) -> list[Any]:
    """What each thread returned, or the refusal that it met."""
    together = threading.Barrier(number)

    def run(_: int) -> Any:
        together.wait(timeout=60)
        try:
            return work()
        except (StillRunningError, KeyReusedError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_of_twenty_at_once_one_has_an_effect_and_no_other_waits(effects: EffectTable) -> None:
    all_asked = threading.Barrier(20)

    def produce() -> tuple[int, bytes]:
        effects.add()
        all_asked.wait(timeout=60)  # until all others have had their answer
        return 201, b"made"

    def work() -> Any:
        try:
            return ask(produce)
        except StillRunningError:
            connection.close()  # the pool has fewer than twenty
            all_asked.wait(timeout=60)
            raise

    found = in_threads(20, work)

    given = [each for each in found if isinstance(each, GivenAnswer)]
    refused = [each for each in found if isinstance(each, StillRunningError)]
    assert given == [GivenAnswer(201, b"made", replayed=False)]
    assert len(refused) == 19
    assert {refusal.retry_after for refusal in refused} == {2}
    assert {refusal.status for refusal in refused} == {409}
    assert effects.count() == 1


def test_however_twenty_meet_there_is_one_effect(effects: EffectTable) -> None:
    def produce() -> tuple[int, bytes]:
        effects.add()
        return 201, b"made"

    for round_number in range(5):
        found = in_threads(20, partial(ask, produce, key=f"k{round_number}"))
        given = [each for each in found if isinstance(each, GivenAnswer)]
        assert [each.replayed for each in given].count(False) == 1
        assert {each.body for each in given} == {b"made"}
        assert len(given) + sum(isinstance(each, StillRunningError) for each in found) == 20
        assert effects.count() == round_number + 1


def test_keys_of_other_callers_do_not_wait_for_each_other(effects: EffectTable) -> None:
    both_inside = threading.Barrier(2)

    def produce() -> tuple[int, bytes]:
        effects.add()
        both_inside.wait(timeout=60)
        return 201, b"made"

    callers = iter(["staff:1", "staff:2"])
    found = in_threads(2, lambda: ask(produce, caller=next(callers)))
    assert [each.replayed for each in found] == [False, False]
    assert effects.count() == 2


def test_an_effect_and_its_answer_commit_together_or_not_at_all(
    effects: EffectTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def produce() -> tuple[int, bytes]:
        effects.add()
        return 201, b"made"

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Answer.objects, "update_or_create", fail)
        with pytest.raises(RuntimeError):
            ask(produce)
    assert (effects.count(), Answer.objects.count()) == (0, 0)

    assert ask(produce) == GivenAnswer(201, b"made", replayed=False)
    assert effects.count() == 1


def test_a_connection_that_is_cut_between_effect_and_commit_leaves_neither(
    effects: EffectTable,
) -> None:
    def produce() -> tuple[int, bytes]:
        effects.add()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 201, b"made"

    def work() -> str:
        with pytest.raises(OperationalError):
            ask(produce)
        return "cut"

    assert in_threads(1, work) == ["cut"]
    assert (effects.count(), Answer.objects.count()) == (0, 0)

    def sound() -> tuple[int, bytes]:
        effects.add()
        return 201, b"made"

    assert not ask(sound).replayed
    assert ask(sound).replayed
    assert effects.count() == 1


def test_a_refusal_frees_the_key_at_once(effects: EffectTable) -> None:
    def refuse() -> tuple[int, bytes]:
        effects.add()
        raise KeyError("refused")

    for _ in range(2):
        with pytest.raises(KeyError):
            ask(refuse)
    assert (effects.count(), Answer.objects.count()) == (0, 0)


def test_another_fingerprint_is_refused_before_anything_is_done(effects: EffectTable) -> None:
    ask(lambda: (201, b"made"))

    def produce() -> tuple[int, bytes]:
        effects.add()
        return 201, b"other"

    with pytest.raises(KeyReusedError):
        ask(produce, fingerprint="f2")
    assert effects.count() == 0


def test_bytes_of_any_kind_are_kept() -> None:
    body = bytes(range(256)) * 100
    ask(lambda: (207, body))
    assert ask(lambda: (500, b"")) == GivenAnswer(207, body, replayed=True)


def test_a_key_is_good_until_its_time_is_over(effects: EffectTable) -> None:
    def produce() -> tuple[int, bytes]:
        effects.add()
        return 201, str(effects.count()).encode()

    second = dt.timedelta(seconds=1)
    ask(produce)
    assert ask(produce, now=NOW + TIME - second).replayed
    assert not ask(produce, fingerprint="f2", now=NOW + TIME).replayed
    assert ask(produce, fingerprint="f2", now=NOW + TIME + TIME - second).body == b"2"
    assert effects.count() == 2
    assert Answer.objects.count() == 1


def test_the_purge_removes_what_is_past_its_time_and_nothing_else() -> None:
    for key, age in (("old", TIME + dt.timedelta(days=1)), ("due", TIME), ("new", TIME / 2)):
        ask(lambda: (201, b"made"), key=key, now=NOW - age)
    assert purge_answers(now=NOW) == 2
    assert [answer.key for answer in Answer.objects.all()] == ["new"]
    assert purge_answers(now=NOW) == 0
