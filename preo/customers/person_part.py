"""What customers' own tables say of a person: who they are, their ids elsewhere, passes, suppressions."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from preo.core.json import dump
from preo.core.languages import Language
from preo.core.metadata import MAX_BYTES
from preo.customers.exporting import export_row
from preo.customers.models import (
    EARLIER_ADDRESS,
    FORMER_EMAIL,
    Channel,
    Customer,
    ExternalId,
    Pass,
    PassStatus,
    Suppression,
)
from preo.customers.person import Fate, Merging, Person, PersonPart
from preo.customers.service.earlier import keep_address, keep_earlier_addresses

_FILLED = ("email", "phone_number")
_EMPTY: dict[str, Any] = {
    "email": None,
    "phone_number": None,
    "first_name": "",
    "last_name": "",
    "last_seen": None,
    "metadata": {},
}


def addresses(ids: Sequence[uuid.UUID]) -> Iterable[tuple[str | None, str | None]]:
    former = ExternalId.objects.filter(
        customer__in=ids, service__in=[FORMER_EMAIL, EARLIER_ADDRESS]
    ).values_list("external_id", flat=True)
    return [
        *Customer.objects.filter(pk__in=ids).values_list("email", "phone_number"),
        *((known, None) if "@" in known else (None, known) for known in former),
    ]


def export(person: Person) -> Mapping[str, Any]:
    merged = Customer.objects.filter(pk__in=person.ids[1:]).order_by("created", "id")
    return {
        "user": export_row(person.customer),
        "merged_users": [
            {"id": one.api_id, "date_joined": one.date_joined, "language": one.language}
            for one in merged
        ],
        "external_ids": [
            {"service": one.service, "external_id": one.external_id, "created": one.created}
            for one in _external_ids(person)
        ],
        "passes": [export_row(one) for one in _passes(person)],
        "suppressions": [export_row(one, "address_hash") for one in _suppressions(person)],
    }


def erase(person: Person, now: dt.datetime) -> Iterator[Fate]:
    suppressed = _suppressions(person).count()
    _suppressions(person).update(address=None)
    yield Fate("addresses of suppressions", suppressed, "Emptied.")
    yield Fate(
        "suppressions",
        suppressed,
        "The hash of the address stays, so that nothing is ever sent to it again.",
        stays=True,
    )
    yield Fate("ids in other systems", _external_ids(person).delete()[0], "Deleted.")
    yield Fate("wallet passes", _passes(person).delete()[0], "Deleted.")
    customers = Customer.objects.filter(pk__in=person.ids)
    customers.update(**_EMPTY, language=Language.EN, erased_at=now)
    yield Fate("name, addresses, language and metadata", len(person.ids), "Emptied.")
    yield Fate(
        "ids of the customer", len(person.ids), "The empty row is what orders refer to.", stays=True
    )


def merge(merging: Merging) -> Iterator[Fate]:
    """What the kept one has stays; what it lacks is the merged one's."""
    kept, merged = merging.kept, merging.merged
    moved = ExternalId.objects.filter(customer=merged).update(customer=kept)
    yield Fate("ids in other systems", moved, "Moved.")
    yield from _merge_passes(merging)
    taken = _taken(kept, merged)
    Customer.objects.filter(merged_into=merged).update(merged_into=kept)
    Customer.objects.filter(pk=merged.pk).update(**_EMPTY, merged_into=kept)
    Customer.objects.filter(pk=kept.pk).update(**taken)
    for name in sorted(taken):
        yield Fate(name, 1, "The kept customer had none: taken from the merged one.")
    for name in _FILLED:
        if getattr(merged, name) and name not in taken:
            yield Fate(name, 1, "The kept customer's own stays; the merged one's is dropped.")
    if merged.email and "email" not in taken:
        yield from _remember_email(merging)
    if "phone_number" not in taken:
        keep_earlier_addresses(kept, [merged.phone_number])


def _remember_email(merging: Merging) -> Iterator[Fate]:
    """So that orders that come with the dropped address are the kept customer's, too."""
    if keep_address(merging.kept, str(merging.merged.email), service=FORMER_EMAIL):
        yield Fate("former e-mail", 1, "Remembered only to know new orders by it.")


def _merge_passes(merging: Merging) -> Iterator[Fate]:
    """Of two for one edition and platform an active one is kept, else the kept customer's."""
    kept, merged = merging.kept, merging.merged
    same = Q(edition=OuterRef("edition"), platform=OuterRef("platform"))
    actives = Pass.objects.filter(same, customer=merged, status=PassStatus.ACTIVE)
    given_up = Pass.objects.filter(Exists(actives), customer=kept, status=PassStatus.REMOVED)
    dropped = given_up.delete()[0]
    others = Pass.objects.filter(same, customer=kept)
    dropped += Pass.objects.filter(Exists(others), customer=merged).delete()[0]
    yield Fate(
        "wallet passes", Pass.objects.filter(customer=merged).update(customer=kept), "Moved."
    )
    yield Fate("wallet passes", dropped, "Dropped: one for an edition and platform is enough.")


def _taken(kept: Customer, merged: Customer) -> dict[str, Any]:
    """What the kept customer takes on. A name is taken as a whole: half of it is another's."""
    taken = {name: getattr(merged, name) for name in _FILLED if not getattr(kept, name)}
    if not kept.full_name:
        taken |= {"first_name": merged.first_name, "last_name": merged.last_name}
    metadata = {**merged.metadata, **kept.metadata}
    if metadata != kept.metadata and len(dump(metadata)) <= MAX_BYTES:
        taken["metadata"] = metadata
    if merged.date_joined < kept.date_joined:
        taken["date_joined"] = merged.date_joined
    if merged.last_seen and (not kept.last_seen or merged.last_seen > kept.last_seen):
        taken["last_seen"] = merged.last_seen
    return {name: value for name, value in taken.items() if value}


def _external_ids(person: Person) -> QuerySet[ExternalId]:
    return ExternalId.objects.filter(customer__in=person.ids).order_by("service", "external_id")


def _passes(person: Person) -> QuerySet[Pass]:
    return Pass.objects.filter(customer__in=person.ids).order_by("created", "id")


def _suppressions(person: Person) -> QuerySet[Suppression]:
    mine = Q(channel=Channel.EMAIL, address__in=person.emails) | Q(
        channel=Channel.SMS, address__in=person.phones
    )
    return Suppression.objects.filter(mine, organization=person.organization_id).order_by("id")


PART = PersonPart(addresses=addresses, export=export, erase=erase, merge=merge)
