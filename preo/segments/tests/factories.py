"""Segments for tests: every value may be given, none must be."""

from datetime import UTC, datetime
from typing import Any

from preo.consents.models import Consent
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.segments.models import Member, Segment

MADE = datetime(2026, 4, 1, 8, tzinfo=UTC)


def make_segment(
    *,
    organization: Organization | None = None,
    edition: Edition | None = None,
    consent: Consent | None = None,
    name: str = "Everybody",
    condition: str = "true",
    members: tuple[Customer, ...] = (),
    names: tuple[Segment, ...] = (),
    **values: Any,
) -> Segment:
    """A draft for everybody, of a new organization unless a place is given."""
    if organization is None:
        organization = edition.organization if edition else make_organization()
    segment = Segment.objects.create(
        organization=organization,
        edition=edition,
        consent=consent,
        name=name,
        condition=condition,
        **{"created": MADE} | values,
    )
    Member.objects.bulk_create(Member(segment=segment, customer=each) for each in members)
    segment.names.set(names)
    return segment
