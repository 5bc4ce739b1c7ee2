"""One effect and one answer for each Idempotency-Key of a caller.

After the IETF draft `Idempotency-Key` header field (-06): another request under a used key is 422,
one that comes while the first still runs is 409.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from preo.core.errors import KeyReusedError, StillRunningError
from preo.idempotency.models import Answer

RETRY_AFTER = 2
"""Seconds."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    status: int
    body: bytes
    replayed: bool


@transaction.atomic
def answer_once(
    *,
    caller: str,
    key: str,
    fingerprint: str,
    now: dt.datetime,
    produce: Callable[[], tuple[int, bytes]],
) -> GivenAnswer:
    """The stored answer, or that of `produce()`, stored in one commit with its effect.

    What `produce` raises undoes the effect and is not stored: a request that was refused may be
    mended and sent again under the same key. Raises StillRunningError and KeyReusedError.
    """
    _lock(caller, key)
    kept = Answer.objects.filter(caller=caller, key=key).first()
    if kept and kept.created > now - settings.KEEP_ANSWERS:
        if kept.fingerprint != fingerprint:
            raise KeyReusedError("Take a new key for each request, and the same one to repeat it.")
        return GivenAnswer(kept.status, bytes(kept.body), replayed=True)
    status, body = produce()
    Answer.objects.update_or_create(
        caller=caller,
        key=key,
        defaults={"fingerprint": fingerprint, "status": status, "body": body, "created": now},
    )
    return GivenAnswer(status, body, replayed=False)


def purge_answers(*, now: dt.datetime) -> int:
    """Remove answers past their time; returns how many."""
    return Answer.objects.filter(created__lte=now - settings.KEEP_ANSWERS).delete()[0]


def _lock(caller: str, key: str) -> None:
    """Take the key for this transaction, or say that another one has it."""
    digest = hashlib.sha256(f"{caller}\n{key}".encode()).digest()
    number = int.from_bytes(digest[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise StillRunningError(retry_after=RETRY_AFTER)
