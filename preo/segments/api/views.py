import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.viewsets import ResourceViewSet
from preo.segments.api.answers import SegmentDetailSerializer, SegmentSerializer
from preo.segments.api.bodies import (
    NothingSerializer,
    SegmentCreateSerializer,
    SegmentUpdateSerializer,
)
from preo.segments.api.filters import SegmentFilters
from preo.segments.models import Segment
from preo.segments.service import calculations
from preo.segments.service import segments as service


@extend_schema_view(
    list=extend_schema(
        operation_id="listSegments", summary="List segments", description="Segments, newest first."
    ),
    retrieve=extend_schema(
        operation_id="getSegment",
        summary="Retrieve segment",
        description="A segment with its condition, and how its last calculation ended.",
    ),
    create=extend_schema(operation_id="createSegment", summary="Create segment"),
    partial_update=extend_schema(operation_id="updateSegment", summary="Update segment"),
    destroy=extend_schema(operation_id="deleteSegment", summary="Delete segment"),
)
class SegmentViewSet(ResourceViewSet[Segment]):
    """Segments of the organizations and editions that the caller has access to.

    Who has only an edition's role sees and uses the segments of that edition.
    """

    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
    answer_class = SegmentDetailSerializer
    filterset_class = SegmentFilters
    bodies = {"create": SegmentCreateSerializer, "partial_update": SegmentUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.STAFF,
        "retrieve": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
        "destroy": Role.MANAGER,
        "recalculate": Role.MANAGER,
        "reset": Role.MANAGER,
    }
    tag = "Segments"
    scope = "segments"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "name", "user_count", "last_calculated")
    }

    def make(self, values: dict[str, Any], now: dt.datetime) -> Segment:
        """A new segment. With a condition its calculation begins at once: `status` says how far it is.

        Without one it is a draft, which has no members; `true` is the condition that holds for everybody. A mistake of
        the condition is told with line, column and a hint. Without an edition this needs the role manager in the whole
        organization.
        """
        return service.create_segment(**values, by=self.principal, now=now)

    def change(self, row: Segment, changes: dict[str, Any], now: dt.datetime) -> Segment:
        """Change what is given. Another condition, edition, consent, type or channel also recalculates.

        Until the new members are found the old ones stay. A condition can be replaced, but not be emptied. One that
        names segments which lead back to this one is refused with the way.
        """
        return service.update_segment(
            segment_id=row.pk, changes=changes, by=self.principal, now=now
        )

    def remove(self, row: Segment, now: dt.datetime) -> None:
        """Delete a segment and its list of members; one that another segment names is 409 `segment_named`."""
        service.delete_segment(segment_id=row.pk, by=self.principal)

    @extend_schema(
        operation_id="recalculateSegment",
        summary="Recalculate segment",
        request=None,
        responses=SegmentDetailSerializer,
    )
    def recalculate(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Find the members anew. Asked for while a calculation is due or under way, it is that one.

        `status` goes from `pending` over `processing` to `completed`, or to `failed` with `error_message`; until it is
        completed the old members stay in force. Segments that the condition names are calculated first. A segment
        without a condition is 409 `segment_without_condition`.
        """
        row = self.get_object()
        self.body(NothingSerializer)
        segment = calculations.request_calculation(segment_id=row.pk, now=timezone.now())
        return Response(self.shown(segment))

    @extend_schema(
        operation_id="resetSegment",
        summary="Reset stuck segment to draft",
        request=None,
        responses=SegmentDetailSerializer,
    )
    def reset(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Give up a calculation that is due or under way: its result will be void. The members stay as they are."""
        row = self.get_object()
        self.body(NothingSerializer)
        segment = calculations.reset_segment(
            segment_id=row.pk, by=self.principal, now=timezone.now()
        )
        return Response(self.shown(segment))
