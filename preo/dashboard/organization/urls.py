"""The addresses of an organization's own affairs, with the least role of each."""

from django.urls import path

from preo.accounts.api.api_keys import ApiKeyViewSet
from preo.accounts.api.members import InvitationViewSet, MemberViewSet
from preo.accounts.api.organizations import OrganizationViewSet
from preo.dashboard.access import in_place
from preo.dashboard.organization import (
    api_keys,
    edition_settings,
    editions,
    member_invitations,
    members,
    settings,
)
from preo.editions.api.views import EditionViewSet

MEMBERS = MemberViewSet.minimum
INVITATIONS = InvitationViewSet.minimum
KEYS = ApiKeyViewSet.minimum
EDITIONS = EditionViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/settings",
        in_place(
            settings.edit_organization, OrganizationViewSet.minimum["partial_update"], whole=True
        ),
        name="organization",
    ),
    path(
        "o/<slug:organization>/editions",
        in_place(editions.list_editions, EDITIONS["list"]),
        name="editions",
    ),
    path(
        "o/<slug:organization>/editions/new",
        in_place(editions.make_edition, EDITIONS["create"], whole=True),
        name="new_edition",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/settings",
        in_place(edition_settings.edit_edition, EDITIONS["retrieve"]),
        name="edition_settings",
    ),
    path(
        "o/<slug:organization>/members",
        in_place(members.list_members, MEMBERS["list"]),
        name="members",
    ),
    path(
        "o/<slug:organization>/members/invite",
        in_place(member_invitations.invite_member, MEMBERS["create"]),
        name="invite_member",
    ),
    path(
        "o/<slug:organization>/members/<str:member_id>",
        in_place(members.edit_member, MEMBERS["partial_update"]),
        name="member",
    ),
    path(
        "o/<slug:organization>/members/<str:member_id>/remove",
        in_place(members.remove_member, MEMBERS["destroy"]),
        name="remove_member",
    ),
    path(
        "o/<slug:organization>/invitations/<str:invitation_id>/send",
        in_place(member_invitations.send_again, MEMBERS["create"]),
        name="send_invitation_again",
    ),
    path(
        "o/<slug:organization>/invitations/<str:invitation_id>/withdraw",
        in_place(member_invitations.revoke_invitation, INVITATIONS["destroy"]),
        name="revoke_invitation",
    ),
    path(
        "o/<slug:organization>/api-keys",
        in_place(api_keys.list_api_keys, KEYS["list"]),
        name="api_keys",
    ),
    path(
        "o/<slug:organization>/api-keys/new",
        in_place(api_keys.make_api_key, KEYS["create"]),
        name="new_api_key",
    ),
    path(
        "o/<slug:organization>/api-keys/<str:key_id>/revoke",
        in_place(api_keys.revoke_api_key, KEYS["destroy"]),
        name="revoke_api_key",
    ),
]
