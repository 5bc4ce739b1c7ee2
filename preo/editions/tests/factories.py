"""Events and editions for tests: every value may be given, none must be."""

import itertools
from datetime import datetime

from preo.core.money import Currency
from preo.editions.models import Edition, Event
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

_numbers = itertools.count(1)


def make_event(*, organization: Organization | None = None, name: str = "Northlight") -> Event:
    return Event.objects.create(organization=organization or make_organization(), name=name)


def make_edition(
    *,
    organization: Organization | None = None,
    event: Event | None = None,
    name: str = "2026",
    full_name: str | None = None,
    slug: str | None = None,
    currency: str = Currency.EUR,
    is_draft: bool = False,
    is_archived: bool = False,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    timezone: str = "Europe/Copenhagen",
) -> Edition:
    """An edition of the organization, of the event's organization, or of a new one."""
    organization = organization or (event.organization if event else make_organization())
    return Edition.objects.create(
        organization=organization,
        event=event,
        name=name,
        full_name=full_name or (f"{event.name} {name}" if event else name),
        slug=slug or f"edition-{next(_numbers)}",
        currency=currency,
        is_draft=is_draft,
        is_archived=is_archived,
        start_date=start_date,
        end_date=end_date,
        timezone=timezone,
    )
