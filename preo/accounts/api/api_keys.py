from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts.api.shown import EditionNameSerializer, StaffLightSerializer
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.scopes import SCOPES
from preo.accounts.service.keys import MAX_NAME, create_api_key, revoke_api_key
from preo.core.access import Role
from preo.core.fields import IdField, TextField
from preo.core.filters import Filters, FlagFilter, IdFilter
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.organizations.models import Organization


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """An API key without its secret, which nobody can see again."""

    id = IdField(ApiKey, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition = EditionNameSerializer(read_only=True, allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)
    created_by = StaffLightSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ApiKey
        fields = [
            "id", "organization_id", "edition", "name", "role", "scopes", "prefix", "created_by",
            "last_used_at", "expires_at", "revoked_at", "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields


class ApiKeyMadeSerializer(ApiKeySerializer):
    """A new API key with its text."""

    key = serializers.CharField(read_only=True, help_text="Shown this once only.")

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]
        read_only_fields = fields


class ApiKeyCreateSerializer(serializers.Serializer[Any]):
    organization_id = IdField(Organization)
    edition_id = IdField(
        Edition, required=False, allow_null=True, help_text="For that edition alone."
    )
    name = TextField(max_length=MAX_NAME, help_text="What the key is for.")
    role = serializers.ChoiceField(RoleWord.choices)
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES), min_length=1)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ApiKeyFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    is_revoked = FlagFilter("revoked_at", lookup_expr="isnull", exclude=True)


class ApiKeyViewSet(ResourceViewSet[ApiKey]):
    """Keys by which other systems ask in the name of an organization. For admins."""

    queryset = ApiKey.objects.all()
    serializer_class = ApiKeySerializer
    filterset_class = ApiKeyFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.ADMIN,
        "create": Role.ADMIN,
        "destroy": Role.ADMIN,
    }
    tag = "API keys"
    scope = "api-keys"
    edition_column = "edition_id"
    secret_actions = frozenset({"create"})
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "name", "last_used_at", "expires_at")
    }

    def get_queryset(self) -> QuerySet[ApiKey]:
        return super().get_queryset().select_related("edition", "created_by")

    @extend_schema(operation_id="listApiKeys", summary="List API keys")
    def list(self, request: Request) -> Response:
        """API keys, the newest first, revoked ones too."""
        return super().list(request)

    @extend_schema(
        operation_id="createApiKey",
        summary="Make an API key",
        request=ApiKeyCreateSerializer,
        responses={201: ApiKeyMadeSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new key. `key` is shown in this answer and never again; only a hash of it is kept.

        For that reason an `Idempotency-Key` has no effect here. A key can neither have a role
        above the one of who makes it nor, made with another key, a scope that this one lacks.
        """
        body = self.body(ApiKeyCreateSerializer)
        key, text = create_api_key(
            **body | {"role": RoleWord(body["role"])}, by=self.principal, now=timezone.now()
        )
        shown = {**ApiKeySerializer(key).data, "key": text}
        return Response(shown, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="revokeApiKey",
        summary="Revoke an API key",
        responses={204: OpenApiResponse(description="The key is worth nothing.")},
    )
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """End a key for good, from the next request on. It stays in the list."""
        revoke_api_key(key=self.get_object(), by=self.principal, now=timezone.now())
        return Response(status=204)
