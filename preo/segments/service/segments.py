"""Making, changing and deleting segments."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from preo.activity.service import record
from preo.consents.models import Consent, ConsentType
from preo.core.access import Principal, Role
from preo.core.errors import ConflictError, FieldError, InvalidError, NotFoundError, not_an_id
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.conditions import POINTER, Condition, read_for
from preo.segments.models import CommunicationChannel, CommunicationType, Segment
from preo.segments.service.calculations import demand
from preo.segments.service.naming import hold_names, named_segments, refuse_circle
from preo.segments.service.places import edition_for, place_for

READ_BY = {"condition", "edition_id"}
"""What decides whether a condition is right."""
RECKONED_BY = {*READ_BY, "consent_id", "communication_type", "communication_channel"}
"""What decides who the members are."""


class SegmentNamedError(ConflictError):
    """The condition of another segment names this one; `named_by` says which.

    Take it out of that condition, or delete that segment first.
    """

    code = "segment_named"
    title = "Another segment names this one."


@transaction.atomic
def create_segment(
    *,
    organization_id: uuid.UUID,
    name: str,
    edition_id: uuid.UUID | None = None,
    consent_id: uuid.UUID | None = None,
    description: str = "",
    communication_type: str = CommunicationType.TRANSACTIONAL,
    communication_channel: str = CommunicationChannel.ANY,
    condition: str = "",
    by: Principal,
    now: dt.datetime,
) -> Segment:
    """A new segment. With a condition its calculation is asked for at once, else it is a draft.

    Raises InvalidError for a place or a consent that is nobody's here and for mistakes of the
    condition, RoleError where the caller may know the place but not write in it.
    """
    organization, edition = place_for(
        organization_id=organization_id, edition_id=edition_id, least=Role.MANAGER, by=by
    )
    segment = Segment(
        organization=organization,
        edition=edition,
        consent_id=consent_id,
        name=name,
        description=description,
        condition=condition,
        communication_type=communication_type,
        communication_channel=communication_channel,
        created=now,
        modified=now,
    )
    check_consent(segment.consent_id, organization=segment.organization, edition=segment.edition)
    read = _read(segment)
    segment.save(force_insert=True)
    if read is not None:
        hold_names(organization_id)
        segment.names.set(named_segments(read, organization=organization, by=by))
    _record(segment, "created", by=by)
    if read is not None:
        demand(segment, now=now)
    return segment


@transaction.atomic
def update_segment(
    *, segment_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Segment:
    """Change what `changes` names. What decides on the members also asks for a calculation.

    The calculation that runs meanwhile is void then. Raises NotFoundError, and what
    `create_segment` raises; a condition can be replaced, but not be taken away.
    """
    segment = _lock(segment_id, is_named=not READ_BY.isdisjoint(changes))
    changed = [name for name, value in changes.items() if getattr(segment, name) != value]
    if not changed:
        return segment
    if "edition_id" in changed:
        _move(segment, changes["edition_id"], by=by)
    for name in changed:
        if name != "edition_id":
            setattr(segment, name, changes[name])
    if "condition" in changed and not segment.condition:
        detail = "A condition can be replaced, but not taken away: `true` holds for everybody."
        raise InvalidError(errors=[FieldError(POINTER, "blank", detail)])
    check_consent(segment.consent_id, organization=segment.organization, edition=segment.edition)
    read = _read(segment) if READ_BY.intersection(changed) else None
    if read is not None:
        names = named_segments(read, organization=segment.organization, by=by)
        refuse_circle(segment, read, names)
        segment.names.set(names)
    segment.modified = now
    segment.save(force_update=True)
    _record(segment, "updated", by=by, changed=changed)
    if segment.condition and RECKONED_BY.intersection(changed):
        demand(segment, now=now)
    return segment


@transaction.atomic
def delete_segment(*, segment_id: uuid.UUID, by: Principal) -> None:
    """Delete a segment with its members. Raises NotFoundError, SegmentNamedError."""
    segment = _lock(segment_id, is_named=True)
    naming = Segment.objects.filter(names=segment).order_by("name", "pk")
    by_whom = [{"id": each.api_id, "name": each.name} for each in naming]
    if by_whom:
        words = ", ".join(f"“{each['name']}” ({each['id']})" for each in by_whom)
        detail = f"This segment is named in the condition of {words}."
        raise SegmentNamedError(detail, extra={"named_by": by_whom})
    _record(segment, "deleted", by=by)
    segment.delete()


def _lock(segment_id: uuid.UUID, *, is_named: bool) -> Segment:
    """The segment with its place, which nobody else changes or calculates to its end meanwhile.

    `is_named` where it matters who names whom. Raises NotFoundError.
    """
    place = Segment.objects.filter(pk=segment_id).values_list("organization_id", flat=True).first()
    if is_named and place is not None:
        hold_names(place)
    rows = Segment.objects.select_for_update(of=("self",), no_key=True)
    segment = rows.select_related("organization", "edition").filter(pk=segment_id).first()
    if segment is None:
        raise NotFoundError
    return segment


def _move(segment: Segment, edition_id: uuid.UUID | None, *, by: Principal) -> None:
    if edition_id is None:
        place_for(
            organization_id=segment.organization_id, edition_id=None, least=Role.MANAGER, by=by
        )
        segment.edition = None
    else:
        segment.edition = edition_for(
            organization=segment.organization, edition_id=edition_id, least=Role.MANAGER, by=by
        )


def check_consent(
    consent_id: uuid.UUID | None, *, organization: Organization, edition: Edition | None
) -> None:
    """Raise InvalidError for a consent that cannot be the ground for mails to this audience.

    One of another edition is not known here; one that is not for marketing allows no marketing.
    """
    if consent_id is None:
        return
    here = Q(edition=None) | Q(edition=edition) if edition else Q()
    consent = Consent.objects.filter(here, organization=organization, pk=consent_id).first()
    if consent is None:
        raise InvalidError(errors=[not_an_id("/consent_id", "consent")])
    if consent.type != ConsentType.MARKETING:
        detail = "Only a consent for marketing can be named."
        raise InvalidError(errors=[FieldError("/consent_id", "not_for_marketing", detail)])


def _read(segment: Segment) -> Condition | None:
    if not segment.condition:
        return None
    return read_for(segment.condition, organization=segment.organization, edition=segment.edition)


def _record(segment: Segment, happened: str, *, by: Principal, changed: Sequence[str] = ()) -> None:
    record(
        type=f"segment.{happened}",
        organization_id=segment.organization_id,
        edition_id=segment.edition_id,
        object_id=segment.pk,
        changed=changed,
        by=by,
    )
