"""Who asks, and what they may: read anew at each request."""

import uuid
from collections.abc import Iterable

from preo.accounts.models import ApiKey, Membership, RoleWord, StaffSession
from preo.core.access import Grant, Principal


def find_session(session_id: uuid.UUID, staff_id: uuid.UUID) -> StaffSession | None:
    """A session of this person, joined with the person."""
    return (
        StaffSession.objects.select_related("staff").filter(pk=session_id, staff=staff_id).first()
    )


def staff_principal(staff_id: uuid.UUID) -> Principal:
    """A member of staff with all grants: one query."""
    memberships = Membership.objects.filter(staff=staff_id)
    return Principal("staff", staff_id, grants_of(memberships))


def key_principal(key: ApiKey) -> Principal:
    """An API key with its one grant and its scopes: no query."""
    return Principal("api_key", key.pk, grants_of([key]), frozenset(key.scopes))


def grants_of(rows: Iterable[Membership | ApiKey]) -> tuple[Grant, ...]:
    """The grants that memberships or keys stand for."""
    return tuple(
        Grant(row.organization_id, row.edition_id, RoleWord(row.role).role) for row in rows
    )


def memberships_by_name(staff_id: uuid.UUID) -> list[Membership]:
    """A person's memberships with organization and edition, in the order in which they are shown."""
    return list(
        Membership.objects.filter(staff=staff_id)
        .select_related("organization", "edition")
        .order_by("organization__name", "edition__full_name", "id")
    )


def key_with_names(key: ApiKey) -> ApiKey:
    """The same key, joined with its organization and edition."""
    return ApiKey.objects.select_related("organization", "edition").get(pk=key.pk)
