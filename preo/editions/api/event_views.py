import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from preo.core.access import Role
from preo.core.filters import Filters, IdFilter
from preo.core.viewsets import ResourceViewSet
from preo.editions import service
from preo.editions.api.answers import EventDetailSerializer
from preo.editions.api.bodies import EventCreateSerializer, EventUpdateSerializer
from preo.editions.models import Event
from preo.editions.queries import readable_events
from preo.organizations.models import Organization


class EventFilters(Filters):
    organization_id = IdFilter(model=Organization)
    search = django_filters.CharFilter(
        "name", lookup_expr="icontains", help_text="Part of the name, any case."
    )


@extend_schema_view(
    list=extend_schema(
        operation_id="listEvents",
        summary="List events",
        description=(
            "Events by name.\n\nWho has only an edition's role sees the event of that edition."
        ),
    ),
    retrieve=extend_schema(operation_id="getEvent", summary="Get event", description="One event."),
    create=extend_schema(operation_id="createEvent", summary="Create event"),
    partial_update=extend_schema(operation_id="updateEvent", summary="Update event"),
)
class EventViewSet(ResourceViewSet[Event]):
    """Events: what the editions are the years of. They belong to the whole organization."""

    queryset = Event.objects.all()
    serializer_class = EventDetailSerializer
    filterset_class = EventFilters
    bodies = {"create": EventCreateSerializer, "partial_update": EventUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.GUEST,
        "retrieve": Role.GUEST,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
    }
    tag = "Editions"
    scope = "editions"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "name")
    }
    default_ordering: ClassVar[Sequence[str]] = ("name",)

    def get_queryset(self) -> QuerySet[Event]:
        if self.action in {"list", "retrieve"}:
            return readable_events(self.principal, Role.GUEST)
        return super().get_queryset()

    def make(self, values: dict[str, Any], now: dt.datetime) -> Event:
        """A new event, to which editions can then be made.

        Needs the role manager in the whole organization.
        """
        return service.create_event(**values, by=self.principal, now=now)

    def change(self, row: Event, changes: dict[str, Any], now: dt.datetime) -> Event:
        """Give the event another name; the full names of its editions follow, their slugs stay.

        Needs the role manager in the whole organization.
        """
        return service.update_event(event_id=row.pk, changes=changes, by=self.principal, now=now)
