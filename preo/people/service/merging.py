"""Two customers who are one person: the one is kept, the other's row stays behind, emptied."""

import datetime as dt
import uuid

from django.db import transaction

from preo.activity.service import record
from preo.core.access import Principal, Role
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.customers.models import Customer
from preo.customers.person import Fate, Merging
from preo.people.parts import person_parts
from preo.people.service.locking import lock_customers


@transaction.atomic
def merge_people(
    *, kept_id: uuid.UUID, merged_id: uuid.UUID, dry_run: bool, by: Principal, now: dt.datetime
) -> list[Fate]:
    """Make one customer of two; what became of the merged one's rows. It cannot be undone.

    A dry run does the same and takes it back. Raises InvalidError for a customer that is not here,
    is erased or merged already, or of whom the caller is no manager, and for one and the same.
    """
    if kept_id == merged_id:
        detail = "Nobody can be merged with themselves."
        raise InvalidError(errors=[FieldError("/merged_id", "same_user", detail)])
    kept, merged = _lock(kept_id, merged_id, by)
    merging = Merging(kept, merged, by, now)
    fates = [fate for part in person_parts() for fate in part.merge(merging)]
    record(
        type="user.merged",
        organization_id=kept.organization_id,
        object_id=kept.pk,
        details={"merged_id": merged.api_id},
        by=by,
    )
    if dry_run:
        transaction.set_rollback(True)
    return fates


def _lock(kept_id: uuid.UUID, merged_id: uuid.UUID, by: Principal) -> tuple[Customer, Customer]:
    """Raises InvalidError naming who is not to be had."""
    organization_id = _organization_of(kept_id, by)
    present = lock_customers(organization_id, kept_id, merged_id) if organization_id else {}
    named = {"/kept_id": kept_id, "/merged_id": merged_id}
    if errors := [not_an_id(name, "user") for name, key in named.items() if key not in present]:
        raise InvalidError(errors=errors)
    return present[kept_id], present[merged_id]


def _organization_of(customer_id: uuid.UUID, by: Principal) -> uuid.UUID | None:
    """The organization of a customer, if the caller is a manager of the whole of it."""
    mine = Customer.objects.filter(
        pk=customer_id, organization__in=by.organization_ids(Role.MANAGER)
    )
    return mine.values_list("organization_id", flat=True).first()
