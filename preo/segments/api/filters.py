"""The filters of the lists of segments and of their members."""

import django_filters
from django.db.models import QuerySet

from preo.core.filters import Filters, IdFilter
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.models import CommunicationChannel, CommunicationType, SegmentStatus


class SegmentFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    status = django_filters.ChoiceFilter(choices=SegmentStatus.choices)
    communication_type = django_filters.ChoiceFilter(choices=CommunicationType.choices)
    communication_channel = django_filters.ChoiceFilter(choices=CommunicationChannel.choices)
    search = django_filters.CharFilter(
        "name", lookup_expr="icontains", help_text="Part of the segment's name."
    )


class SegmentUserFilters(Filters):
    search = django_filters.CharFilter(
        method="anything", help_text="Part of name, e-mail or phone number, or the whole id."
    )

    def anything(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return customers_with_text(rows, value)
