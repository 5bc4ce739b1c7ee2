"""Consents and answers for tests: every value may be given, none must be."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from preo.activity.models import ActorKind
from preo.catalog.models import Product, Vendor
from preo.consents.models import Consent, ConsentAnswer, ConsentType, Method, Scope
from preo.customers.models import Customer
from preo.customers.tests.factories import make_customer
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

PUBLISHED = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANSWERED = datetime(2026, 2, 1, 18, 30, tzinfo=UTC)


def make_consent(
    *,
    organization: Organization | None = None,
    edition: Edition | None = None,
    vendor: Vendor | None = None,
    products: Sequence[Product] = (),
    type: str = ConsentType.MARKETING,  # noqa: A002 - the column's name
    title: str = "Newsletter",
    enabled: bool = True,
    published: bool = True,
    required: bool = False,
    consent_text: Mapping[str, str] | None = None,
    document_url: Mapping[str, str] | None = None,
) -> Consent:
    """A published marketing consent of what is given, else of the organization or a new one."""
    owner = edition or vendor or (products[0] if products else None)
    organization = organization or (owner.organization if owner else make_organization())
    consent = Consent.objects.create(
        organization=organization,
        edition=edition,
        vendor=vendor,
        scope=scope_of(edition, vendor, products),
        type=type,
        title=title,
        enabled=enabled,
        published=published,
        published_date=PUBLISHED if published else None,
        required=required,
        consent_text={"en": "Write to me."} if consent_text is None else dict(consent_text),
        document_url=dict(document_url or {}),
    )
    consent.products.set(products)
    return consent


def scope_of(edition: Edition | None, vendor: Vendor | None, products: Sequence[Product]) -> Scope:
    """The narrowest of what is set."""
    if products:
        return Scope.PRODUCT
    if vendor:
        return Scope.VENDOR
    return Scope.EDITION if edition else Scope.ORGANIZATION


def make_answer(
    *,
    customer: Customer | None = None,
    consent: Consent | None = None,
    accepted: bool = True,
    answered: datetime = ANSWERED,
    created: datetime | None = None,
    method: str = Method.CHECKOUT,
    **values: Any,
) -> ConsentAnswer:
    """An answer that was written at once when it was given, by the customer."""
    consent = consent or make_consent(organization=customer.organization if customer else None)
    customer = customer or make_customer(organization=consent.organization)
    values = {
        "organization_id": customer.organization_id,
        "actor_kind": ActorKind.CUSTOMER,
        "actor_id": customer.pk,
    } | values
    return ConsentAnswer.objects.create(
        customer=customer,
        consent=consent,
        accepted=accepted,
        answered=answered,
        created=created or answered,
        method=method,
        **values,
    )
