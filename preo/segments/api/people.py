"""The people of a segment: the list, the file, and why somebody is in it or not."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.errors import FieldError, InvalidError, NotFoundError, not_an_id
from preo.core.models import parse_id
from preo.core.viewsets import ResourceViewSet
from preo.customers.models import Customer
from preo.segments.api.answers import SegmentExplanationSerializer, SegmentUserSerializer
from preo.segments.api.filters import SegmentUserFilters
from preo.segments.api.shown import explanation_shown
from preo.segments.explanation import explain
from preo.segments.export import stream_members
from preo.segments.models import Segment
from preo.segments.queries import members_as_customers, visible_customers


class SegmentUserViewSet(ResourceViewSet[Customer]):
    """Members of a segment."""

    queryset = Customer.objects.all()
    serializer_class = SegmentUserSerializer
    filterset_class = SegmentUserFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.STAFF}
    tag = "Segments"
    scope = "segments"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("date_joined", "last_seen", "full_name", "email")
    }
    default_ordering: ClassVar[Sequence[str]] = ("-date_joined",)

    def get_queryset(self) -> QuerySet[Customer]:
        """The segment's members; who may see the segment may see them."""
        seen = self.principal.narrow(
            Role.STAFF, organization="organization_id", edition="edition_id"
        )
        key = parse_id(Segment, self.kwargs["id"])
        segment = Segment.objects.filter(seen, pk=key).first() if key else None
        if segment is None:
            raise NotFoundError
        return members_as_customers(segment)

    @extend_schema(operation_id="listSegmentUsers", summary="List segment users")
    def list(self, request: Request, id: str = "") -> Response:  # noqa: A002 - the route's word
        """The members that the last calculation found."""
        return super().list(request)


class SegmentPeopleViewSet(ResourceViewSet[Segment]):
    """What is said of a segment's people."""

    queryset = Segment.objects.select_related("organization", "edition")
    minimum: ClassVar[Mapping[str, Role | None]] = {"export": Role.STAFF, "explain": Role.STAFF}
    tag = "Segments"
    scope = "segments"
    edition_column = "edition_id"

    def query_parameters(self) -> frozenset[str]:
        return frozenset({"user_id"}) if self.action == "explain" else frozenset()

    @extend_schema(
        operation_id="exportSegment",
        summary="Export segment users as CSV",
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )
    def export(self, request: Request, id: str) -> Any:  # noqa: A002 - the route's word
        """The members as a CSV file in UTF-8: id, name, email, phone, language, joined, orders, spent.

        `orders` counts confirmed and completed orders, `spent` is what those in the edition's, else the organization's
        currency came to, less what was refunded; in a segment of an edition both are of that edition. A cell that a
        spreadsheet would take for a formula begins with an apostrophe; phone numbers of digits keep their plus sign.
        """
        segment = self.get_object()
        name = slugify(segment.name)[:80] or "segment"
        return StreamingHttpResponse(
            stream_members(segment),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    @extend_schema(
        operation_id="explainSegment",
        summary="Explain segment for a user",
        parameters=[OpenApiParameter("user_id", str, required=True)],
        responses=SegmentExplanationSerializer,
    )
    def explain(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Why a person is in the segment or is not: each part of the condition with its place and value, and each rule of reach.

        A look that takes too long is ended: 422 `explanation_too_slow`.
        """
        segment = self.get_object()
        text = request.query_params.get("user_id")
        if text is None:
            detail = "Say of whom, by the id of a user."
            raise InvalidError(errors=[FieldError("user_id", "required", detail)])
        key = parse_id(Customer, text)
        seen = visible_customers(segment, by=self.principal)
        customer = seen.filter(pk=key).first() if key else None
        if customer is None:
            raise InvalidError(errors=[not_an_id("user_id", "user")])
        return Response(explanation_shown(explain(segment, customer, now=timezone.now())))
