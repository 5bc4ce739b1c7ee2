"""The tokens of a session: JWTs that say who and which session, and carry no right.

The library is given one algorithm, one audience and one issuer. Whatever a token's header says of
keys (`kid`, `jku`, `jwk`, `x5u`) is not read: there is one key, and it is ours.
"""

import datetime as dt
import functools
import hmac
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from preo.accounts.models import StaffSession, StaffUser
from preo.core import ids
from preo.core.errors import TokenError

ALGORITHM = "HS256"
AUDIENCE = "preo-api"
ISSUER = "preo"
LEEWAY = dt.timedelta(seconds=10)
"""By how much the clocks of two of our servers may differ."""

Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str
    expires_in: int
    """Seconds until the access token ends."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once it is known to be ours."""

    staff_id: uuid.UUID
    session_id: uuid.UUID
    token_id: uuid.UUID


def encode_pair(session: StaffSession, *, now: dt.datetime) -> TokenPair:
    """The present tokens of a session: the same row gives the same tokens, letter by letter."""
    ends = session.rotated_at + settings.ACCESS_TOKEN_LIFETIME
    return TokenPair(
        access=_encode("access", session, ends),
        refresh=_encode("refresh", session, session.expires_at),
        expires_in=max(0, int((ends - now).total_seconds())),
    )


def read_token(text: str, kind: Kind) -> Claims:
    """What a token of this kind says. Raises TokenError if it is not ours, or past its time."""
    try:
        # simplejwt annotates the text of a token as its own class `Token`.
        payload = _backend(settings.SECRET_KEY).decode(text)  # type: ignore[arg-type]
    except TokenBackendError as error:
        raise TokenError from error
    claims = _claims(payload, kind)
    if claims is None:
        raise TokenError
    return claims


def _encode(kind: Kind, session: StaffSession, ends: dt.datetime) -> str:
    return _backend(settings.SECRET_KEY).encode(
        {
            "token_type": kind,
            "sub": ids.encode_id(StaffUser.id_prefix, session.staff_id),
            "sid": session.api_id,
            "jti": session.current_token.hex,
            "iat": int(session.rotated_at.timestamp()),
            "exp": int(ends.timestamp()),
        }
    )


def _claims(payload: dict[str, Any], kind: Kind) -> Claims | None:
    if payload.get("token_type") != kind or "exp" not in payload:
        return None
    staff_id = ids.decode_id(StaffUser.id_prefix, str(payload.get("sub")))
    session_id = ids.decode_id(StaffSession.id_prefix, str(payload.get("sid")))
    try:
        token_id = uuid.UUID(str(payload.get("jti")))
    except ValueError:
        return None
    if staff_id is None or session_id is None:
        return None
    return Claims(staff_id, session_id, token_id)


@functools.cache
def _backend(secret: str) -> TokenBackend:
    """Signs by a key derived for this one purpose, so that it is good for nothing else."""
    key = hmac.digest(secret.encode(), b"preo session tokens", "sha256").hex()
    return TokenBackend(ALGORITHM, key, audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY)
