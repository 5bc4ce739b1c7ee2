import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from preo.core.access import Role
from preo.core.errors import InvalidError, not_an_id
from preo.core.filters import Filters, FlagFilter, IdFilter
from preo.core.models import parse_id
from preo.core.viewsets import ResourceViewSet
from preo.editions import service
from preo.editions.api.answers import EditionDetailSerializer, EditionSerializer
from preo.editions.api.bodies import EditionCreateSerializer, EditionUpdateSerializer
from preo.editions.api.choices import EditionFieldChoicesSerializer, edition_choices
from preo.editions.models import DateStatus, Edition
from preo.editions.queries import editions_at
from preo.organizations.models import Organization


class EditionFilters(Filters):
    organization_id = IdFilter(model=Organization)
    is_draft = FlagFilter()
    is_archived = FlagFilter()
    status = django_filters.ChoiceFilter(choices=DateStatus.choices)


@extend_schema_view(
    list=extend_schema(
        operation_id="listEditions",
        summary="List editions",
        description="All editions that the caller has access to.",
    ),
    retrieve=extend_schema(
        operation_id="getEdition",
        summary="Get edition details",
        description="An edition with all its settings.",
    ),
    create=extend_schema(operation_id="createEdition", summary="Create edition"),
    partial_update=extend_schema(operation_id="updateEdition", summary="Update edition"),
)
class EditionViewSet(ResourceViewSet[Edition]):
    """Editions that the caller has access to."""

    queryset = Edition.objects.all()
    serializer_class = EditionSerializer
    answer_class = EditionDetailSerializer
    filterset_class = EditionFilters
    bodies = {"create": EditionCreateSerializer, "partial_update": EditionUpdateSerializer}
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.GUEST,
        "retrieve": Role.GUEST,
        "choices": Role.STAFF,
        "create": Role.MANAGER,
        "partial_update": Role.MANAGER,
    }
    tag = "Editions"
    scope = "editions"
    edition_column = "id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "modified", "start_date", "end_date", "name")
    }
    default_ordering: ClassVar[Sequence[str]] = ("-created",)

    def get_queryset(self) -> QuerySet[Edition]:
        rows = super().get_queryset().select_related("organization", "event")
        return editions_at(timezone.now(), rows)

    def query_parameters(self) -> frozenset[str]:
        return (
            frozenset({"organization_id"})
            if self.action == "choices"
            else (super().query_parameters())
        )

    def make(self, values: dict[str, Any], now: dt.datetime) -> Edition:
        """A new draft, in the organization's currency, with a slug made of its name.

        Needs the role manager in the whole organization.
        """
        return _whole(service.create_edition(**values, by=self.principal, now=now), now)

    def change(self, row: Edition, changes: dict[str, Any], now: dt.datetime) -> Edition:
        """Change what is given. Lists and translated texts are replaced whole; `metadata` is merged.

        `published_at` is set once, when a draft is first published. The currency is fixed as
        soon as there are orders (409 `currency_fixed`).
        """
        edition = service.update_edition(
            edition_id=row.pk, changes=changes, by=self.principal, now=now
        )
        return _whole(edition, now)

    @extend_schema(
        operation_id="getEditionFieldChoices",
        summary="Get edition field choices",
        parameters=[OpenApiParameter("organization_id", str)],
        responses=EditionFieldChoicesSerializer,
    )
    def choices(self, request: Request) -> Response:
        """Choices for the forms that create and edit an edition.

        Merchant accounts, fee rules, e-mails and events are those of the organizations that the caller has access to;
        `organization_id` narrows them to one.
        """
        known = self.principal.known_organization_ids(Role.STAFF)
        text = request.query_params.get("organization_id")
        if text is not None:
            key = parse_id(Organization, text)
            if key is None:
                raise InvalidError(errors=[not_an_id("organization_id", "organization")])
            known = [organization_id for organization_id in known if organization_id == key]
        return Response(edition_choices(known))


def _whole(edition: Edition, now: dt.datetime) -> Edition:
    """The edition as it is now, with its status by the dates."""
    return editions_at(now).select_related("organization", "event").get(pk=edition.pk)
