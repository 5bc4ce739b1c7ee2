from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts.models import Pin, StaffSession
from preo.accounts.service.pins import ask_pin, sign_in_with_pin
from preo.accounts.service.sessions import revoke_session, rotate_session, start_session
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.tokens import TokenPair
from preo.core.access import PUBLIC, Role
from preo.core.addresses import client_address
from preo.core.fields import EmailAddressField, TextField
from preo.core.viewsets import ResourceViewSet

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


class PinRequestSerializer(serializers.Serializer[Any]):
    """One of the two says who."""

    email = EmailAddressField(required=False)
    phone_number = TextField(required=False, max_length=32)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("email" in attrs) == ("phone_number" in attrs):
            raise serializers.ValidationError(
                "Give either the e-mail address or the phone number.", code="one_of_two"
            )
        return attrs


class PinVerifySerializer(PinRequestSerializer):
    pin = TextField(max_length=32)


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


class PinViewSet(ResourceViewSet[Pin]):
    """Signing in with a one-time PIN."""

    minimum: ClassVar[Mapping[str, Role | None]] = {"create": PUBLIC, "verify": PUBLIC}
    tag = "Auth"
    secret_actions = frozenset(minimum)
    authentication_classes = ()

    @extend_schema(
        operation_id="requestPin",
        summary="Ask for a one-time PIN",
        request=PinRequestSerializer,
        responses={202: OpenApiResponse(description="Taken, whether or not there is an account.")},
    )
    def create(self, request: Request) -> Response:
        """Have a PIN of six digits mailed, with which one can sign in once within 10 minutes.

        Answers the same whether or not the account exists. An account gets at most 3 PINs an hour
        and 10 a day, and only the newest is good; beyond that nothing is sent. By phone nothing is
        sent yet.
        """
        body = self.body(PinRequestSerializer)
        ask_pin(email=body.get("email"), address=client_address(request.META), now=timezone.now())
        return Response(status=202)

    @extend_schema(
        operation_id="verifyPin",
        summary="Sign in with a one-time PIN",
        request=PinVerifySerializer,
        responses={200: TokenPairSerializer},
    )
    def verify(self, request: Request) -> Response:
        """Give the PIN for a pair of tokens. After five wrong ones a new PIN is needed."""
        now = timezone.now()
        body = self.body(PinVerifySerializer)
        staff = sign_in_with_pin(
            email=body.get("email"),
            pin=body["pin"],
            address=client_address(request.META),
            now=now,
        )
        return _secret(start_session(staff=staff, now=now))


def _secret(pair: TokenPair) -> Response:
    # RFC 6749 section 5.1: no cache on the way may keep tokens.
    return Response(TokenPairSerializer(pair).data, headers={"Cache-Control": "no-store"})
