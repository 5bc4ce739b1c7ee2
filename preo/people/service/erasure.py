"""Erasing a person: out of every table, stored answer, mail and file (GDPR article 17)."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction

from preo.activity.service import record
from preo.core.access import Principal
from preo.core.errors import NotFoundError
from preo.customers.models import Customer
from preo.customers.person import Fate
from preo.people.parts import person_parts, trace_person
from preo.people.service.locking import lock_customers


@transaction.atomic
def erase_person(
    *, customer: Customer, dry_run: bool, by: Principal, now: dt.datetime
) -> list[Fate]:
    """Erase the customer and all who were merged into this one; what went, and what stays why.

    All in one transaction; files are deleted by a job that is queued in it. A dry run does the same
    and takes it back, so that it cannot say anything else. Raises NotFoundError for a customer who
    is erased or merged by now, and whatever a slice refuses with.
    """
    present = lock_customers(customer.organization_id, customer.pk)
    if customer.pk not in present:
        raise NotFoundError
    person = trace_person(present[customer.pk])
    fates = [fate for part in person_parts() for fate in part.erase(person, now)]
    _record(person.ids, customer.organization_id, by)
    if dry_run:
        transaction.set_rollback(True)
    return fates


def _record(ids: Sequence[uuid.UUID], organization_id: uuid.UUID, by: Principal) -> None:
    record(type="user.erased", organization_id=organization_id, object_id=ids[0], by=by)
