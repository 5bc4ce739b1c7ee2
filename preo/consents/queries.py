"""Reading consents: who sees which, each with its products, and what customers last answered."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from preo.catalog.models import Product
from preo.consents.models import Consent, CurrentAnswer, Scope
from preo.core.access import Principal, Role
from preo.customers.models import Customer


@dataclass(frozen=True, slots=True)
class LatestAnswer:
    """A published consent as it stands with one customer."""

    consent_id: uuid.UUID
    title: str
    type: str
    accepted: bool
    """False where the customer never answered, too."""
    answered_at: dt.datetime | None
    """When the customer said it; None where it was never answered."""


def whole_consents(queryset: QuerySet[Consent]) -> QuerySet[Consent]:
    """Consents with all that is shown of them, in a fixed number of queries."""
    return queryset.prefetch_related(Prefetch("products", Product.objects.order_by("id")))


def readable_consents(by: Principal, least: Role = Role.STAFF) -> QuerySet[Consent]:
    """The organization's consents; to who has only an edition's role, those that matter there.

    Those are the edition's own, the whole organization's, and of vendors and products the consents
    of such as are sold there.
    """
    editions = by.edition_ids(least)
    sold = Product.objects.filter(edition__in=editions)
    listed = Consent.products.through.objects.filter(
        consent=OuterRef("pk"), product__in=sold.values("pk")
    )
    matters = Q(edition__in=editions) | Q(edition=None) & (
        Q(scope=Scope.ORGANIZATION)
        | Q(Exists(sold.filter(vendor=OuterRef("vendor"))))
        | Q(Exists(listed))
    )
    # Of organizations that are known by an edition alone; of the others everything is readable.
    known = Q(organization__in=by.known_organization_ids(least)) & matters
    whole = Q(organization__in=by.organization_ids(least))
    return Consent.objects.filter(whole | known if editions else whole)


def current_answers(
    customer_ids: Collection[uuid.UUID], *, by: Principal | None = None
) -> dict[uuid.UUID, list[LatestAnswer]]:
    """Of each customer the published and enabled consents of the organization, in their order.

    With `by` only those that this caller may read. Three queries, however many customers; an unknown
    one is left out.
    """
    customers = dict(
        Customer.objects.filter(pk__in=customer_ids).values_list("pk", "organization_id")
    )
    rows = Consent.objects.all() if by is None else readable_consents(by)
    asked = rows.filter(
        organization__in=set(customers.values()), enabled=True, published=True
    ).order_by("order", "id")
    consents = list(asked.values_list("organization_id", "pk", "title", "type"))
    answers = CurrentAnswer.objects.filter(
        organization__in=set(customers.values()), customer__in=customers
    )
    said = {
        (answer.customer_id, answer.consent_id): (answer.accepted, answer.answered)
        for answer in answers
    }
    return {
        customer: [
            LatestAnswer(key, title, kind, *said.get((customer, key), (False, None)))
            for place, key, title, kind in consents
            if place == organization
        ]
        for customer, organization in customers.items()
    }
