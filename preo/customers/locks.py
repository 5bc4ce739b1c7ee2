"""Who writes of an organization's people at the same moment as somebody is erased or merged."""

import uuid

from django.db import connection

_NAME = "preo.people:{}"


def share_people(organization_id: uuid.UUID) -> None:
    """Until the transaction ends nobody of the organization is erased or merged.

    For who finds customers first and writes of them afterwards, as imports do: an erased one must
    not be written to in between. To be called before any row is locked, or the two would wait for
    each other.
    """
    _lock("pg_advisory_xact_lock_shared", organization_id)


def hold_people(organization_id: uuid.UUID) -> None:
    """Wait for all who share the organization's people, and keep them waiting until the end."""
    _lock("pg_advisory_xact_lock", organization_id)


def _lock(function: str, organization_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(hashtextextended(%s, 0))",
            [_NAME.format(organization_id)],
        )
