"""All that is known of a person, in one document (GDPR articles 15 and 20)."""

import datetime as dt
from typing import Any

from django.db import transaction

from preo.activity.service import record
from preo.core.access import Principal
from preo.customers.models import Customer
from preo.people.parts import person_parts, trace_person


@transaction.atomic
def export_person(*, customer: Customer, by: Principal, now: dt.datetime) -> dict[str, Any]:
    """The document as members of a JSON object. That it was made is recorded."""
    person = trace_person(customer)
    document: dict[str, Any] = {"exported_at": now}
    for part in person_parts():
        document |= part.export(person)
    record(
        type="user.exported",
        organization_id=customer.organization_id,
        object_id=customer.pk,
        by=by,
    )
    return document
