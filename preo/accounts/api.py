from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts import queries
from preo.accounts.models import ApiKey, Membership, RoleWord, StaffSession, StaffUser
from preo.accounts.scopes import SCOPES
from preo.accounts.service.sessions import revoke_session, rotate_session, start_session
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.tokens import TokenPair
from preo.core.access import PUBLIC, Role
from preo.core.addresses import client_address
from preo.core.errors import NotSignedInError
from preo.core.fields import EmailAddressField, IdField, ImageSerializer, TextField
from preo.core.languages import Language
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.organizations.models import Organization

MAX_PASSWORD = 1024
"""Characters. A longer one would only be work for the hash."""


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the OpenAPI document says of `BearerAuthentication`."""

    target_class = "preo.accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of `POST /v1/auth/token`, or an API key.",
        }


class TokenRequestSerializer(serializers.Serializer[Any]):
    email = EmailAddressField()
    password = TextField(max_length=MAX_PASSWORD, trim_whitespace=False)


class RefreshRequestSerializer(serializers.Serializer[Any]):
    refresh = TextField()


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


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


class TokenViewSet(ResourceViewSet[StaffSession]):
    """Tokens of a person's session."""

    minimum: ClassVar[Mapping[str, Role | None]] = {
        "create": PUBLIC,
        "refresh": PUBLIC,
        "revoke": PUBLIC,
    }
    tag = "Auth"
    secret_actions = frozenset(minimum)
    authentication_classes = ()
    """None: a client that still sends its old access token could not get a new one."""

    @extend_schema(
        operation_id="createToken",
        summary="Sign in with e-mail and password",
        request=TokenRequestSerializer,
        responses={200: TokenPairSerializer},
    )
    def create(self, request: Request) -> Response:
        """Give an e-mail address and a password for a pair of tokens.

        The access token goes into the header `Authorization: Bearer ...` and ends soon; the refresh
        token is exchanged for the next pair. After too many tries for an account or from an
        address the answer is 429 until `Retry-After` seconds have passed.
        """
        now = timezone.now()
        body = self.body(TokenRequestSerializer)
        staff = sign_in_with_password(
            email=body["email"],
            password=body["password"],
            address=client_address(request.META),
            now=now,
        )
        return _secret(start_session(staff=staff, now=now))

    @extend_schema(
        operation_id="refreshToken",
        summary="Exchange a refresh token",
        request=RefreshRequestSerializer,
        responses={200: TokenPairSerializer},
    )
    def refresh(self, request: Request) -> Response:
        """Give a refresh token for the next pair; it is then used up.

        Sent again within 10 seconds it gives the same pair, in case the answer was lost. Later its
        return is taken for a theft, and the whole session ends.
        """
        now = timezone.now()
        body = self.body(RefreshRequestSerializer)
        return _secret(rotate_session(refresh=body["refresh"], now=now))

    @extend_schema(
        operation_id="revokeToken",
        summary="Revoke a refresh token",
        request=RefreshRequestSerializer,
        responses={204: OpenApiResponse(description="The session has ended.")},
    )
    def revoke(self, request: Request) -> Response:
        """Sign out: the session ends, its access tokens with it.

        A token that is not good any more gets the same answer (RFC 7009).
        """
        body = self.body(RefreshRequestSerializer)
        revoke_session(refresh=body["refresh"], now=timezone.now())
        return Response(status=204)


class UserInfoViewSet(ResourceViewSet[StaffUser]):
    """Who asks."""

    minimum: ClassVar[Mapping[str, Role | None]] = {"retrieve": Role.NONE}
    tag = "Auth"

    @extend_schema(
        operation_id="getUserInfo", summary="Get user info", responses=UserInfoSerializer
    )
    def retrieve(self, request: Request) -> Response:
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


def _secret(pair: TokenPair) -> Response:
    # RFC 6749 section 5.1: no cache on the way may keep tokens.
    return Response(TokenPairSerializer(pair).data, headers={"Cache-Control": "no-store"})


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
