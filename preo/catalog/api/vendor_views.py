from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.catalog.api.answers import VendorSerializer
from preo.catalog.api.bodies import VendorCreateSerializer, VendorUpdateSerializer
from preo.catalog.api.filters import VendorFilters
from preo.catalog.models import Vendor
from preo.catalog.queries import readable_vendors
from preo.catalog.service import vendors as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


class VendorViewSet(ResourceViewSet[Vendor]):
    """Vendors: they belong to the whole organization."""

    queryset = Vendor.objects.all()
    serializer_class = VendorSerializer
    filterset_class = VendorFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
    }
    tag = "Catalog"
    scope = "catalog"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "name", "code")
    }
    default_ordering: ClassVar[Sequence[str]] = ("name",)

    def get_queryset(self) -> QuerySet[Vendor]:
        if self.action in {"list", "retrieve"}:
            return readable_vendors(self.principal, Role.STAFF)
        return super().get_queryset()

    @extend_schema(operation_id="listVendors", summary="List vendors")
    def list(self, request: Request) -> Response:
        """Vendors by name.

        Who has only an edition's role sees those who have products in that edition.
        """
        return super().list(request)

    @extend_schema(operation_id="getVendor", summary="Get vendor")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """One vendor."""
        return Response(VendorSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="createVendor",
        summary="Create vendor",
        request=VendorCreateSerializer,
        responses={201: VendorSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new vendor of an organization. Needs the role manager in the whole organization.

        A code that another of its vendors has is 409 `code_taken`.
        """
        vendor = service.create_vendor(
            **self.body(VendorCreateSerializer), by=self.principal, now=timezone.now()
        )
        return Response(VendorSerializer(vendor).data, status=201)

    @extend_schema(
        operation_id="updateVendor",
        summary="Update vendor",
        request=VendorUpdateSerializer,
        responses=VendorSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change what is given. Needs the role manager in the whole organization."""
        row = self.get_object()
        present = VendorSerializer(row).data
        changes = self.body(VendorUpdateSerializer, present=present, partial=True)
        vendor = service.update_vendor(
            vendor_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return Response(VendorSerializer(vendor).data)

    @extend_schema(operation_id="deleteVendor", summary="Delete vendor", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a vendor without products; any other is 409 `still_referred_to`.

        Needs the role manager in the whole organization.
        """
        service.delete_vendor(vendor_id=self.get_object().pk, by=self.principal)
        return Response(status=204)
