import datetime as dt
import uuid

import pytest
from django.db import transaction
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from preo.accounts.models import StaffSession, StaffUser
from preo.accounts.service.sessions import revoke_session, rotate_session, start_session
from preo.accounts.service.sign_in import purge_sign_ins
from preo.accounts.service.staff import deactivate_staff, set_password
from preo.accounts.tests.factories import make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.accounts.tokens import TokenPair, read_token
from preo.core.errors import TokenError

SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def staff(db: None) -> StaffUser:
    return make_staff()


def is_good(pair: TokenPair) -> bool:
    """Whether the API takes the access token at this moment."""
    answer = APIClient().get("/v1/auth/user", HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return answer.status_code == 200


@pytest.mark.safety
def test_an_access_token_cannot_be_exchanged(staff: StaffUser, now: dt.datetime) -> None:
    pair = start_session(staff=staff, now=now)
    with pytest.raises(TokenError):
        rotate_session(refresh=pair.access, now=now)
    assert is_good(pair)


@pytest.mark.safety
def test_a_token_used_again_after_the_grace_ends_its_whole_family(
    staff: StaffUser, now: dt.datetime
) -> None:
    first = start_session(staff=staff, now=now)
    other = start_session(staff=staff, now=now)
    second = rotate_session(refresh=first.refresh, now=now + 30 * SECOND)
    assert is_good(second)
    with capture_logs() as logs, pytest.raises(TokenError):
        rotate_session(refresh=first.refresh, now=now + 41 * SECOND)
    assert [line["log_level"] for line in logs] == ["warning"]
    assert staff.email not in str(logs)
    assert not is_good(second)
    with pytest.raises(TokenError):
        rotate_session(refresh=second.refresh, now=now + 42 * SECOND)
    assert is_good(other)


@pytest.mark.safety
def test_a_token_of_two_rotations_ago_ends_its_family_even_at_once(
    staff: StaffUser, now: dt.datetime
) -> None:
    first = start_session(staff=staff, now=now)
    second = rotate_session(refresh=first.refresh, now=now + SECOND)
    third = rotate_session(refresh=second.refresh, now=now + 2 * SECOND)
    with pytest.raises(TokenError):
        rotate_session(refresh=first.refresh, now=now + 3 * SECOND)
    assert not is_good(third)


@pytest.mark.safety
def test_within_the_grace_a_used_token_gives_the_very_same_pair(
    staff: StaffUser, now: dt.datetime
) -> None:
    first = start_session(staff=staff, now=now)
    second = rotate_session(refresh=first.refresh, now=now + 30 * SECOND)
    again = rotate_session(refresh=first.refresh, now=now + 40 * SECOND)
    assert (again.access, again.refresh) == (second.access, second.refresh)
    assert again.expires_in == second.expires_in - 10
    third = rotate_session(refresh=again.refresh, now=now + 50 * SECOND)
    assert is_good(third)


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_exchanges_at_once_all_get_one_new_pair(now: dt.datetime) -> None:
    first = start_session(staff=make_staff(), now=now)
    pairs = run_together(
        20,
        lambda: rotate_session(refresh=first.refresh, now=now + SECOND),
        held=hold_row(StaffSession.objects.get()),
    )
    assert len({(pair.access, pair.refresh) for pair in pairs if isinstance(pair, TokenPair)}) == 1
    assert all(isinstance(pair, TokenPair) for pair in pairs)
    assert StaffSession.objects.get().revoked_at is None


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_a_theft_noticed_inside_a_transaction_is_an_error_of_ours(now: dt.datetime) -> None:
    # There the end of the session would be undone together with the refusal.
    first = start_session(staff=make_staff(), now=now)
    rotate_session(refresh=first.refresh, now=now + SECOND)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        rotate_session(refresh=first.refresh, now=now + 20 * SECOND)


@pytest.mark.safety
@pytest.mark.parametrize("end", ["revoked", "run out", "deactivated", "removed"])
def test_a_session_that_has_ended_gives_no_more_tokens(
    end: str, staff: StaffUser, now: dt.datetime
) -> None:
    pair = start_session(staff=staff, now=now)
    sessions = StaffSession.objects.all()
    if end == "revoked":
        sessions.update(revoked_at=now)
    elif end == "run out":
        sessions.update(expires_at=now)
    elif end == "deactivated":
        StaffUser.objects.update(is_active=False)
    else:
        sessions.delete()
    with pytest.raises(TokenError):
        rotate_session(refresh=pair.refresh, now=now)
    assert not is_good(pair)


@pytest.mark.safety
def test_an_expired_refresh_token_is_refused(staff: StaffUser, now: dt.datetime) -> None:
    begun = now - 31 * DAY
    pair = start_session(staff=staff, now=begun)
    with pytest.raises(TokenError):
        rotate_session(refresh=pair.refresh, now=now)


@pytest.mark.safety
def test_revoking_ends_the_access_token_at_once(staff: StaffUser, now: dt.datetime) -> None:
    pair = start_session(staff=staff, now=now)
    other = start_session(staff=staff, now=now)
    assert is_good(pair)
    revoke_session(refresh=pair.refresh, now=now)
    assert not is_good(pair)
    assert is_good(other)


def test_revoking_by_a_used_token_ends_the_family_as_well(
    staff: StaffUser, now: dt.datetime
) -> None:
    first = start_session(staff=staff, now=now)
    second = rotate_session(refresh=first.refresh, now=now)
    revoke_session(refresh=first.refresh, now=now)
    assert not is_good(second)


def test_revoking_again_keeps_the_first_time(staff: StaffUser, now: dt.datetime) -> None:
    pair = start_session(staff=staff, now=now)
    revoke_session(refresh=pair.refresh, now=now)
    revoke_session(refresh=pair.refresh, now=now + SECOND)
    assert StaffSession.objects.get().revoked_at == now


@pytest.mark.safety
@pytest.mark.parametrize("change", ["password", "deactivation"])
def test_another_password_and_deactivation_end_all_sessions_of_the_person_alone(
    change: str, staff: StaffUser, now: dt.datetime
) -> None:
    pairs = [start_session(staff=staff, now=now) for _ in range(2)]
    strangers = start_session(staff=make_staff(), now=now)
    if change == "password":
        set_password(staff=staff, password="quite another horse", now=now)
    else:
        deactivate_staff(staff=staff, now=now)
    assert not any(is_good(pair) for pair in pairs)
    assert StaffSession.objects.filter(staff=staff, revoked_at=None).count() == 0
    assert is_good(strangers)


def test_an_exchange_gives_a_new_pair_and_prolongs_the_session(
    staff: StaffUser, now: dt.datetime
) -> None:
    first = start_session(staff=staff, now=now)
    begun = StaffSession.objects.get()
    second = rotate_session(refresh=first.refresh, now=now + 30 * SECOND)
    session = StaffSession.objects.get()
    assert {first.access, first.refresh}.isdisjoint({second.access, second.refresh})
    assert second.expires_in == 900
    assert session.expires_at == begun.expires_at + 30 * SECOND
    claims = read_token(second.refresh, "refresh")
    assert claims.session_id == session.pk
    assert claims.token_id == session.current_token != begun.current_token
    assert session.previous_token == begun.current_token


def test_no_token_stands_in_the_database(staff: StaffUser, now: dt.datetime) -> None:
    pair = start_session(staff=staff, now=now)
    row = str(StaffSession.objects.values().get())
    assert pair.refresh not in row
    assert pair.refresh.rpartition(".")[2] not in row


def test_sessions_are_purged_thirty_days_after_their_end(
    staff: StaffUser, now: dt.datetime
) -> None:
    def session(*, expires_at: dt.datetime, revoked_at: dt.datetime | None = None) -> uuid.UUID:
        return StaffSession.objects.create(
            staff=staff,
            current_token=uuid.uuid4(),
            rotated_at=now,
            expires_at=expires_at,
            revoked_at=revoked_at,
        ).pk

    kept = {
        session(expires_at=now + DAY),
        session(expires_at=now - 29 * DAY),
        session(expires_at=now + DAY, revoked_at=now - 29 * DAY),
    }
    session(expires_at=now - 30 * DAY)
    session(expires_at=now + DAY, revoked_at=now - 30 * DAY)
    assert purge_sign_ins(now=now) == 2
    assert set(StaffSession.objects.values_list("pk", flat=True)) == kept
