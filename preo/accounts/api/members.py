from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from preo.accounts.api.shown import EditionNameSerializer, StaffLightSerializer
from preo.accounts.models import Invitation, Membership, RoleWord
from preo.accounts.service import members
from preo.core.access import Role
from preo.core.fields import EmailAddressField, IdField
from preo.core.filters import Filters, IdFilter
from preo.core.viewsets import ResourceViewSet
from preo.editions.models import Edition
from preo.organizations.models import Organization


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A person's role in an organization or, with `edition`, in that edition alone."""

    id = IdField(Membership, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition = EditionNameSerializer(read_only=True, allow_null=True)
    staff = StaffLightSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "organization_id", "edition", "staff", "role", "created", "modified"]
        read_only_fields = fields


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An offer of a role that is still open."""

    id = IdField(Invitation, read_only=True)
    organization_id = IdField(Organization, read_only=True)
    edition = EditionNameSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Invitation
        fields = [
            "id", "organization_id", "edition", "email", "role", "expires_at", "delivery",
            "created", "modified",
        ]  # fmt: skip
        read_only_fields = fields


class MemberUpdateSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(RoleWord.choices)


class MemberInviteSerializer(MemberUpdateSerializer):
    organization_id = IdField(Organization)
    edition_id = IdField(
        Edition, required=False, allow_null=True, help_text="For that edition alone."
    )
    email = EmailAddressField()


class MemberFilters(Filters):
    organization_id = IdFilter(model=Organization)
    edition_id = IdFilter(model=Edition)
    role = django_filters.ChoiceFilter(choices=RoleWord.choices)


class MemberViewSet(ResourceViewSet[Membership]):
    """Who works for an organization. For admins."""

    queryset = Membership.objects.all()
    serializer_class = MemberSerializer
    filterset_class = MemberFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {
        "list": Role.ADMIN,
        "create": Role.ADMIN,
        "partial_update": Role.ADMIN,
        "destroy": Role.ADMIN,
    }
    tag = "Members"
    scope = "members"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        "created": "created",
        "full_name": "staff__full_name",
        "email": "staff__email",
    }
    default_ordering: ClassVar[Sequence[str]] = ("staff__full_name",)

    def get_queryset(self) -> QuerySet[Membership]:
        return super().get_queryset().select_related("edition", "staff")

    @extend_schema(operation_id="listMembers", summary="List members")
    def list(self, request: Request) -> Response:
        """Members by name; a person is there once for each place in which they have a role."""
        return super().list(request)

    @extend_schema(
        operation_id="inviteMember",
        summary="Invite a member",
        request=MemberInviteSerializer,
        responses={201: InvitationSerializer},
    )
    def create(self, request: Request) -> Response:
        """Mail a link by which the person of this address takes the role, within 7 days.

        A new invitation to the same place replaces an open one. Nobody can give a role above
        their own. Who is a member there already is 409 `already_member`.
        """
        body = self.body(MemberInviteSerializer)
        invitation = members.invite_member(
            **body | {"role": RoleWord(body["role"])}, by=self.principal, now=timezone.now()
        )
        return Response(InvitationSerializer(invitation).data, status=201)

    @extend_schema(
        operation_id="updateMember",
        summary="Change a member's role",
        request=MemberUpdateSerializer,
        responses=MemberSerializer,
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002 - the route's word
        """Give the member another role; it counts from their next request on.

        The last admin of an organization keeps the role (409 `last_admin`).
        """
        row = self.get_object()
        present = MemberSerializer(row).data
        changes = self.body(MemberUpdateSerializer, present=present, partial=True)
        membership = members.change_role(
            membership_id=row.pk,
            role=RoleWord(changes.get("role", row.role)),
            by=self.principal,
            now=timezone.now(),
        )
        return Response(MemberSerializer(membership).data)

    @extend_schema(
        operation_id="removeMember",
        summary="Remove a member",
        responses={204: OpenApiResponse(description="The role is gone.")},
    )
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Take the role away; it counts from their next request on. The person stays.

        The last admin of an organization cannot be removed (409 `last_admin`).
        """
        members.remove_member(membership_id=self.get_object().pk, by=self.principal)
        return Response(status=204)


class InvitationViewSet(ResourceViewSet[Invitation]):
    """Invitations that are neither accepted nor withdrawn. For admins."""

    queryset = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    serializer_class = InvitationSerializer
    filterset_class = MemberFilters
    minimum: ClassVar[Mapping[str, Role | None]] = {"list": Role.ADMIN, "destroy": Role.ADMIN}
    tag = "Members"
    scope = "members"
    edition_column = "edition_id"
    orderings: ClassVar[Mapping[str, str]] = {
        name: name for name in ("created", "email", "expires_at")
    }

    def get_queryset(self) -> QuerySet[Invitation]:
        return super().get_queryset().select_related("edition")

    @extend_schema(operation_id="listInvitations", summary="List open invitations")
    def list(self, request: Request) -> Response:
        """Open invitations, the newest first, those too whose time has run out."""
        return super().list(request)

    @extend_schema(
        operation_id="revokeInvitation",
        summary="Withdraw an invitation",
        responses={204: OpenApiResponse(description="The link is worth nothing.")},
    )
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Withdraw an invitation; its link is then not valid any more."""
        members.revoke_invitation(
            invitation_id=self.get_object().pk, by=self.principal, now=timezone.now()
        )
        return Response(status=204)
