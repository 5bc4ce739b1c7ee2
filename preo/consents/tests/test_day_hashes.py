"""The hash of each day's answers: closed when nothing can come any more, and compared by the doctor."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from preo.consents.day_hashes import check_days, close_days
from preo.consents.models import Consent, ConsentAnswer, ConsentDay
from preo.consents.tests.factories import make_answer, make_consent
from preo.core.doctor import Finding
from preo.customers.tests.factories import make_customer

MAY = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NIGHT = MAY + 4 * DAY + timedelta(hours=4, minutes=30)
"""After four days."""


def said(consent: Consent, at: datetime, **values: object) -> ConsentAnswer:
    customer = make_customer(organization=consent.organization)
    return make_answer(consent=consent, customer=customer, answered=at, **values)  # type: ignore[arg-type] # the factory's


@pytest.fixture
def consent() -> Consent:
    """With answers on 1 May, at both ends of it, on 3 May and in the night."""
    consent = make_consent()
    ends = (MAY, MAY + HOUR, MAY + DAY - timedelta(microseconds=1))
    for at in (*ends, MAY + 2 * DAY, NIGHT - HOUR):
        said(consent, at, ip_address="203.0.113.5", user_agent="Browser")
    said(make_consent(), MAY)
    return consent


def doctor() -> Finding:
    (finding,) = check_days()
    assert finding.ok == (not finding.remedy)
    return finding


def past_the_triggers(statement: str) -> None:
    """Carry out a statement as somebody would who owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("consents_consentanswer", "consents_consentday"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)


@pytest.mark.django_db
def test_each_day_that_is_over_is_closed_once(consent: Consent) -> None:
    closed = close_days(now=NIGHT)
    mine = ConsentDay.objects.filter(organization=consent.organization).order_by("date")
    assert list(mine.values_list("date", "answers")) == [
        (date(2026, 5, 1), 3),
        (date(2026, 5, 2), 0),
        (date(2026, 5, 3), 1),
        (date(2026, 5, 4), 0),
    ]
    assert (len(closed), {day.closed for day in mine}) == (8, {NIGHT})
    assert close_days(now=NIGHT) == []
    assert close_days(now=MAY + 5 * DAY + HOUR - timedelta(seconds=1)) == []
    later = close_days(now=MAY + 5 * DAY + HOUR)
    assert [
        (day.date, day.answers) for day in later if day.organization_id == consent.organization_id
    ] == [(date(2026, 5, 5), 1)]
    assert doctor().ok


@pytest.mark.django_db
def test_without_answers_there_is_nothing_to_close() -> None:
    make_consent()
    assert close_days(now=NIGHT) == []
    assert doctor().ok


@pytest.mark.safety
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "day"),
    [
        ("UPDATE consents_consentanswer SET accepted = false WHERE created = '2026-05-01 01:00+0'",
         "2026-05-01 (3 answers then, 3 now)"),
        ("UPDATE consents_consentanswer SET text_hash = sha256('x'), language = 'da'"
         " WHERE created = '2026-05-03+0'", "2026-05-03 (1 answers then, 1 now)"),
        ("UPDATE consents_consentanswer SET language = NULL, method = 'staff'"
         " WHERE created = '2026-05-03+0'", "2026-05-03 (1 answers then, 1 now)"),
        ("UPDATE consents_consentanswer SET created = created - interval '1 day',"
         " answered = answered - interval '1 day' WHERE created = '2026-05-03+0'",
         "2026-05-02 (0 answers then, 1 now)"),
        ("DELETE FROM consents_consentanswer WHERE created = '2026-05-03+0'",
         "2026-05-03 (1 answers then, 0 now)"),
        ("UPDATE consents_consentday SET answers = 9, hash = sha256('9') WHERE date = '2026-05-03'",
         "2026-05-03 (9 answers then, 1 now)"),
        ("DELETE FROM consents_consentday WHERE date = '2026-05-02'",
         "2026-05-02 (its hash is gone)"),
    ],
)  # fmt: skip
def test_what_was_done_past_the_triggers_is_told_with_its_day(
    statement: str, day: str, consent: Consent
) -> None:
    close_days(now=NIGHT)
    past_the_triggers("DELETE FROM consents_currentanswer")
    past_the_triggers(statement)
    finding = doctor()
    assert not finding.ok
    assert f"{consent.organization.slug} on {day}" in finding.detail


@pytest.mark.safety
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "day"),
    [
        (MAY + 2 * DAY + HOUR, "2026-05-03 (1 answers then, 2 now)"),
        (MAY + DAY, "2026-05-02 (0 answers then, 1 now)"),
        (MAY - DAY, "2026-04-30 (no answers then, 1 now)"),
    ],
)
def test_an_answer_that_is_added_to_a_closed_day_is_told(
    at: datetime, day: str, consent: Consent
) -> None:
    close_days(now=NIGHT)
    said(consent, NIGHT)
    assert doctor().ok
    said(consent, at)
    assert doctor().detail.count(" on ") == 1
    assert f"{consent.organization.slug} on {day}" in doctor().detail


@pytest.mark.safety
@pytest.mark.django_db
def test_a_day_that_is_hashed_anew_no_longer_fits_the_next(consent: Consent) -> None:
    close_days(now=NIGHT)
    mine = ConsentDay.objects.filter(organization=consent.organization)
    last = mine.get(date="2026-05-04")
    past_the_triggers("DELETE FROM consents_currentanswer")
    past_the_triggers("DELETE FROM consents_consentanswer WHERE created = '2026-05-03+0'")
    past_the_triggers("DELETE FROM consents_consentday WHERE date >= '2026-05-03'")
    close_days(now=MAY + 3 * DAY + 2 * HOUR)
    assert mine.get(date="2026-05-03").answers == 0
    assert doctor().ok
    last.save(force_insert=True)
    assert f"{consent.organization.slug} on 2026-05-04" in doctor().detail


@pytest.mark.django_db
def test_erasure_of_address_and_agent_changes_no_hash(consent: Consent) -> None:
    close_days(now=NIGHT)
    before = ConsentAnswer.objects.order_by("pk").first()
    ConsentAnswer.objects.update(ip_address=None, user_agent=None)
    after = ConsentAnswer.objects.order_by("pk").first()
    assert before and after and before.modified < after.modified  # noqa: PT018 - the one row
    assert doctor().ok


@pytest.mark.safety
@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE consents_consentday SET answers = 0", "DELETE FROM consents_consentday"]
)
def test_a_hash_stands_against_plain_sql(change: str, consent: Consent) -> None:
    close_days(now=NIGHT)
    with (
        pytest.raises(IntegrityError, match="only added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert doctor().ok


@pytest.mark.django_db
def test_every_column_of_an_answer_is_hashed_but_what_erasure_empties(consent: Consent) -> None:
    """A column that is added later must be decided on, or it could be changed unseen."""
    columns = {field.column for field in ConsentAnswer._meta.concrete_fields}
    assert columns == {
        "id", "created", "organization_id", "customer_id", "consent_id", "accepted", "answered",
        "method", "text_hash", "language", "actor_kind", "actor_id",
        "modified", "ip_address", "user_agent",
    }  # fmt: skip


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_a_day_waits_for_a_transaction_that_began_before_its_end() -> None:
    consent = make_consent()
    tomorrow = timezone.now() + DAY
    make_answer(consent=consent, answered=timezone.now() - 2 * DAY)
    written, go_on = threading.Event(), threading.Event()

    def answer_slowly() -> None:
        with transaction.atomic():
            said(consent, timezone.now() - 3 * HOUR, created=timezone.now())
            written.set()
            go_on.wait(timeout=30)
        connection.close()

    work = threading.Thread(target=answer_slowly)
    work.start()
    try:
        assert written.wait(timeout=30)
        closed = close_days(now=tomorrow + DAY)
        assert closed[-1].date < tomorrow.date() - DAY
    finally:
        go_on.set()
        work.join()
    closed = close_days(now=tomorrow + DAY)
    assert sum(day.answers for day in closed) == 1
    assert doctor().ok
