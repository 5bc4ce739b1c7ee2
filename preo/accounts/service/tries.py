"""Counting tries before they are weighed."""

import datetime as dt
import math

from django.conf import settings
from django.db import connection, transaction

from preo.core.addresses import network_of
from preo.core.errors import TooManyError

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


def count_try(
    bucket: str, *, limit: int, now: dt.datetime, window: dt.timedelta | None = None
) -> None:
    """Count one more in this bucket, for good; raises TooManyError past the limit.

    `window` is that of sign-ins unless given. Must not be called inside a transaction: the count
    has to stay whatever follows (Django raises RuntimeError).
    """
    with transaction.atomic(durable=True):
        refusal = _count(bucket, limit, now, window or settings.SIGN_IN_WINDOW)
    if refusal is not None:
        raise refusal


def count_try_of_address(address: str, *, now: dt.datetime) -> TooManyError | None:
    """Count a sign-in, of whatever kind, from a network address.

    In the caller's transaction, which must commit whatever comes: hence the refusal is returned.
    """
    bucket = f"address:{network_of(address)}"
    return _count(bucket, settings.SIGN_IN_TRIES_PER_ADDRESS, now, settings.SIGN_IN_WINDOW)


def _count(bucket: str, limit: int, now: dt.datetime, window: dt.timedelta) -> TooManyError | None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"bucket": bucket, "now": now, "ends": now + window})
        count, ends = cursor.fetchone()
    if count <= limit:
        return None
    return TooManyError(retry_after=max(1, math.ceil((ends - now).total_seconds())))
