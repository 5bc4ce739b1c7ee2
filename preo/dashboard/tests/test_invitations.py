"""Following the link of an invitation."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from preo.accounts.models import Invitation, Membership, RoleWord, StaffUser
from preo.accounts.service.invitations import link_of
from preo.accounts.service.members import revoke_invitation
from preo.accounts.tests.factories import PASSWORD, make_invitation, make_membership, make_staff
from preo.dashboard.tests.factories import client_of
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.safety]

EMAIL = "new@northlight.example"
FORM = {"full_name": "Ny Person", "password": PASSWORD}
GONE = "This invitation is not open"


def path_of(invitation: Invitation) -> str:
    return urlsplit(link_of(invitation)).path


@pytest.fixture
def invitation() -> Invitation:
    edition = make_edition(organization=make_organization(name="Northlight"), name="Light 2026")
    return make_invitation(edition=edition, email=EMAIL, role=RoleWord.MANAGER)


def is_gone(client: Client, path: str) -> None:
    for response in (client.get(path), client.post(path, FORM)):
        assert response.status_code == 404
        assert GONE in response.content.decode()
        assert EMAIL not in response.content.decode()


def test_a_link_is_good_once(invitation: Invitation) -> None:
    path = path_of(invitation)
    assert Client().post(path, FORM).status_code == 302
    Membership.objects.all().delete()

    is_gone(Client(), path)
    is_gone(client_of(StaffUser.objects.get(email=EMAIL)), path)

    assert not Membership.objects.exists()


def test_a_link_that_has_run_out_is_told() -> None:
    long_ago = timezone.now() - dt.timedelta(days=7)
    expired = make_invitation(email=EMAIL, now=long_ago)

    is_gone(Client(), path_of(expired))

    assert not StaffUser.objects.exists()


def test_a_withdrawn_a_forged_and_a_cut_link_are_told_alike(invitation: Invitation) -> None:
    path = path_of(invitation)
    for wrong in (f"{path[:-1]}{'0' if path[-1] != '0' else '1'}", path[:-1], "/invitations/x"):
        is_gone(Client(), wrong)
    revoke_invitation(invitation_id=invitation.pk, by=None, now=timezone.now())

    is_gone(Client(), path)

    assert not StaffUser.objects.exists()


def test_looking_changes_nothing(invitation: Invitation) -> None:
    client = Client()
    for _ in range(2):
        assert client.get(path_of(invitation)).status_code == 200
        assert client.head(path_of(invitation)).status_code == 200

    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not StaffUser.objects.exists()
    assert "sessionid" not in client.cookies
    assert "preo_session" not in client.cookies


def test_another_persons_session_does_not_get_the_role(invitation: Invitation) -> None:
    other = make_staff(email="other@rival.example", full_name="Otto Rival")
    client = client_of(other)

    looked = client.get(path_of(invitation)).content.decode()
    response = client.post(path_of(invitation), FORM)

    assert "You are signed in as Otto Rival" in looked
    assert "Accept" not in looked
    assert response.status_code == 409
    assert "This invitation is for another e-mail address." in response.content.decode()
    assert not Membership.objects.exists()
    assert not StaffUser.objects.filter(email=EMAIL).exists()


def test_another_person_signs_out_and_comes_back_to_the_link(invitation: Invitation) -> None:
    client = client_of(make_staff())

    response = client.post(path_of(invitation), {"sign_out": "1"})

    assert response["Location"] == path_of(invitation)
    assert "_auth_user_id" not in client.session
    assert "Choose a password" in client.get(path_of(invitation)).content.decode()
    assert not Membership.objects.exists()


def test_a_link_alone_opens_nobodys_account(invitation: Invitation) -> None:
    staff = make_staff(email=EMAIL, password=PASSWORD)
    client = Client()

    looked = client.get(path_of(invitation)).content.decode()
    response = client.post(path_of(invitation), FORM | {"password": "quite another horse"})

    assert "Sign in to accept" in looked
    assert 'type="password"' not in looked
    assert response.status_code == 409
    assert "_auth_user_id" not in client.session
    assert not Membership.objects.exists()
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_a_form_from_elsewhere_accepts_nothing(invitation: Invitation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff(email=EMAIL))

    assert client.post(path_of(invitation)).status_code == 403
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"password": "short"}, "password", "This password is too short."),
        ({"password": "new@northlight.example"}, "password", "too similar to the email"),
        ({"password": "x" * 1025}, "password", "Take 1024 characters at most."),
        ({"full_name": " \0 "}, "full_name", "Give a name of 1 to 200 characters."),
    ],
)
def test_a_mistake_is_told_at_its_field_and_the_link_is_still_good(
    invitation: Invitation, changes: dict[str, str], field: str, words: str
) -> None:
    response = Client().post(path_of(invitation), FORM | changes)
    page = response.content.decode()

    assert response.status_code == 400
    assert words in page.split(f'id="{field}-mistakes"')[1].split("</label>")[0]
    assert 'role="alert"' not in page
    assert PASSWORD not in page
    assert not StaffUser.objects.exists()
    assert Client().post(path_of(invitation), FORM).status_code == 302


def test_a_session_that_was_planted_before_is_worth_nothing_after(invitation: Invitation) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()

    client.post(path_of(invitation), FORM)

    assert client.session.session_key != session.session_key
    assert client.session["_auth_user_id"] == str(StaffUser.objects.get(email=EMAIL).pk)


def test_no_copy_of_the_page_is_kept(invitation: Invitation) -> None:
    assert "no-store" in Client().get(path_of(invitation))["Cache-Control"]


# --- what works -----------------------------------------------------------------------------


def test_the_page_says_who_invites_to_what_as_which_role() -> None:
    inviter = make_membership(staff=make_staff(full_name="Ida Admin"))
    edition = make_edition(organization=inviter.organization)
    invitation = make_invitation(edition=edition, email=EMAIL, role=RoleWord.MANAGER)
    Invitation.objects.update(by_staff=inviter.staff)

    page = Client().get(path_of(invitation)).content.decode()

    assert "<strong>Ida Admin</strong> invites you" in page
    assert inviter.organization.name in page
    assert edition.full_name in page
    assert "<dd>Manager</dd>" in page
    assert f"<dd>{EMAIL}</dd>" in page


def test_a_new_person_is_signed_in_and_led_to_the_place(invitation: Invitation) -> None:
    client = Client()

    response = client.post(path_of(invitation), FORM, follow=True)

    membership = Membership.objects.get()
    assert (membership.staff.full_name, membership.role) == ("Ny Person", "manager")
    assert response.status_code == 200
    place = f"/o/{invitation.organization.slug}/e/{membership.edition.slug}"  # type: ignore[union-attr]
    assert response.redirect_chain == [(f"{place}/orders", 302)]


def test_a_guest_is_led_to_where_a_guest_can_go() -> None:
    invitation = make_invitation(email=EMAIL, role=RoleWord.GUEST)

    response = Client().post(path_of(invitation), FORM, follow=True)

    assert response.status_code == 200
    place = f"/o/{invitation.organization.slug}"
    assert response.redirect_chain == [(f"{place}/editions", 302)]


def test_an_existing_person_signs_in_and_accepts_by_one_button(invitation: Invitation) -> None:
    make_staff(email=EMAIL, password=PASSWORD)
    client = Client()
    page = client.get(path_of(invitation)).content.decode()
    assert f'href="/sign-in?next={path_of(invitation)}"' in page

    signed_in = client.post(
        "/sign-in", {"email": EMAIL, "password": PASSWORD, "next": path_of(invitation)}
    )
    assert signed_in["Location"] == path_of(invitation)
    assert "Accept the invitation" in client.get(path_of(invitation)).content.decode()
    assert not Membership.objects.exists()

    assert client.post(path_of(invitation)).status_code == 302
    assert Membership.objects.get().staff.email == EMAIL
