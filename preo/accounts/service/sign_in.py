"""Signing in with a password: tries are counted first, and a wrong one tells nothing."""

import datetime as dt
import hashlib

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from preo.accounts.models import SignInTries, StaffSession, StaffUser
from preo.accounts.service.tries import count_try, count_try_of_address
from preo.core.addresses import normalise_email
from preo.core.errors import WrongCredentialsError

KEEP_SESSIONS = dt.timedelta(days=30)
"""For how long the rows of ended sessions are kept: so long the return of a token is noticed."""


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
    with transaction.atomic(durable=True):
        refusal = count_try_of_address(address, now=now)
    if refusal is not None:
        raise refusal
    count_try(account, limit=settings.SIGN_IN_TRIES_PER_ACCOUNT, now=now)
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
