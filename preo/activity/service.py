"""Writing what happened, in the transaction of the change itself."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from preo.activity.models import Activity, ActorKind
from preo.core.access import Principal

CHANNEL = "preo_activity"


@dataclass(frozen=True, slots=True)
class Happening:
    """What is recorded of one thing that happened."""

    type: str
    organization_id: uuid.UUID
    object_id: uuid.UUID
    edition_id: uuid.UUID | None = None
    changed: Sequence[str] = ()
    details: dict[str, Any] = field(default_factory=dict)
    customer_id: uuid.UUID | None = None
    """The customer who did it; None where staff, a key or the system did."""


def record(
    *,
    type: str,  # noqa: A002 - the contract's word
    organization_id: uuid.UUID,
    object_id: uuid.UUID,
    by: Principal | None,
    edition_id: uuid.UUID | None = None,
    changed: Sequence[str] = (),
    details: dict[str, Any] | None = None,
) -> Activity:
    """Record one activity. `by` is None for the system itself. No personal data may go in."""
    happening = Happening(type, organization_id, object_id, edition_id, changed, details or {})
    return record_many([happening], by=by)[0]


def record_many(happenings: Iterable[Happening], *, by: Principal | None) -> list[Activity]:
    """Record several at once; the dispatcher hears of them when the transaction commits.

    Raises RuntimeError outside of a transaction: an activity must stand or fall with its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An activity is recorded in the transaction of its change.")
    rows = Activity.objects.bulk_create(
        [
            Activity(
                organization_id=happening.organization_id,
                edition_id=happening.edition_id,
                type=happening.type,
                object_id=happening.object_id,
                **_actor(happening, by),
                changed=list(happening.changed),
                details=happening.details,
            )
            for happening in happenings
        ],
        batch_size=5_000,
    )
    # Robust: the change is committed, and a failure to say so must not look like one of the change.
    transaction.on_commit(_wake_dispatcher, robust=True)
    return rows


def _actor(happening: Happening, by: Principal | None) -> dict[str, Any]:
    if happening.customer_id is not None:
        return {"actor_kind": ActorKind.CUSTOMER, "actor_id": happening.customer_id}
    return {"actor_kind": by.kind if by else ActorKind.SYSTEM, "actor_id": by.id if by else None}


def _wake_dispatcher() -> None:
    # Within the transaction NOTIFY would take a lock that makes all commits wait for each other;
    # after it, a lost one costs no more than the dispatcher's next poll.
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
