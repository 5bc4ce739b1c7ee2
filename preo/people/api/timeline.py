from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core import listing
from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.people.parts import find_person
from preo.people.queries import readable_people
from preo.people.timeline import count_entries, read_entries, timeline_sources


class TimelineEntrySerializer(serializers.Serializer[Any]):
    """One thing that happened with the person, or that they did."""

    at = serializers.DateTimeField()
    kind = serializers.CharField(
        help_text="order, refund, consent, change or import; more may come."
    )
    id = serializers.CharField(help_text="Of what it is about.")
    title = serializers.CharField(help_text="In words.")
    details = serializers.DictField(
        help_text="Its facts, and ids to go on from; they differ by kind."
    )


class TimelineViewSet(ResourceViewSet[Customer]):
    """What happened with one person."""

    queryset = Customer.objects.all()
    serializer_class = TimelineEntrySerializer
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.STAFF}
    tag = "User"
    scope = "users"
    orderings: ClassVar[Mapping[str, str]] = {"at": "at"}
    default_ordering: ClassVar[Sequence[str]] = ("-at",)

    def get_queryset(self) -> QuerySet[Customer]:
        return readable_people(self.principal)

    @extend_schema(operation_id="getUserTimeline", summary="Read a user's timeline")
    def list(self, request: Request, id: str = "") -> Response:  # noqa: A002 - the route's word
        """Orders, refunds, answers to consents, changes and imports, newest first.

        It has the history of those who were merged into this person, too. To who has only an edition's role it is
        narrowed to that edition; answers are those to consents that matter there.
        """
        parameters = request.query_params
        page = listing.read_page(parameters)
        order = listing.read_ordering(parameters, self.orderings, self.default_ordering)
        sources = timeline_sources(find_person(self.get_object()), by=self.principal)
        entries = read_entries(sources, page, newest_first=order[0].startswith("-"))
        count = count_entries(sources)
        listing.check_page(page, count)
        return Response(
            listing.envelope(
                base=request.build_absolute_uri(request.path),
                parameters=parameters,
                page=page,
                count=count,
                results=[TimelineEntrySerializer(entry).data for entry in entries],
            )
        )
