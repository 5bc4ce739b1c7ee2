from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts import queries
from preo.accounts.models import ApiKey, Membership, RoleWord, StaffSession, StaffUser
from preo.accounts.scopes import SCOPES
from preo.core.access import Role
from preo.core.errors import NotSignedInError
from preo.core.fields import IdField, ImageSerializer
from preo.core.languages import Language
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.organizations.models import Organization


class OrganizationMembershipSerializer(serializers.Serializer[Any]):
    """An organization in the whole of which the caller has a role."""

    id = IdField(Organization, source="organization.id", read_only=True)
    name = serializers.CharField(source="organization.name", read_only=True)
    slug = serializers.CharField(source="organization.slug", read_only=True)
    avatar = ImageSerializer(
        source="organization.avatar", default=None, read_only=True, allow_null=True
    )
    role = serializers.ChoiceField(RoleWord.choices, read_only=True)


class EditionMembershipSerializer(serializers.Serializer[Any]):
    """An edition in which the caller has a role of its own."""

    id = IdField(Edition, source="edition.id", read_only=True)
    full_name = serializers.CharField(source="edition.full_name", read_only=True)
    organization_id = IdField(Organization, read_only=True)
    role = serializers.ChoiceField(RoleWord.choices, read_only=True)


class UserInfoSerializer(serializers.Serializer[Any]):
    """The person, or the API key, that asks."""

    api_id = serializers.CharField(read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    phone_number = serializers.CharField(read_only=True, allow_null=True)
    language = serializers.ChoiceField(Language.choices, read_only=True)
    is_superuser = serializers.BooleanField(read_only=True)
    organizations = OrganizationMembershipSerializer(many=True, read_only=True)
    editions = EditionMembershipSerializer(many=True, read_only=True)
    scopes = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="What this credential may do; a session may do all that its roles allow.",
    )
    date_joined = serializers.DateTimeField(read_only=True)
    last_login = serializers.DateTimeField(read_only=True, allow_null=True)


class UserInfoViewSet(ResourceViewSet[StaffUser]):
    """Who asks."""

    minimum: ClassVar[Mapping[str, Role | None]] = {"retrieve": Role.NONE}
    tag = "Auth"

    @extend_schema(
        operation_id="getUserInfo", summary="Get user info", responses=UserInfoSerializer
    )
    def retrieve(self, request: Request) -> Response:  # type: ignore[override] # only the caller: no id
        """The person or the API key that asks, with their roles and scopes.

        An API key has its id as `api_id`, its name as `full_name`, and an address that cannot
        receive mail.
        """
        credential = request.auth
        if isinstance(credential, StaffSession):
            info = _person(credential.staff)
        elif isinstance(credential, ApiKey):
            info = _key(queries.key_with_names(credential))
        else:
            raise NotSignedInError
        return Response(UserInfoSerializer(info).data)


def _person(staff: StaffUser) -> dict[str, Any]:
    return {
        "api_id": staff.api_id,
        "full_name": staff.full_name,
        "email": staff.email,
        "phone_number": staff.phone_number,
        "language": staff.language,
        "is_superuser": staff.is_superuser,
        **_places(queries.memberships_by_name(staff.pk)),
        "scopes": SCOPES,
        "date_joined": staff.created,
        "last_login": staff.last_login,
    }


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "api_id": key.api_id,
        "full_name": key.name,
        # A name that no mail can ever reach (RFC 2606 section 2).
        "email": f"{key.api_id}@api-keys.invalid",
        "phone_number": None,
        "language": key.organization.default_language,
        "is_superuser": False,
        **_places([key]),
        "scopes": key.scopes,
        "date_joined": key.created,
        "last_login": key.last_used_at,
    }


def _places(rows: Iterable[Membership | ApiKey]) -> dict[str, Any]:
    """Whole organizations on one side, single editions on the other."""
    held = list(rows)
    return {
        "organizations": [row for row in held if row.edition_id is None],
        "editions": [row for row in held if row.edition_id is not None],
    }
