import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from preo.core.access import Role
from preo.core.fields import IdField, TextField
from preo.core.filters import Filters, IdFilter
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Channel, Suppression, SuppressionReason
from preo.customers.queries import suppressions_with_text
from preo.customers.service import suppressions as service
from preo.organizations.models import Organization


class SuppressionSerializer(serializers.ModelSerializer[Suppression]):
    """An address that an organization sends nothing to, whoever has it now or later."""

    id = IdField(Suppression, read_only=True)
    organization_id = IdField(Organization, read_only=True)

    class Meta:
        model = Suppression
        fields = ["id", "organization_id", "channel", "address", "reason", "created", "modified"]
        read_only_fields = fields
        extra_kwargs = {
            "address": {
                "help_text": "Null once its owner was erased: what is left is a hash that still keeps it."
            }
        }


class SuppressionCreateSerializer(serializers.Serializer[Any]):
    organization_id = IdField(Organization)
    channel = serializers.ChoiceField(Channel.choices)
    address = TextField(
        max_length=254,
        help_text=(
            "An e-mail address; or a phone number, E.164 or national with the country code of the "
            "organization's newest edition."
        ),
    )
    reason = serializers.ChoiceField(SuppressionReason.choices, default=SuppressionReason.MANUAL)


class SuppressionFilters(Filters):
    organization_id = IdFilter(model=Organization)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    reason = django_filters.ChoiceFilter(choices=SuppressionReason.choices)
    search = django_filters.CharFilter(
        method="anything",
        help_text="Part of the address; whole, it also finds one whose owner was erased.",
    )

    def anything(self, rows: QuerySet[Suppression], name: str, value: str) -> QuerySet[Suppression]:
        principal: Any = self.request.user
        return suppressions_with_text(
            rows, value, organization_ids=principal.organization_ids(Role.STAFF)
        )


@extend_schema_view(
    list=extend_schema(
        operation_id="listSuppressions",
        summary="List suppressed addresses",
        description=(
            "Addresses to which nothing is sent, the newest first. They belong to the whole organization: an edition's "
            "role does not reach them."
        ),
    ),
    create=extend_schema(operation_id="createSuppression", summary="Suppress an address"),
    destroy=extend_schema(operation_id="deleteSuppression", summary="Lift a suppression"),
)
class SuppressionViewSet(ResourceViewSet[Suppression]):
    """Addresses to which an organization sends nothing."""

    queryset = Suppression.objects.all()
    serializer_class = SuppressionSerializer
    filterset_class = SuppressionFilters
    bodies = {"create": SuppressionCreateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "create": Role.STAFF,
        "destroy": Role.MANAGER,
    }
    tag = "Suppressions"
    scope = "users"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "address", "reason")
    }

    def make(self, values: dict[str, Any], now: dt.datetime) -> Suppression:
        """Send nothing more to an address. Needs the role staff in the whole organization.

        One that is suppressed already is answered as it is. Of two reasons the weightier stays: a complaint, then
        unsubscribed, then a hard bounce, then what was set by hand.
        """
        return service.add_suppression(**values, by=self.principal, now=now)

    def remove(self, row: Suppression, now: dt.datetime) -> None:
        """Let the address be written to again. Needs the role manager in the whole organization.

        What its owner answered to consents is not changed by it.
        """
        service.remove_suppression(suppression_id=row.pk, by=self.principal)
