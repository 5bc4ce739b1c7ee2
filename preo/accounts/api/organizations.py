from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

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


class OrganizationViewSet(ResourceViewSet[Organization]):
    """The organizations that the caller works for."""

    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilters
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

    @extend_schema(operation_id="listOrganizations", summary="List organizations")
    def list(self, request: Request) -> Response:
        """Organizations in which, or in an edition of which, the caller has a role; by name."""
        return super().list(request)

    @extend_schema(operation_id="getOrganization", summary="Get organization")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """An organization with its settings."""
        return Response(OrganizationSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="updateOrganization",
        summary="Update organization",
        request=OrganizationUpdateSerializer,
        responses=OrganizationSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change what is given. Currency and default language count for what is made later."""
        row = self.get_object()
        present = OrganizationSerializer(row).data
        changes = self.body(OrganizationUpdateSerializer, present=present, partial=True)
        organization = update_organization(
            organization_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return Response(OrganizationSerializer(organization).data)
