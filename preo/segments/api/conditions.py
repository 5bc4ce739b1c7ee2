"""Conditions before they are saved: checked, counted, and what an editor offers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.core.models import parse_id
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.api.answers import CelValidationSerializer, SegmentPreviewSerializer
from preo.segments.api.bodies import PreviewBodySerializer, ValidateCelSerializer
from preo.segments.api.cel_context import CelContextSerializer
from preo.segments.api.shown import preview_shown, validation_shown
from preo.segments.audience import Audience
from preo.segments.conditions import read_for
from preo.segments.context import context_for
from preo.segments.models import Segment
from preo.segments.preview import preview
from preo.segments.service.naming import named_segments
from preo.segments.service.places import place_for
from preo.segments.service.segments import check_consent
from preo.segments.validation import validate_anywhere, validate_in


class ConditionViewSet(ResourceViewSet[Segment]):
    """Conditions of segments."""

    queryset = Segment.objects.all()
    bodies = {"validate_cel": ValidateCelSerializer, "preview": PreviewBodySerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "validate_cel": Role.STAFF,
        "cel_context": Role.STAFF,
        "preview": Role.STAFF,
    }
    tag = "Segments"
    scope = "segments"

    def query_parameters(self) -> frozenset[str]:
        if self.action == "cel_context":
            return frozenset({"organization_id", "edition_id"})
        return frozenset()

    @extend_schema(
        operation_id="validateCel",
        summary="Validate CEL expression",
        responses=CelValidationSerializer,
    )
    def validate_cel(self, request: Request) -> Response:
        """Whether a condition could be saved, with every mistake of it at once.

        With `organization_id`, and perhaps `edition_id`, also what it names is looked up, and `warnings` tell of what
        is allowed but cannot be meant: a product that is not there, amounts of several currencies, a comparison that
        never holds.
        """
        body = self.body(ValidateCelSerializer)
        text, organization_id = body["condition"], body.get("organization_id")
        edition_id = body.get("edition_id")
        if organization_id is None and edition_id is not None:
            detail = "An edition is looked up in its organization: name that too."
            raise InvalidError(errors=[FieldError("/organization_id", "required", detail)])
        if organization_id is None:
            return Response(validation_shown(text, validate_anywhere(text)))
        organization, edition = place_for(
            organization_id=organization_id,
            edition_id=edition_id,
            least=Role.STAFF,
            by=self.principal,
        )
        found = validate_in(text, organization=organization, edition=edition, by=self.principal)
        return Response(validation_shown(text, found))

    @extend_schema(
        operation_id="getCelContext",
        summary="Get CEL context schema and dynamic values",
        parameters=[
            OpenApiParameter("organization_id", str, required=True),
            OpenApiParameter("edition_id", str),
        ],
        responses=CelContextSerializer,
    )
    def cel_context(self, request: Request) -> Response:
        """What a condition may name: fields and functions, examples, and what there really is in the organization or
        the edition.
        """
        organization_id = self._id("organization_id", Organization)
        if organization_id is None:
            detail = "Say of which organization."
            raise InvalidError(errors=[FieldError("organization_id", "required", detail)])
        organization, edition = place_for(
            organization_id=organization_id,
            edition_id=self._id("edition_id", Edition),
            least=Role.STAFF,
            by=self.principal,
            pointer="",
        )
        return Response(context_for(organization, edition))

    @extend_schema(
        operation_id="previewSegment",
        summary="Preview segment",
        responses=SegmentPreviewSerializer,
    )
    def preview(self, request: Request) -> Response:
        """For how many a condition is true, and how many of them can be reached, with ten of those as a sample.

        Nothing is saved. A count that takes too long is ended: 422 `preview_too_slow`.
        """
        body = self.body(PreviewBodySerializer)
        text, now = body.pop("condition"), timezone.now()
        organization, edition = place_for(
            organization_id=body.pop("organization_id"),
            edition_id=body.pop("edition_id", None),
            least=Role.STAFF,
            by=self.principal,
        )
        audience = Audience(organization, edition, **body)
        check_consent(audience.consent_id, organization=organization, edition=edition)
        condition = read_for(text, organization=organization, edition=edition)
        named_segments(condition, organization=organization, by=self.principal)
        return Response(preview_shown(preview(audience, condition, now=now)))

    def _id(self, name: str, model: type[Organization] | type[Edition]) -> Any:
        text = self.request.query_params.get(name)
        key = parse_id(model, text) if text is not None else None
        if text is not None and key is None:
            raise InvalidError(errors=[not_an_id(name, str(model._meta.verbose_name))])
        return key
