import datetime as dt
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import ApiClient, Cast, sign_in
from preo.accounts import queries
from preo.accounts.models import Invitation, Membership, RoleWord, StaffUser
from preo.accounts.service.members import (
    LastAdminError,
    change_role,
    invite_member,
    remove_member,
)
from preo.accounts.tests.factories import make_invitation, make_key, make_membership, make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity
from preo.core.access import Principal
from preo.core.errors import InvalidError, RoleError, TooManyError
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db

EMAIL = "new@northlight.example"


def member_of(organization: Organization, role: RoleWord = RoleWord.ADMIN) -> Membership:
    return make_membership(organization=organization, role=role)


def principal(membership: Membership) -> Principal:
    return queries.staff_principal(membership.staff_id)


def codes(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def invite(client: ApiClient, cast: Cast, **changes: Any) -> Any:
    body = {"organization_id": cast.northlight.api_id, "email": EMAIL, "role": "staff"}
    return client.send("POST", "/v1/members", body | changes)


# --- inviting: who may not ------------------------------------------------------------------


@pytest.mark.safety
def test_an_admin_elsewhere_invites_nobody_here(cast: Cast) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.rival)
    make_membership(staff=person, edition=cast.edition)
    client = sign_in(person)
    assert invite(client, cast).status_code == 403
    assert codes(invite(client, cast, edition_id=cast.other_edition.api_id)) == [
        ("/edition_id", "unknown_id")
    ]
    assert codes(invite(client, cast, edition_id=cast.rival_edition.api_id)) == [
        ("/edition_id", "unknown_id")
    ]
    stranger = make_organization()
    assert codes(invite(client, cast, organization_id=stranger.api_id)) == [
        ("/organization_id", "unknown_id")
    ]
    assert not Invitation.objects.exists()
    assert invite(client, cast, edition_id=cast.edition.api_id).status_code == 201


@pytest.mark.safety
@pytest.mark.parametrize("role", [RoleWord.MANAGER, RoleWord.STAFF, RoleWord.GUEST])
def test_nobody_below_admin_gives_any_role(role: RoleWord, cast: Cast, now: dt.datetime) -> None:
    person = make_staff()
    make_membership(staff=person, organization=cast.rival)
    member = make_membership(staff=person, organization=cast.northlight, role=role)
    other = member_of(cast.northlight, RoleWord.GUEST)
    for given in (RoleWord.ADMIN, RoleWord.GUEST):
        with pytest.raises(RoleError):
            invite_member(
                organization_id=cast.northlight.pk,
                email=EMAIL,
                role=given,
                by=principal(member),
                now=now,
            )
    with pytest.raises(RoleError):
        change_role(membership_id=other.pk, role=RoleWord.STAFF, by=principal(member), now=now)
    with pytest.raises(RoleError):
        remove_member(membership_id=other.pk, by=principal(member))
    # Not even by the door of the other organization, where the person is an admin.
    assert sign_in(person).delete(f"/v1/members/{other.api_id}").status_code == 404


def test_mistakes_are_named(admin: ApiClient, cast: Cast) -> None:
    assert codes(admin.send("POST", "/v1/members", {})) == [
        ("/role", "required"),
        ("/organization_id", "required"),
        ("/email", "required"),
    ]
    assert codes(invite(admin, cast, email="new", role="owner")) == [
        ("/role", "invalid_choice"),
        ("/email", "invalid"),
    ]
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_again_but_may_be_to_an_edition(
    admin: ApiClient, cast: Cast
) -> None:
    there = make_membership(
        staff=make_staff(email=EMAIL), organization=cast.northlight, role=RoleWord.GUEST
    )
    answer = invite(admin, cast, email=EMAIL.upper())
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")
    assert (answer.json()["id"], answer.json()["role"]) == (there.api_id, "guest")
    assert invite(admin, cast, edition_id=cast.edition.api_id).status_code == 201


@pytest.mark.safety
def test_an_organization_sends_only_so_many_invitations_a_day(
    cast: Cast, now: dt.datetime, settings: Any
) -> None:
    settings.INVITATIONS_PER_DAY = 2
    for _ in range(2):
        make_invitation(organization=cast.northlight, now=now)
    with pytest.raises(TooManyError):
        make_invitation(organization=cast.northlight, now=now)
    make_invitation(organization=cast.rival, now=now)
    make_invitation(organization=cast.northlight, now=now + dt.timedelta(days=1))


# --- inviting -------------------------------------------------------------------------------


def test_an_invitation_is_kept_mailed_by_a_job_and_recorded(admin: ApiClient, cast: Cast) -> None:
    answer = invite(admin, cast, email="New@Northlight.example")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    invitation = Invitation.objects.get()
    assert (shown["id"], shown["email"], shown["role"]) == (invitation.api_id, EMAIL, "staff")
    assert (shown["edition"], shown["delivery"]) == (None, "waiting")
    assert "token" not in answer.content.decode()
    job = ProcrastinateJob.objects.get()
    assert job.task_name == "accounts.send_invitation"
    assert job.args == {"invitation_id": str(invitation.pk)}
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id) == ("member.invited", invitation.pk)
    assert (activity.details, activity.actor_kind) == ({"role": "staff"}, "staff")
    assert not Membership.objects.filter(staff__email=EMAIL).exists()
    listed = admin.get("/v1/invitations").json()["results"]
    assert [row["id"] for row in listed] == [invitation.api_id]


def test_a_new_invitation_takes_the_place_of_an_open_one(admin: ApiClient, cast: Cast) -> None:
    first = invite(admin, cast).json()["id"]
    second = invite(admin, cast, role="manager").json()["id"]
    assert [row["id"] for row in admin.get("/v1/invitations").json()["results"]] == [second]
    assert admin.delete(f"/v1/invitations/{first}").status_code == 404
    assert admin.delete(f"/v1/invitations/{second}").status_code == 204
    assert admin.get("/v1/invitations").json()["count"] == 0
    assert Activity.objects.latest("created").type == "member.uninvited"


def test_an_api_key_can_invite_within_its_scope(cast: Cast) -> None:
    key, text = make_key(organization=cast.northlight, scopes=["members:write"])
    assert invite(ApiClient(text), cast, role="admin").status_code == 201
    assert Invitation.objects.get().by_key == key


# --- changing and removing ------------------------------------------------------------------


@pytest.mark.safety
def test_the_last_admin_can_be_neither_demoted_nor_removed(admin: ApiClient, cast: Cast) -> None:
    last = Membership.objects.get()
    # None of these is an admin of the organization who could act.
    make_membership(edition=cast.edition)
    make_membership(organization=cast.rival)
    member_of(cast.northlight, RoleWord.MANAGER)
    make_membership(organization=cast.northlight, staff=make_staff(is_active=False))
    address = f"/v1/members/{last.api_id}"
    for answer in (admin.send("PATCH", address, {"role": "manager"}), admin.delete(address)):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert admin.send("PATCH", address, {"role": "admin"}).status_code == 200
    member_of(cast.northlight)
    assert admin.send("PATCH", address, {"role": "manager"}).status_code == 200
    assert admin.get("/v1/members").status_code == 403


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["remove", "demote"])
def test_of_admins_who_remove_each_other_at_once_one_stays(way: str, now: dt.datetime) -> None:
    organization = make_organization()
    admins = [member_of(organization) for _ in range(6)]
    by = {admin.pk: principal(admin) for admin in admins}
    ring = list(zip(admins, [*admins[1:], admins[0]], strict=True))

    def work() -> None:
        mine, other = ring.pop()
        if way == "remove":
            remove_member(membership_id=other.pk, by=by[mine.pk])
        else:
            change_role(membership_id=other.pk, role=RoleWord.STAFF, by=by[mine.pk], now=now)

    answers = run_together(6, work, held=hold_row(organization))
    assert Membership.objects.filter(role=RoleWord.ADMIN).count() == 1
    assert [type(answer) for answer in answers].count(LastAdminError) == 1


def test_a_role_is_changed_at_once_and_recorded(admin: ApiClient, cast: Cast) -> None:
    member = member_of(cast.northlight, RoleWord.GUEST)
    client = sign_in(member.staff)
    assert client.get("/v1/members").status_code == 403
    address = f"/v1/members/{member.api_id}"
    shown = admin.send("PATCH", address, {"role": "admin"})
    assert shown.json()["role"] == "admin"
    assert client.get("/v1/members").json()["count"] == 2
    assert admin.send("PATCH", address, shown.json() | {"role": "staff"}).status_code == 200
    assert codes(admin.send("PATCH", address, {"staff": None})) == [("/staff", "read_only")]
    assert admin.send("PATCH", address, {}).status_code == 200
    found = Activity.objects.order_by("created", "id").values_list("type", "changed", "details")
    assert list(found) == [
        ("member.changed", ["role"], {"role": "admin"}),
        ("member.changed", ["role"], {"role": "staff"}),
    ]


def test_a_removed_member_is_out_from_the_next_request_on(admin: ApiClient, cast: Cast) -> None:
    member = member_of(cast.northlight, RoleWord.MANAGER)
    client = sign_in(member.staff)
    assert client.get(f"/v1/editions/{cast.edition.api_id}").status_code == 200
    assert admin.delete(f"/v1/members/{member.api_id}").status_code == 204
    assert client.get(f"/v1/editions/{cast.edition.api_id}").status_code == 403
    assert admin.delete(f"/v1/members/{member.api_id}").status_code == 404
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id) == ("member.removed", member.pk)
    assert StaffUser.objects.filter(pk=member.staff_id).exists()


def test_members_are_listed_by_name_and_narrowed(admin: ApiClient, cast: Cast) -> None:
    for name, role in (("Zoë", RoleWord.STAFF), ("Abe", RoleWord.GUEST)):
        person = make_staff(full_name=name)
        make_membership(staff=person, edition=cast.edition, role=role)
    body = admin.get("/v1/members").json()
    names = [row["staff"]["full_name"] for row in body["results"]]
    assert names == ["Abe", "Ada Vinter", "Zoë"]
    found = admin.get(f"/v1/members?edition_id={cast.edition.api_id}&role=staff").json()
    assert [row["staff"]["full_name"] for row in found["results"]] == ["Zoë"]
    assert found["results"][0]["edition"]["id"] == cast.edition.api_id


def test_a_wrong_address_is_refused_by_the_service_too(cast: Cast, now: dt.datetime) -> None:
    with pytest.raises(InvalidError):
        make_invitation(organization=cast.northlight, email="a\r\nb@c.example", now=now)
