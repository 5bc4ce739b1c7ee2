"""What activities say of a person. They hold ids and names of fields, and so outlive an erasure."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from preo.activity.models import Activity
from preo.core import ids
from preo.core.access import Principal, Role
from preo.customers.models import Customer
from preo.customers.person import Person, PersonPart, TimelineEntry, TimelineSource
from preo.orders.models import Order

TOLD_BY_ROWS = ("order.created", "consent.accepted", "consent.withdrawn")
"""Of these the order and the answer themselves tell in the timeline."""

_NOUNS = {"user": "Customer", "consent": "Consent", "order": "Order"}


def timeline(person: Person, by: Principal) -> Iterable[TimelineSource]:
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    rows = _activities(person).filter(seen).exclude(type__in=TOLD_BY_ROWS)
    return [TimelineSource("change", rows, "created", partial(_tell, person))]


def _tell(person: Person, rows: QuerySet[Any]) -> Iterator[tuple[uuid.UUID, TimelineEntry]]:
    for one in rows:
        details = {
            "type": one.type,
            "object_id": _object_id(person, one),
            "changed": one.changed,
            "actor_kind": one.actor_kind,
        }
        entry = TimelineEntry(one.created, "change", one.api_id, _title(one), details)
        yield one.pk, entry


def _title(activity: Activity) -> str:
    noun, _, befell = activity.type.partition(".")
    title = f"{_NOUNS.get(noun, noun.replace('_', ' ').capitalize())} {befell.replace('_', ' ')}"
    fields = ", ".join(name.replace("_", " ") for name in activity.changed)
    return f"{title}: {fields}" if fields else title


def export(person: Person) -> Mapping[str, Any]:
    rows = _activities(person).order_by("created", "id")
    return {
        "activities": [
            {
                "id": one.api_id,
                "type": one.type,
                "object_id": _object_id(person, one),
                "created": one.created,
                "changed": one.changed,
                "details": one.details,
                "actor_kind": one.actor_kind,
            }
            for one in rows
        ]
    }


def _object_id(person: Person, activity: Activity) -> str:
    model = Customer if activity.object_id in person.ids else Order
    return ids.encode_id(model.id_prefix, activity.object_id)


def _activities(person: Person) -> QuerySet[Activity]:
    """Of the person, and of the orders that are the person's now."""
    orders = Order.objects.filter(organization=person.organization_id, customer__in=person.ids)
    return Activity.objects.filter(
        Q(object_id__in=person.ids) | Q(object_id__in=orders.order_by().values("pk")),
        organization=person.organization_id,
    )


PART = PersonPart(timeline=timeline, export=export)
