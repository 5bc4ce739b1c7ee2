"""Reading segments and their members."""

import datetime as dt
import unicodedata

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Lower
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.core.access import Principal, Role
from preo.core.models import parse_id
from preo.customers.models import Customer
from preo.orders.models import Order
from preo.segments.models import Member, Segment, SegmentStatus

JOB = "segments.calculate"


def members_as_customers(segment: Segment) -> QuerySet[Customer]:
    """The customers who are in a segment, by its last calculation."""
    keys = Member.objects.filter(segment=segment).values("customer_id")
    return Customer.objects.filter(organization=segment.organization_id, pk__in=keys)


def customers_with_text(queryset: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers in whose name, e-mail or phone number the text stands, or the one with this id."""
    term = unicodedata.normalize("NFC", text.strip())
    if key := parse_id(Customer, term):
        return queryset.filter(pk=key)
    return queryset.filter(search__contains=Lower(Value(term, output_field=TextField())))


def visible_customers(segment: Segment, *, by: Principal) -> QuerySet[Customer]:
    """The organization's customers that the caller may see.

    To who has only an edition's role those who have an order there.
    """
    customers = Customer.objects.filter(organization=segment.organization_id)
    if by.role_in(segment.organization_id) >= Role.STAFF:
        return customers
    orders = Order.objects.filter(
        organization=segment.organization_id,
        customer=OuterRef("pk"),
        edition__in=by.edition_ids(Role.STAFF),
    )
    return customers.filter(Exists(orders))


def without_a_job(*, before: dt.datetime) -> list[Segment]:
    """Segments whose calculation was asked for before this moment and which no job works at."""
    jobs = ProcrastinateJob.objects.annotate(segment=KT("args__segment_id")).filter(
        task_name=JOB,
        status__in=("todo", "doing"),
        segment=Cast(OuterRef("pk"), TextField()),
    )
    under_way = Q(status__in=(SegmentStatus.PENDING, SegmentStatus.PROCESSING))
    return list(Segment.objects.filter(under_way, ~Exists(jobs), requested__lt=before))
