import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.catalog.api.answers import LocationSerializer
from preo.catalog.api.bodies import LocationCreateSerializer, LocationUpdateSerializer
from preo.catalog.api.filters import LocationFilters
from preo.catalog.models import Location
from preo.catalog.service import locations as service
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet


@extend_schema_view(
    list=extend_schema(
        operation_id="listLocations", summary="List locations", description="Locations by name."
    ),
    retrieve=extend_schema(
        operation_id="getLocation", summary="Get location", description="One location."
    ),
    create=extend_schema(operation_id="createLocation", summary="Create location"),
    partial_update=extend_schema(operation_id="updateLocation", summary="Update location"),
    destroy=extend_schema(operation_id="deleteLocation", summary="Delete location"),
)
class LocationViewSet(ResourceViewSet[Location]):
    """Locations of the editions that the caller has access to."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer
    filterset_class = LocationFilters
    bodies = {"create": LocationCreateSerializer, "partial_update": LocationUpdateSerializer}
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

    def make(self, values: dict[str, Any], now: dt.datetime) -> Location:
        """A new place at an edition."""
        return service.create_location(**values, by=self.principal, now=now)

    def change(self, row: Location, changes: dict[str, Any], now: dt.datetime) -> Location:
        """Change what is given."""
        return service.update_location(
            location_id=row.pk, changes=changes, by=self.principal, now=now
        )

    def remove(self, row: Location, now: dt.datetime) -> None:
        """Delete a place that no product and no order names; any other is 409 `still_referred_to`."""
        service.delete_location(location_id=row.pk, by=self.principal)
