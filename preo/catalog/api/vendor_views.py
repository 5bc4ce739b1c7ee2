import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.catalog.api.answers import VendorSerializer
from preo.catalog.api.bodies import VendorCreateSerializer, VendorUpdateSerializer
from preo.catalog.api.filters import VendorFilters
from preo.catalog.models import Vendor
from preo.catalog.queries import readable_vendors
from preo.catalog.service import vendors as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


@extend_schema_view(
    list=extend_schema(
        operation_id="listVendors",
        summary="List vendors",
        description=(
            "Vendors by name.\n"
            "\n"
            "Who has only an edition's role sees those who have products in that edition."
        ),
    ),
    retrieve=extend_schema(
        operation_id="getVendor", summary="Get vendor", description="One vendor."
    ),
    create=extend_schema(operation_id="createVendor", summary="Create vendor"),
    partial_update=extend_schema(operation_id="updateVendor", summary="Update vendor"),
    destroy=extend_schema(operation_id="deleteVendor", summary="Delete vendor"),
)
class VendorViewSet(ResourceViewSet[Vendor]):
    """Vendors: they belong to the whole organization."""

    queryset = Vendor.objects.all()
    serializer_class = VendorSerializer
    filterset_class = VendorFilters
    bodies = {"create": VendorCreateSerializer, "partial_update": VendorUpdateSerializer}
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

    def make(self, values: dict[str, Any], now: dt.datetime) -> Vendor:
        """A new vendor of an organization. Needs the role manager in the whole organization.

        A code that another of its vendors has is 409 `code_taken`.
        """
        return service.create_vendor(**values, by=self.principal, now=now)

    def change(self, row: Vendor, changes: dict[str, Any], now: dt.datetime) -> Vendor:
        """Change what is given. Needs the role manager in the whole organization."""
        return service.update_vendor(vendor_id=row.pk, changes=changes, by=self.principal, now=now)

    def remove(self, row: Vendor, now: dt.datetime) -> None:
        """Delete a vendor without products; any other is 409 `still_referred_to`.

        Needs the role manager in the whole organization.
        """
        service.delete_vendor(vendor_id=row.pk, by=self.principal)
