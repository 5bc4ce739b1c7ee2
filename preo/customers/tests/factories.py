"""Customers for tests: every value may be given, none must be."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from preo.core.languages import Language
from preo.customers.models import Channel, Customer, ExternalId, Suppression, SuppressionReason
from preo.customers.service.suppressions import suppress_address
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

JOINED = datetime(2026, 1, 15, 12, tzinfo=UTC)

_numbers = itertools.count(1)
_NEXT = "next"


def make_customer(
    *,
    organization: Organization | None = None,
    email: str | None = _NEXT,
    phone_number: str | None = None,
    first_name: str = "Ada",
    last_name: str = "Holm",
    language: str = Language.EN,
    date_joined: datetime = JOINED,
    last_seen: datetime | None = None,
    metadata: Mapping[str, Any] | None = None,
    merged_into: Customer | None = None,
) -> Customer:
    """A customer of the organization, or of a new one; each has its own e-mail unless told."""
    return Customer.objects.create(
        organization=organization or make_organization(),
        email=f"ada{next(_numbers)}@example.org" if email == _NEXT else email,
        phone_number=phone_number,
        first_name=first_name,
        last_name=last_name,
        language=language,
        date_joined=date_joined,
        last_seen=last_seen,
        metadata=dict(metadata or {}),
        merged_into=merged_into,
    )


def make_external_id(
    *, customer: Customer | None = None, service: str = "shop", external_id: str | None = None
) -> ExternalId:
    customer = customer or make_customer()
    return ExternalId.objects.create(
        organization_id=customer.organization_id,
        customer=customer,
        service=service,
        external_id=external_id or f"C-{next(_numbers)}",
    )


def make_suppression(
    *,
    organization: Organization | None = None,
    channel: Channel = Channel.EMAIL,
    address: str | None = None,
    reason: SuppressionReason = SuppressionReason.HARD_BOUNCE,
    created: datetime = JOINED,
) -> Suppression:
    """A suppressed address of the organization, or of a new one."""
    return suppress_address(
        organization_id=(organization or make_organization()).pk,
        channel=channel,
        address=address or f"gone{next(_numbers)}@example.org",
        reason=reason,
        now=created,
    )


def take_away(customer: Customer, *, into: Customer | None = None) -> Customer:
    """The customer as erasure leaves the row, or as a merge into another one does."""
    customer.email = customer.phone_number = None
    customer.first_name = customer.last_name = ""
    customer.metadata = {}
    customer.merged_into = into
    customer.erased_at = None if into else JOINED
    customer.save()
    return customer
