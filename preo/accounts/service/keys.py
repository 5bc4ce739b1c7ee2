"""API keys: made and shown once, found by their prefix, revoked for good."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from preo.accounts import key_text
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.scopes import SCOPES, unknown_scopes
from preo.accounts.service.rights import check_grant
from preo.activity.service import record
from preo.core.access import Principal
from preo.core.errors import FieldError, InvalidError, ScopeError

MAX_NAME = 200
NOTE_USE_EVERY = dt.timedelta(minutes=1)


@transaction.atomic
def create_api_key(
    *,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID | None = None,
    name: str,
    role: RoleWord,
    scopes: Collection[str],
    expires_at: dt.datetime | None = None,
    by: Principal | None,
    now: dt.datetime,
) -> tuple[ApiKey, str]:
    """A new key and its text, which cannot be had again.

    `by` is None for the system itself. Raises InvalidError naming each mistake, RoleError and
    ScopeError where the key could do more than the one who makes it.
    """
    given = list(scopes)
    _check_key(name=name, scopes=given, expires_at=expires_at, now=now)
    check_grant(organization_id=organization_id, edition_id=edition_id, role=role.role, by=by)
    if by is not None and not all(by.has_scope(scope) for scope in given):
        raise ScopeError("A key cannot give a scope that it lacks.")
    new = key_text.make_key()
    key = ApiKey.objects.create(
        organization_id=organization_id,
        edition_id=edition_id,
        name=name.strip(),
        role=role,
        scopes=[scope for scope in SCOPES if scope in given],
        prefix=new.prefix,
        secret_hash=new.secret_hash,
        created_by_id=by.id if by is not None and by.kind == "staff" else None,
        expires_at=expires_at,
        created=now,
    )
    _record("api_key.created", key, by)
    return key, new.text


@transaction.atomic
def revoke_api_key(*, key: ApiKey, by: Principal | None, now: dt.datetime) -> None:
    """End a key; one that has ended stays as it is."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        _record("api_key.revoked", key, by)


def note_use(*, key: ApiKey, now: dt.datetime) -> bool:
    """Write when a key was used, at most once a minute by all servers; returns whether it was."""
    due = now - NOTE_USE_EVERY
    if key.last_used_at is not None and key.last_used_at > due:
        return False
    free = Q(last_used_at=None) | Q(last_used_at__lte=due)
    return ApiKey.objects.filter(free, pk=key.pk).update(last_used_at=now) > 0


def _check_key(
    *, name: str, scopes: list[str], expires_at: dt.datetime | None, now: dt.datetime
) -> None:
    errors = unknown_scopes(scopes)
    if not name.strip() or len(name.strip()) > MAX_NAME:
        errors.append(FieldError("/name", "invalid", f"Give a name of 1 to {MAX_NAME} characters."))
    if not scopes:
        errors.append(FieldError("/scopes", "required", "A key without scopes can do nothing."))
    if expires_at is not None and expires_at <= now:
        errors.append(FieldError("/expires_at", "past", "This time has passed."))
    if errors:
        raise InvalidError(errors=errors)


def _record(happened: str, key: ApiKey, by: Principal | None) -> None:
    record(
        type=happened,
        organization_id=key.organization_id,
        edition_id=key.edition_id,
        object_id=key.pk,
        by=by,
    )
