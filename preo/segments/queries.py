"""Reading segments and their members."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.core.access import Principal, Role
from preo.customers.models import Customer
from preo.orders.models import Order
from preo.segments.models import Member, Segment, SegmentStatus

JOB = "segments.calculate"


def members_as_customers(segment: Segment) -> QuerySet[Customer]:
    """The customers who are in a segment, by its last calculation, but for those who went since."""
    keys = Member.objects.filter(segment=segment).values("customer_id")
    return Customer.objects.present().filter(organization=segment.organization_id, pk__in=keys)


def visible_customers(segment: Segment, *, by: Principal) -> QuerySet[Customer]:
    """The organization's customers that the caller may see.

    To who has only an edition's role those who have an order there.
    """
    customers = Customer.objects.present().filter(organization=segment.organization_id)
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
