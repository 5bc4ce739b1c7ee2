"""A worker that is killed in the middle of a calculation: it returns, and nobody saw half of it."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from preo.core.ids import uuid7
from preo.runtime.postgres.address import database_url, socket_folder
from preo.runtime.tests.homes import ask, home, wait_until
from preo.runtime.tests.ups import up

__all__ = ["home"]

pytestmark = pytest.mark.crash

WORKER = "preo.runtime.worker"
ORGANIZATION, SEGMENT = uuid7(), uuid7()
FILL = f"""
    INSERT INTO organizations_organization (id, name, slug, currency, default_language)
    VALUES ('{ORGANIZATION}', 'Northlight', 'northlight', 'eur', 'en');
    INSERT INTO customers_customer
        (organization_id, first_name, last_name, language, date_joined, email, metadata)
    SELECT '{ORGANIZATION}', 'Ada', n::text, 'en', now(), n || '@example.org', '{{}}'
    FROM generate_series(1, 1000) n;
    INSERT INTO segments_segment (id, organization_id, name, description, condition, status,
        communication_type, communication_channel, generation, requested, user_count,
        entered_count, left_count, error_message)
    VALUES ('{SEGMENT}', '{ORGANIZATION}', 'Everybody', '', 'true', 'pending',
        'transactional', 'email', 1, now(), 10, 0, 0, '');
    INSERT INTO segments_member (segment_id, customer_id)
    SELECT '{SEGMENT}', id FROM customers_customer LIMIT 10
"""  # noqa: S608 - our own ids
BEGIN = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default',"  # noqa: S608 - as above
    f' \'segments.calculate\', \'{{"segment_id": "{SEGMENT}", "generation": 1}}\')'
)
STATE = f"""
    SELECT status, user_count,
        (SELECT count(*) FROM segments_member WHERE segment_id = '{SEGMENT}')
    FROM segments_segment WHERE id = '{SEGMENT}'
"""  # noqa: S608 - our own ids
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE relation = 'segments_member'::regclass AND NOT granted"
)
# What a minute of silence brings about by itself.
SILENCE = (
    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE id = {}"
)
PUT_BACK = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    " VALUES ('default', 'runtime.retry_stalled_jobs', '{\"timestamp\": 1790000000}')"
)


@contextlib.contextmanager
def members_held(folder: Path) -> Iterator[None]:
    """Nobody can write members: a calculation comes as far as that and no farther."""
    url = database_url(socket_folder(folder))
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE segments_member IN SHARE MODE")
        yield
        connection.rollback()


def test_a_killed_calculation_returns_and_the_old_members_stayed(home: Path) -> None:
    with up(home) as running:
        ask(home, FILL)
        with members_held(home):
            ask(home, BEGIN)
            wait_until(lambda: ask(home, WAITING) == [(1,)])
            assert ask(home, STATE) == [("processing", 10, 10)]
            (before,) = running.pids_of(WORKER)
            ((job_worker,),) = ask(
                home, "SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'"
            )
            os.kill(before, signal.SIGKILL)
            wait_until(lambda: running.pids_of(WORKER) not in ([], [before]))
        assert ask(home, STATE) == [("processing", 10, 10)]
        ask(home, SILENCE.format(job_worker))
        ask(home, PUT_BACK)
        wait_until(lambda: ask(home, STATE) == [("completed", 1000, 1000)])
        assert running.stop() == 0
