"""What `GET /v1/orders` takes and gives."""

import uuid
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers

from preo.core.errors import FieldError, InvalidError
from preo.core.fields import IdField, MoneyField
from preo.core.filters import Filters, IdFilter, InstantFilter
from preo.customers.models import Customer
from preo.editions.models import Edition
from preo.orders import queries
from preo.orders.models import Order, OrderStatus, OrderType, Transaction
from preo.organizations.models import Organization

ONE_OF = ("edition_id", "organization_id", "customer_id")


class EditionLightSerializer(serializers.ModelSerializer[Edition]):
    """An edition in short."""

    id = IdField(Edition, read_only=True)

    class Meta:
        model = Edition
        fields = [
            "id", "full_name", "slug", "start_date", "end_date", "timezone", "is_draft",
            "published_at",
        ]  # fmt: skip
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order in a list, with the buyer as he was when he bought."""

    id = IdField(Order, read_only=True)
    edition = EditionLightSerializer(read_only=True)
    amount = MoneyField(read_only=True)
    has_payment = serializers.BooleanField(read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "order_number", "type", "status", "edition", "amount", "currency",
            "customer_name", "customer_email", "items_count", "has_payment", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields


class OrderFilters(Filters):
    """All filters narrow together."""

    edition_id = IdFilter(model=Edition, method="of_edition")
    organization_id = IdFilter(model=Organization)
    customer_id = IdFilter(model=Customer)
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)
    type = django_filters.ChoiceFilter(choices=OrderType.choices)
    created_after = InstantFilter("created", lookup_expr="gte", help_text="This time or later.")
    created_before = InstantFilter("created", lookup_expr="lt", help_text="Before this time.")
    order_number = django_filters.CharFilter(
        method="partial", help_text="Part of the number, any case."
    )
    customer_email = django_filters.CharFilter(
        method="partial", help_text="Part of the address, any case."
    )
    customer_phone = django_filters.CharFilter(
        method="partial", help_text="Part of the number, any case."
    )
    transaction_id = IdFilter(model=Transaction, method="with_transaction")
    search = django_filters.CharFilter(
        method="anything",
        help_text=(
            "Order number, order id, customer's e-mail, phone and name, and transaction id at once."
        ),
    )

    def of_edition(self, rows: QuerySet[Order], name: str, value: uuid.UUID) -> QuerySet[Order]:
        return queries.orders_of_edition(rows, value)

    def partial(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        # The search column holds this one too: its index finds the few, the column decides.
        return queries.orders_with_text(rows, value).filter(**{f"{name}__icontains": value.strip()})

    def with_transaction(
        self, rows: QuerySet[Order], name: str, value: uuid.UUID
    ) -> QuerySet[Order]:
        return queries.orders_with_transaction(rows, value)

    def anything(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        principal: Any = self.request.user
        return queries.search_orders(
            rows, value, organization_ids=principal.known_organization_ids()
        )


def require_one(parameters: QueryDict) -> None:
    """Raise InvalidError unless the list is bounded by an edition, organization or customer."""
    if not any(parameters.get(name) for name in ONE_OF):
        detail = "Give at least one of edition_id, organization_id and customer_id."
        raise InvalidError(detail, errors=[FieldError(name, "required", detail) for name in ONE_OF])
