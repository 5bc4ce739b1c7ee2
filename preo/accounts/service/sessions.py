"""Sessions of the API: a family of refresh tokens of which one at a time is good."""

import datetime as dt
import uuid

import structlog
from django.conf import settings
from django.db import transaction

from preo.accounts import queries
from preo.accounts.models import StaffSession, StaffUser
from preo.accounts.tokens import Claims, TokenPair, encode_pair, read_token
from preo.core import ids
from preo.core.errors import TokenError

logger = structlog.get_logger("preo.accounts")


def start_session(*, staff: StaffUser, now: dt.datetime) -> TokenPair:
    """Begin a session for a person who has signed in."""
    session = StaffSession.objects.create(
        staff=staff,
        current_token=ids.uuid7(),
        rotated_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
    )
    return encode_pair(session, now=now)


def rotate_session(*, refresh: str, now: dt.datetime) -> TokenPair:
    """Exchange a refresh token for a new pair.

    A token that was exchanged before gives the very same pair again for a few seconds (the answer
    may have been lost, or two windows asked at once); later it is taken for stolen and ends the
    session (RFC 9700 section 4.14.2). Raises TokenError. Must not be called inside a transaction:
    that end has to stay although the request is refused (Django raises RuntimeError).
    """
    claims = read_token(refresh, "refresh")
    session = _living_session(claims, now)
    if session.current_token == claims.token_id:
        _rotate(session, now)
        # Of several at once one has rotated; all read what it wrote.
        session = _living_session(claims, now)
    if session.previous_token != claims.token_id or _grace_is_over(session, now):
        _end_stolen(session, now)
        raise TokenError
    return encode_pair(session, now=now)


def revoke_session(*, refresh: str, now: dt.datetime) -> None:
    """End the session of a refresh token; nothing happens for one that is not good anyway.

    RFC 7009 section 2.2: a client could not do anything about an invalid token.
    """
    try:
        claims = read_token(refresh, "refresh")
    except TokenError:
        return
    StaffSession.objects.filter(
        pk=claims.session_id, staff=claims.staff_id, revoked_at=None
    ).update(revoked_at=now)


def end_sessions(*, staff_id: uuid.UUID, now: dt.datetime) -> int:
    """End all sessions of a person; returns how many there were."""
    return StaffSession.objects.filter(staff=staff_id, revoked_at=None).update(revoked_at=now)


def _living_session(claims: Claims, now: dt.datetime) -> StaffSession:
    session = queries.find_session(claims.session_id, claims.staff_id)
    if session is None or not session.is_alive(now):
        raise TokenError
    return session


def _rotate(session: StaffSession, now: dt.datetime) -> None:
    # Every condition is one of this row's own columns: PostgreSQL weighs those again when it has
    # waited for another's change, which it would not do with a subquery.
    StaffSession.objects.filter(
        pk=session.pk, current_token=session.current_token, revoked_at=None
    ).update(
        previous_token=session.current_token,
        current_token=ids.uuid7(),
        rotated_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
    )


def _grace_is_over(session: StaffSession, now: dt.datetime) -> bool:
    return now > session.rotated_at + settings.REFRESH_TOKEN_GRACE


def _end_stolen(session: StaffSession, now: dt.datetime) -> None:
    with transaction.atomic(durable=True):
        StaffSession.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=now)
    logger.warning(
        "refresh token used again, session ended",
        session=session.api_id,
        staff=ids.encode_id(StaffUser.id_prefix, session.staff_id),
    )
