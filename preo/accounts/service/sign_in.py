"""Signing in with a password: tries are counted first, and a wrong one tells nothing."""

import datetime as dt
import hashlib
import math

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import Q

from preo.accounts.models import SignInTries, StaffSession, StaffUser
from preo.core.addresses import network_of, normalise_email
from preo.core.errors import TooManyError, WrongCredentialsError

KEEP_SESSIONS = dt.timedelta(days=30)
"""For how long the rows of ended sessions are kept: so long the return of a token is noticed."""

# One statement, so that tries at once are counted one after another. A window that has ended
# begins anew with this try.
_COUNT = """
    INSERT INTO accounts_signintries AS tries (bucket, count, window_ends_at)
    VALUES (%(bucket)s, 1, %(ends)s)
    ON CONFLICT (bucket) DO UPDATE SET
        count = CASE WHEN tries.window_ends_at <= %(now)s THEN 1 ELSE tries.count + 1 END,
        window_ends_at = CASE
            WHEN tries.window_ends_at <= %(now)s THEN excluded.window_ends_at
            ELSE tries.window_ends_at
        END
    RETURNING count, window_ends_at
"""


def sign_in_with_password(
    *, email: str, password: str, address: str, now: dt.datetime
) -> StaffUser:
    """The person of this e-mail address and password.

    `address` is the network address that asks. Raises TooManyError with `retry_after`, and
    WrongCredentialsError in the same words and time whether the address is unknown, the password
    wrong or the person deactivated. Must not be called inside a transaction: the count of tries
    has to stay whatever follows (Django raises RuntimeError).
    """
    email = normalise_email(email)
    account = _account_bucket(email)
    # The network first: one that has used up its tries can no longer shut others' accounts.
    _count_try(f"address:{network_of(address)}", settings.SIGN_IN_TRIES_PER_ADDRESS, now)
    _count_try(account, settings.SIGN_IN_TRIES_PER_ACCOUNT, now)
    staff = StaffUser.objects.filter(email=email).first()
    # For an unusable hash Django works through a password all the same, so that both cases take
    # as long.
    kept = staff.password if staff is not None else make_password(None)
    renewed: list[str] = []
    right = check_password(password, kept, setter=lambda raw: renewed.append(make_password(raw)))
    if staff is None or not right or not staff.is_active:
        raise WrongCredentialsError
    _note_sign_in(staff, account, renewed, now)
    return staff


def purge_sign_ins(*, now: dt.datetime) -> int:
    """Remove counters whose window ended and sessions that ended long ago; returns how many."""
    tries, _ = SignInTries.objects.filter(window_ends_at__lte=now).delete()
    long_ago = now - KEEP_SESSIONS
    ended = Q(expires_at__lte=long_ago) | Q(revoked_at__lte=long_ago)
    sessions, _ = StaffSession.objects.filter(ended).delete()
    return tries + sessions


def _count_try(bucket: str, limit: int, now: dt.datetime) -> None:
    """Count one more, for good; raises TooManyError past the limit."""
    parameters: dict[str, str | dt.datetime] = {
        "bucket": bucket,
        "now": now,
        "ends": now + settings.SIGN_IN_WINDOW,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, parameters)
        count, ends = cursor.fetchone()
    if count > limit:
        raise TooManyError(retry_after=max(1, math.ceil((ends - now).total_seconds())))


@transaction.atomic
def _note_sign_in(staff: StaffUser, account: str, renewed: list[str], now: dt.datetime) -> None:
    SignInTries.objects.filter(bucket=account).delete()
    row = StaffUser.objects.filter(pk=staff.pk)
    row.update(last_login=now)
    staff.last_login = now
    # Only over the hash that was compared: a password set in this moment must not be undone.
    if renewed and row.filter(password=staff.password).update(password=renewed[0]):
        staff.password = renewed[0]


def _account_bucket(email: str) -> str:
    # Hashed, for its length and so that mistyped addresses of strangers are not collected here.
    return f"account:{hashlib.sha256(email.encode()).hexdigest()}"
