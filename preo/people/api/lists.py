"""What `GET /v1/users` takes and gives."""

import uuid
from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from preo.core.fields import AnyJSONField, IdField
from preo.core.filters import Filters, IdFilter, InstantFilter
from preo.customers.models import Customer
from preo.customers.queries import customers_with_text
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.people import queries
from preo.segments.models import Segment

LIST_FIELDS = [
    "api_id", "full_name", "email", "phone_number", "date_joined", "last_seen", "metadata",
]  # fmt: skip


class UserSerializer(serializers.ModelSerializer[Customer]):
    """A customer."""

    api_id = IdField(Customer, source="id", read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    metadata = AnyJSONField(read_only=True)

    class Meta:
        model = Customer
        fields = LIST_FIELDS
        read_only_fields = fields


class UserFilters(Filters):
    """All filters narrow together."""

    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(
        model=Edition, method="with_order_in", help_text="With an order in this edition."
    )
    segment_id = IdFilter(
        model=Segment,
        method="in_segment",
        help_text="The members of one segment, by its last calculation.",
    )
    email = django_filters.CharFilter(
        method="with_email", help_text="Part of the address, any case."
    )
    phone_number = django_filters.CharFilter(method="with_phone", help_text="Part of the number.")
    created_after = InstantFilter("date_joined", lookup_expr="gte", help_text="This time or later.")
    created_before = InstantFilter("date_joined", lookup_expr="lt", help_text="Before this time.")
    search = django_filters.CharFilter(
        method="anything", help_text="Name, e-mail, phone number and id at once."
    )

    def with_order_in(
        self, rows: QuerySet[Customer], name: str, value: uuid.UUID
    ) -> QuerySet[Customer]:
        return queries.buyers_in(rows, value)

    def in_segment(
        self, rows: QuerySet[Customer], name: str, value: uuid.UUID
    ) -> QuerySet[Customer]:
        principal: Any = self.request.user
        return queries.members_in(rows, value, by=principal)

    def with_email(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return queries.people_with_email(rows, value)

    def with_phone(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return queries.people_with_phone(rows, value)

    def anything(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return customers_with_text(rows, value)
