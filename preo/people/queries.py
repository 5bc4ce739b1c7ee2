"""Reading people: who sees whom, and what is known of one across the slices."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from preo.consents.queries import LatestAnswer, current_answers
from preo.core.access import Principal, Role
from preo.core.addresses import normalise_email
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text, plain_number
from preo.editions.queries import newest_country_code
from preo.orders.models import Order, OrderStatus
from preo.segments.models import Member, Segment

BOUGHT = (OrderStatus.CONFIRMED, OrderStatus.COMPLETED)
"""Statuses of the orders that count as bought."""


@dataclass(frozen=True, slots=True)
class Spent:
    currency: str
    amount: int
    """Minor units."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one customer bought and agreed to, as far as the one who asks may see it."""

    orders_count: int
    total_spent: Sequence[Spent]
    consents: Sequence[LatestAnswer]


def readable_people(by: Principal, least: Role = Role.STAFF) -> QuerySet[Customer]:
    """The organization's customers; to who has only an edition's role, those with an order there."""
    known, whole = by.known_organization_ids(least), by.organization_ids(least)
    # The organizations are named by themselves: they lead the indexes of the orders of a list.
    people = Customer.objects.present().filter(organization__in=known)
    if known == whole:
        return people
    bought = Exists(_orders_of_outer().filter(edition__in=by.edition_ids(least)))
    return people.filter(Q(organization__in=whole) | Q(bought))


def buyers_in(queryset: QuerySet[Customer], edition_id: uuid.UUID) -> QuerySet[Customer]:
    """Customers with an order in the edition, whatever became of it."""
    return queryset.filter(Exists(_orders_of_outer().filter(edition=edition_id)))


def people_with_email(queryset: QuerySet[Customer], part: str) -> QuerySet[Customer]:
    """Customers in whose e-mail address the text stands, in any case.

    The search column holds the address too: its index finds the few, the address itself decides.
    """
    term = normalise_email(part)
    return customers_with_text(queryset, term).filter(email__contains=term)


def people_with_phone(queryset: QuerySet[Customer], part: str) -> QuerySet[Customer]:
    """Customers in whose phone number the text stands, however it is set apart by blanks."""
    term = plain_number(part)
    return customers_with_text(queryset, term).filter(phone_number__contains=term)


def members_in(
    queryset: QuerySet[Customer], segment_id: uuid.UUID, *, by: Principal
) -> QuerySet[Customer]:
    """Members of a segment by its last calculation; none of one that the caller may not see."""
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    segment = Segment.objects.filter(seen, pk=segment_id).first()
    if segment is None:
        return queryset.none()
    members = Member.objects.filter(segment=segment).values("customer_id")
    return queryset.filter(organization=segment.organization_id, pk__in=members)


def whom_became(customer_id: uuid.UUID, *, by: Principal) -> Customer | None:
    """Into whom the customer was merged, if the caller may see all of that organization."""
    merged = Customer.objects.filter(
        organization__in=by.organization_ids(Role.STAFF), merged_into__erased_at__isnull=True
    )
    found = merged.select_related("merged_into").filter(pk=customer_id).first()
    return found.merged_into if found else None


def facts_of(customer: Customer, *, by: Principal) -> Facts:
    """What was bought, by confirmed and completed orders, and the answers to consents.

    To who has only an edition's role, of that edition.
    """
    orders = Order.objects.filter(
        by.narrow(Role.STAFF, organization="organization_id", edition="edition_id"),
        organization=customer.organization_id,
        customer=customer,
        status__in=BOUGHT,
    )
    sums = orders.values("currency").annotate(
        orders=Count("pk"), spent=Sum(F("amount") - F("refunded"))
    )
    rows = list(sums.order_by("currency"))
    return Facts(
        orders_count=sum(row["orders"] for row in rows),
        total_spent=[Spent(row["currency"], int(row["spent"])) for row in rows],
        consents=current_answers([customer.pk], by=by)[customer.pk],
    )


def country_code_of(customer: Customer) -> str | None:
    """The prefix of phone numbers that come without one: of the edition of the customer's latest
    order, else of the organization's newest edition.
    """
    orders = Order.objects.filter(organization=customer.organization_id, customer=customer)
    latest = orders.order_by("-created", "-id").values_list("edition__default_country_code")
    return next((code for (code,) in latest[:1]), None) or newest_country_code(
        customer.organization_id
    )


def _orders_of_outer() -> QuerySet[Order]:
    # The organization is named too: it leads every index.
    return Order.objects.filter(organization=OuterRef("organization"), customer=OuterRef("pk"))
