import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from preo.accounts.service.organizations import update_organization
from preo.core.access import Role
from preo.core.fields import TextField
from preo.core.filters import Filters, IdFilter
from preo.core.languages import Language
from preo.core.money import Currency
from preo.core.viewsets import ResourceViewSet
from preo.organizations.api import OrganizationSerializer
from preo.organizations.models import Organization


class OrganizationUpdateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=200, required=False)
    currency = serializers.ChoiceField(Currency.choices, required=False)
    default_language = serializers.ChoiceField(Language.choices, required=False)


class OrganizationFilters(Filters):
    organization_id = IdFilter("id", model=Organization)


@extend_schema_view(
    list=extend_schema(
        operation_id="listOrganizations",
        summary="List organizations",
        description=(
            "Organizations in which, or in an edition of which, the caller has a role; by name."
        ),
    ),
    retrieve=extend_schema(
        operation_id="getOrganization",
        summary="Get organization",
        description="An organization with its settings.",
    ),
    partial_update=extend_schema(operation_id="updateOrganization", summary="Update organization"),
)
class OrganizationViewSet(ResourceViewSet[Organization]):
    """The organizations that the caller works for."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilters
    bodies = {"partial_update": OrganizationUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.GUEST,
        "retrieve": Role.GUEST,
        "partial_update": Role.ADMIN,
    }
    tag = "Organizations"
    scope = "organizations"
    organization_column = "id"
    orderings: ClassVar[Mapping[str, str]] = {name: name for name in ("created", "name", "slug")}
    default_ordering: ClassVar[Sequence[str]] = ("name",)

    def get_queryset(self) -> QuerySet[Organization]:
        if self.action == "partial_update":
            return super().get_queryset()
        # Who has an edition's role alone may know whose edition that is.
        return Organization.objects.filter(pk__in=self.principal.known_organization_ids())

    def change(self, row: Organization, changes: dict[str, Any], now: dt.datetime) -> Organization:
        """Change what is given. Currency and default language count for what is made later."""
        return update_organization(
            organization_id=row.pk, changes=changes, by=self.principal, now=now
        )
