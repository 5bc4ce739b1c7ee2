"""The probes."""

import pytest
from django.db import connection
from django.test import Client

from preo.core import jobs

pytestmark = pytest.mark.django_db


def test_live_asks_nothing_of_the_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert Client().get("/healthz").json() == {"status": "ok"}


def test_ready_says_what_it_looked_at() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    body = response.json()
    assert body["checks"] == {"database": True, "migrations": True, "queue": True}
    assert body["queue_age_seconds"] == 0


def test_a_job_that_waits_too_long_is_told() -> None:
    jobs.defer("runtime.nightly_purge", timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 hour'")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"] is False
    assert 3590 < response.json()["queue_age_seconds"] < 3700


def test_a_migration_that_is_not_applied_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders'")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] is False
