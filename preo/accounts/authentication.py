"""From the header `Authorization` to the Principal.

Django REST framework imports this module while it defines its views: nothing here may import them.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from preo.accounts import key_text, queries
from preo.accounts.models import ApiKey, StaffSession
from preo.accounts.service.keys import note_use
from preo.accounts.tokens import read_token
from preo.core.access import Principal
from preo.core.errors import TokenError

Found = tuple[Principal, StaffSession | ApiKey]


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with the access token of a session, or with an API key.

    `request.user` becomes the Principal and `request.auth` the row of the session or key.
    """

    def authenticate(self, request: Request) -> Found | None:
        """None without the header. Raises TokenError for all that does not hold, alike."""
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, credentials = header.strip().partition(" ")
        credentials = credentials.strip()
        if scheme.lower() != "bearer" or not credentials or " " in credentials:
            raise TokenError("Send `Authorization: Bearer`, a blank, and a token or an API key.")
        now = timezone.now()
        if credentials.startswith(key_text.BRAND):
            return _by_key(credentials, now)
        return _by_session(credentials, now)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the parent's
        """The header `WWW-Authenticate` of a 401 that Django REST framework itself makes."""
        return 'Bearer realm="Preo"'


def _by_session(text: str, now: dt.datetime) -> Found:
    claims = read_token(text, "access")
    session = queries.find_session(claims.session_id, claims.staff_id)
    if session is None or not session.is_alive(now):
        raise TokenError
    return queries.staff_principal(claims.staff_id), session


def _by_key(text: str, now: dt.datetime) -> Found:
    prefix = key_text.find_prefix(text)
    key = ApiKey.objects.filter(prefix=prefix).first() if prefix else None
    if key is None or not key_text.matches(text, key.secret_hash) or not key.is_alive(now):
        raise TokenError
    # After the request's transaction, if it has one, so that no other request of the same key
    # waits for it; and what goes wrong there does not refuse the request.
    transaction.on_commit(lambda: note_use(key=key, now=now), robust=True)
    return queries.key_principal(key), key
