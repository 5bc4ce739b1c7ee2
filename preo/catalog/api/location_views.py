from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.catalog.api.answers import LocationSerializer
from preo.catalog.api.bodies import LocationCreateSerializer, LocationUpdateSerializer
from preo.catalog.api.filters import LocationFilters
from preo.catalog.models import Location
from preo.catalog.service import locations as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


class LocationViewSet(ResourceViewSet[Location]):
    """Locations of the editions that the caller has access to."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer
    filterset_class = LocationFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
    }
    tag = "Catalog"
    scope = "catalog"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "name")
    }
    default_ordering: ClassVar[Sequence[str]] = ("name",)

    @extend_schema(operation_id="listLocations", summary="List locations")
    def list(self, request: Request) -> Response:
        """Locations by name."""
        return super().list(request)

    @extend_schema(operation_id="getLocation", summary="Get location")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """One location."""
        return Response(LocationSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="createLocation",
        summary="Create location",
        request=LocationCreateSerializer,
        responses={201: LocationSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new place at an edition."""
        location = service.create_location(
            **self.body(LocationCreateSerializer), by=self.principal, now=timezone.now()
        )
        return Response(LocationSerializer(location).data, status=201)

    @extend_schema(
        operation_id="updateLocation",
        summary="Update location",
        request=LocationUpdateSerializer,
        responses=LocationSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change what is given."""
        row = self.get_object()
        present = LocationSerializer(row).data
        changes = self.body(LocationUpdateSerializer, present=present, partial=True)
        location = service.update_location(
            location_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return Response(LocationSerializer(location).data)

    @extend_schema(operation_id="deleteLocation", summary="Delete location", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete a place that no product and no order names; any other is 409 `still_referred_to`."""
        service.delete_location(location_id=self.get_object().pk, by=self.principal)
        return Response(status=204)
