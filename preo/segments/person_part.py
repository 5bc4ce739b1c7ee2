"""What segments say of a person: which they are in."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from preo.customers.person import Fate, Merging, Person, PersonPart
from preo.segments.models import Member, Segment

_TAKE_OVER = """
    INSERT INTO segments_member (segment_id, customer_id)
    SELECT segment_id, %(kept)s FROM segments_member WHERE customer_id = %(merged)s
    ON CONFLICT DO NOTHING
"""


def export(person: Person) -> Mapping[str, Any]:
    keys = Member.objects.filter(customer__in=person.ids).values("segment_id")
    segments = Segment.objects.filter(organization=person.organization_id, pk__in=keys)
    return {
        "segments": [
            {"id": one.api_id, "name": one.name, "last_calculated": one.last_calculated}
            for one in segments.order_by("created", "id")
        ]
    }


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:  # noqa: ARG001 - a part's signature
    members = Member.objects.filter(customer__in=person.ids)
    yield Fate("memberships of segments", members.delete()[0], "Deleted.")
    if person.addresses:
        yield Fate(
            "segments that name an address",
            _naming(person).count(),
            "Staff wrote these texts: change them by hand.",
            stays=True,
        )


def merge(merging: Merging) -> Iterator[Fate]:
    """Until the next calculation the kept one is in every segment in which either was."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OVER, {"kept": merging.kept.pk, "merged": merging.merged.pk})
    count = Member.objects.filter(customer=merging.merged).delete()[0]
    yield Fate("memberships of segments", count, "Moved.")


def _naming(person: Person) -> QuerySet[Segment]:
    named = Q()
    for address in person.addresses:
        for field in ("condition", "name", "description"):
            named |= Q(**{f"{field}__icontains": address})
    return Segment.objects.filter(named, organization=person.organization_id)


PART = PersonPart(export=export, erase=erase, merge=merge)
