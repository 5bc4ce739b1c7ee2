from collections.abc import Mapping, Sequence
from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

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


class EventViewSet(ResourceViewSet[Event]):
    """Events: what the editions are the years of. They belong to the whole organization."""

    queryset = Event.objects.all()
    serializer_class = EventDetailSerializer
    filterset_class = EventFilters
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

    @extend_schema(operation_id="listEvents", summary="List events")
    def list(self, request: Request) -> Response:
        """Events by name.

        Who has only an edition's role sees the event of that edition.
        """
        return super().list(request)

    @extend_schema(operation_id="getEvent", summary="Get event")
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """One event."""
        return Response(EventDetailSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="createEvent",
        summary="Create event",
        request=EventCreateSerializer,
        responses={201: EventDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new event, to which editions can then be made.

        Needs the role manager in the whole organization.
        """
        event = service.create_event(
            **self.body(EventCreateSerializer), by=self.principal, now=timezone.now()
        )
        return Response(EventDetailSerializer(event).data, status=201)

    @extend_schema(
        operation_id="updateEvent",
        summary="Update event",
        request=EventUpdateSerializer,
        responses=EventDetailSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Give the event another name; the full names of its editions follow, their slugs stay.

        Needs the role manager in the whole organization.
        """
        row = self.get_object()
        present = EventDetailSerializer(row).data
        changes = self.body(EventUpdateSerializer, present=present, partial=True)
        event = service.update_event(
            event_id=row.pk, changes=changes, by=self.principal, now=timezone.now()
        )
        return Response(EventDetailSerializer(event).data)
