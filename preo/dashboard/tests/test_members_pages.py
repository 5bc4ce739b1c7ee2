"""Members and invitations on pages: by the rules of the API, and never beyond one's own place."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from preo.accounts.models import Delivery, Invitation, Membership, RoleWord
from preo.accounts.tests.factories import make_invitation, make_membership, make_staff
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.forms import read_form
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

EMAIL = "new@northlight.example"


@pytest.fixture
def edition() -> Edition:
    return make_edition(full_name="Northlight 2026")


@pytest.fixture
def path(edition: Edition) -> str:
    return f"/o/{edition.organization.slug}/members"


@pytest.fixture
def admin(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.ADMIN))


def invite(client: Client, path: str, **changes: Any) -> Any:
    return client.post(
        f"{path}/invite", {"email": EMAIL, "role": "staff", "edition_id": ""} | changes
    )


def member_at(edition: Edition, role: RoleWord = RoleWord.STAFF) -> Membership:
    return make_membership(organization=edition.organization, role=role)


def test_who_is_admin_of_one_edition_sees_and_changes_that_one_alone(
    edition: Edition, path: str
) -> None:
    other = make_edition(organization=edition.organization)
    client = client_of(make_member(edition=edition, role=RoleWord.ADMIN))
    theirs = make_membership(staff=make_staff(full_name="Everywhere"), edition=other)
    whole = make_membership(
        staff=make_staff(full_name="Everybody"), organization=edition.organization
    )
    mine = make_membership(staff=make_staff(full_name="Here"), edition=edition, role=RoleWord.STAFF)
    make_invitation(edition=other, email="there@northlight.example")
    make_invitation(edition=edition, email="here@northlight.example")

    page = client.get(path).content.decode()

    assert "Here" in page
    assert "here@northlight.example" in page
    for hidden in ("Everywhere", "Everybody", "there@northlight.example"):
        assert hidden not in page
    for row in (theirs, whole):
        assert client.get(f"{path}/{row.api_id}").status_code == 404
        assert client.post(f"{path}/{row.api_id}", {"role": "guest"}).status_code == 404
        assert client.post(f"{path}/{row.api_id}/remove").status_code == 404
    assert client.post(f"{path}/{mine.api_id}", {"role": "guest"}).status_code == 302
    mine.refresh_from_db()
    assert mine.role == RoleWord.GUEST


def test_who_is_admin_of_one_edition_invites_to_that_one_alone(edition: Edition, path: str) -> None:
    other = make_edition(organization=edition.organization, full_name="Southlight")
    client = client_of(make_member(edition=edition, role=RoleWord.ADMIN))

    whole = invite(client, path)
    elsewhere = invite(client, path, edition_id=other.api_id)

    assert whole.status_code == 403
    assert "This needs the role admin there." in whole.content.decode()
    assert elsewhere.status_code == 400
    assert read_form(elsewhere).mistakes == {"edition_id": "There is no edition with this id."}
    assert "Southlight" not in client.get(f"{path}/invite").content.decode()
    assert not Invitation.objects.exists()
    assert invite(client, path, edition_id=edition.api_id).status_code == 302
    assert Invitation.objects.get().edition == edition


def test_members_and_invitations_of_another_organization_are_not_found_here(
    admin: Client, path: str
) -> None:
    rival = make_edition()
    member, invitation = member_at(rival), make_invitation(edition=rival)
    base = path.removesuffix("/members")

    for address in (f"{path}/{member.api_id}", f"{path}/{member.api_id}/remove"):
        assert admin.post(address, {"role": "guest"}).status_code == 404
    for verb in ("send", "withdraw"):
        address = f"{base}/invitations/{invitation.api_id}/{verb}"
        assert admin.post(address).status_code == 404
    member.refresh_from_db()
    assert member.role == RoleWord.STAFF
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_a_wrong_address_is_told_at_its_field_and_kept(admin: Client, path: str) -> None:
    response = invite(admin, path, email="nobody at all", role="manager")

    form = read_form(response)
    assert response.status_code == 400
    assert form.mistakes == {"email": "This is no e-mail address."}
    assert form.sent["email"] == ["nobody at all"]
    assert form.sent["role"] == ["manager"]
    assert not Invitation.objects.exists()


def test_no_role_and_a_role_that_there_is_not_are_refused(admin: Client, path: str) -> None:
    for role, words in (("", "Choose one."), ("owner", '"owner" is not a valid choice.')):
        response = invite(admin, path, role=role)
        assert (response.status_code, read_form(response).mistakes) == (400, {"role": words})


def test_who_is_a_member_already_is_not_invited(admin: Client, path: str, edition: Edition) -> None:
    there = member_at(edition)

    response = invite(admin, path, email=there.staff.email)

    assert response.status_code == 409
    assert "This person is a member there already." in response.content.decode()
    assert read_form(response).sent["email"] == [there.staff.email]


def test_past_the_days_number_of_invitations_the_form_says_so(
    admin: Client, path: str, settings: Settings
) -> None:
    settings.INVITATIONS_PER_DAY = 1
    assert invite(admin, path).status_code == 302

    response = invite(admin, path, email="second@northlight.example")

    assert response.status_code == 429
    assert "Retry-After" in response
    assert "Too many tries" in response.content.decode()


def test_the_last_admin_stays(admin: Client, path: str) -> None:
    last = Membership.objects.get(role=RoleWord.ADMIN)

    for response in (
        admin.post(f"{path}/{last.api_id}", {"role": "staff"}),
        admin.post(f"{path}/{last.api_id}/remove"),
    ):
        assert response.status_code == 409
        assert "An organization cannot lose its last admin." in response.content.decode()
    last.refresh_from_db()
    assert last.role == RoleWord.ADMIN


def test_an_invitation_is_mailed_and_stands_on_the_list(
    admin: Client, path: str, edition: Edition
) -> None:
    response = admin.post(
        f"{path}/invite",
        {"email": "NEW@Northlight.example", "role": "manager", "edition_id": edition.api_id},
        follow=True,
    )

    page = response.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == (EMAIL, RoleWord.MANAGER)
    assert f"The invitation to {EMAIL} is on its way." in page
    assert "Open invitations" in page
    assert edition.full_name in page
    assert "is on its way" not in admin.get(path).content.decode()


def test_sending_again_replaces_the_invitation_by_a_new_one(
    admin: Client, path: str, edition: Edition
) -> None:
    before = make_invitation(edition=edition, email=EMAIL, role=RoleWord.MANAGER)
    address = f"{path.removesuffix('/members')}/invitations/{before.api_id}/send"

    page = admin.post(address, follow=True).content.decode()

    after = Invitation.objects.get(revoked_at=None)
    assert after != before
    assert (after.email, after.role, after.edition) == (EMAIL, RoleWord.MANAGER, edition)
    assert f"Another invitation to {EMAIL} is on its way." in page
    assert admin.post(address).status_code == 404


def test_what_keeps_an_invitation_from_being_sent_again_is_told(
    admin: Client, path: str, edition: Edition
) -> None:
    there = member_at(edition)
    invitation = make_invitation(organization=edition.organization)
    Invitation.objects.update(email=there.staff.email)
    address = f"{path.removesuffix('/members')}/invitations/{invitation.api_id}/send"

    page = admin.post(address, follow=True).content.decode()

    assert "This person is a member there already." in page
    assert 'role="alert"' in page


def test_a_withdrawn_invitation_is_gone(admin: Client, path: str, edition: Edition) -> None:
    invitation = make_invitation(edition=edition, email=EMAIL)
    address = f"{path.removesuffix('/members')}/invitations/{invitation.api_id}/withdraw"

    page = admin.post(address, follow=True).content.decode()

    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert f"The invitation to {EMAIL} is withdrawn." in page
    assert "Open invitations" not in page


def test_a_mail_that_was_refused_is_told_beside_its_invitation(
    admin: Client, path: str, edition: Edition
) -> None:
    make_invitation(edition=edition)
    Invitation.objects.update(delivery=Delivery.REFUSED)

    assert "the mail was refused" in admin.get(path).content.decode()


def test_a_member_gets_another_role_and_is_removed(
    admin: Client, path: str, edition: Edition
) -> None:
    member = member_at(edition)
    address = f"{path}/{member.api_id}"

    shown = read_form(admin.get(address))
    changed = admin.post(address, shown.sent | {"role": "manager"}, follow=True)

    assert shown.sent["role"] == ["staff"]
    assert "now has the role Manager" in changed.content.decode()
    member.refresh_from_db()
    assert member.role == RoleWord.MANAGER
    removed = admin.post(f"{address}/remove", follow=True)
    assert "is no member any more" in removed.content.decode()
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_a_role_that_somebody_else_changed_meanwhile_is_not_overwritten_unseen(
    admin: Client, path: str, edition: Edition
) -> None:
    member = member_at(edition)
    address = f"{path}/{member.api_id}"
    shown = read_form(admin.get(address)).sent
    admin.post(address, shown | {"role": "guest"})

    response = admin.post(address, shown | {"role": "admin"})

    assert response.status_code == 409
    assert "Somebody saved this while you were typing." in response.content.decode()
    member.refresh_from_db()
    assert member.role == RoleWord.GUEST
    assert admin.post(address, read_form(response).sent).status_code == 302


def test_who_leaves_is_led_to_where_they_still_may_be(path: str, edition: Edition) -> None:
    member_at(edition, RoleWord.ADMIN)
    leaver = make_member(organization=edition.organization, role=RoleWord.ADMIN)
    mine = leaver.memberships.get()

    response = client_of(leaver).post(f"{path}/{mine.api_id}/remove", follow=True)

    assert response.status_code == 200
    assert "You are not a member of any organization yet" in response.content.decode()
