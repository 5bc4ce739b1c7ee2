import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest

from conftest import Cast
from preo.accounts import tasks
from preo.accounts.links import LinkError, make_token
from preo.accounts.models import Invitation, Membership, RoleWord, StaffUser
from preo.accounts.service import invitations
from preo.accounts.service.invitations import (
    HasAccountError,
    OtherPersonError,
    accept_as_new_person,
    accept_invitation,
    find_invitation,
    has_account,
    link_of,
    send_invitation,
)
from preo.accounts.service.keys import revoke_api_key
from preo.accounts.service.members import invite_member, revoke_invitation
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.tests.factories import (
    PASSWORD,
    make_invitation,
    make_key,
    make_membership,
    make_staff,
)
from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.errors import InvalidError
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.transports.models import InboxMessage
from preo.transports.tests.server import DROP, smtp_stand_in

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

EMAIL = "new@northlight.example"
WEEK = dt.timedelta(days=7)


def token_of(invitation: Invitation) -> str:
    return link_of(invitation).rpartition("/")[2]


def accept(token: str, now: dt.datetime, **changes: str) -> Membership:
    given = {"full_name": "Ny Person", "password": PASSWORD} | changes
    return accept_as_new_person(token=token, now=now, **given)


def is_refused(token: str, now: dt.datetime, staff: StaffUser | None = None) -> None:
    """By all ways that a link opens."""
    ways: tuple[Callable[[], object], ...] = (
        lambda: find_invitation(token=token, now=now),
        lambda: accept(token, now),
        lambda: accept_invitation(token=token, staff=staff or make_staff(email=EMAIL), now=now),
    )
    for work in ways:
        with pytest.raises(LinkError):
            work()
    assert not Membership.objects.filter(staff__email=EMAIL).exists()


# --- links that are not good ----------------------------------------------------------------


@pytest.mark.safety
def test_a_link_that_we_did_not_make_is_refused(now: dt.datetime) -> None:
    invitation = make_invitation(email=EMAIL, now=now)
    token = token_of(invitation)
    name, ends, signature = token.split(".")
    other = make_invitation(now=now)
    later = f"{int(ends, 16) + 60:x}"
    for index, forged in enumerate(
        [
            "", "x", name, f"{name}.{ends}.", f"{name}.{ends}.{'0' * 64}", f"{token}0",
            f"{name}.{later}.{signature}", f"{other.api_id}.{ends}.{signature}",
            token.upper(), f"{token}\n", f"{name}.{'f' * 13}.{signature}",
            make_token("password reset", row_id=name, bound=EMAIL, ends=invitation.expires_at),
            make_token("invitation", row_id=name, bound="", ends=invitation.expires_at),
        ]
    ):  # fmt: skip
        is_refused(forged, now, make_staff(email=f"{index}@northlight.example"))
    assert find_invitation(token=token, now=now) == invitation


@pytest.mark.safety
def test_a_link_ends_after_7_days(now: dt.datetime) -> None:
    invitation = make_invitation(email=EMAIL, now=now)
    token = token_of(invitation)
    assert find_invitation(token=token, now=now + WEEK - dt.timedelta(seconds=2)) == invitation
    is_refused(token, now + WEEK)


@pytest.mark.safety
def test_a_link_is_good_once(now: dt.datetime) -> None:
    token = token_of(make_invitation(email=EMAIL, now=now))
    staff = accept(token, now).staff
    Membership.objects.all().delete()
    is_refused(token, now, staff)


@pytest.mark.safety
def test_a_withdrawn_or_replaced_invitation_is_refused(now: dt.datetime) -> None:
    organization = make_organization()
    first = make_invitation(organization=organization, email=EMAIL, now=now)
    second = make_invitation(organization=organization, email=EMAIL, now=now)
    is_refused(token_of(first), now)
    revoke_invitation(invitation_id=second.pk, by=None, now=now)
    is_refused(token_of(second), now, StaffUser.objects.get(email=EMAIL))


def invite_by(by: Principal, organization: Organization, now: dt.datetime) -> str:
    return token_of(
        invite_member(
            organization_id=organization.pk, email=EMAIL, role=RoleWord.ADMIN, by=by, now=now
        )
    )


@pytest.mark.safety
@pytest.mark.parametrize("how", ["removed", "demoted", "deactivated"])
def test_who_cannot_invite_any_more_has_invited_nobody(how: str, now: dt.datetime) -> None:
    inviter = make_membership()
    organization = inviter.organization
    by = Principal("staff", inviter.staff_id, (Grant(organization.pk, None, Role.ADMIN),))
    token = invite_by(by, organization, now)
    find_invitation(token=token, now=now)
    if how == "removed":
        inviter.delete()
    elif how == "demoted":
        Membership.objects.update(role=RoleWord.MANAGER)
    else:
        StaffUser.objects.update(is_active=False)
    is_refused(token, now)


@pytest.mark.safety
def test_a_revoked_keys_invitations_are_refused(now: dt.datetime) -> None:
    key, _ = make_key()
    by = Principal("api_key", key.pk, (Grant(key.organization_id, None, Role.ADMIN),))
    token = invite_by(by, key.organization, now)
    find_invitation(token=token, now=now)
    revoke_api_key(key=key, by=None, now=now)
    is_refused(token, now)


@pytest.mark.safety
def test_only_the_invited_person_can_accept(now: dt.datetime) -> None:
    token = token_of(make_invitation(email=EMAIL, now=now))
    with pytest.raises(OtherPersonError):
        accept_invitation(token=token, staff=make_staff(), now=now)
    assert not Membership.objects.exists()


@pytest.mark.safety
def test_a_link_gives_nobody_the_account_that_is_there(now: dt.datetime) -> None:
    staff = make_staff(email=EMAIL, password=PASSWORD)
    invitation = make_invitation(email=EMAIL, now=now)
    assert has_account(invitation)
    with pytest.raises(HasAccountError):
        accept(token_of(invitation), now, password="quite another horse")
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"full_name": " "}, "/full_name"), ({"full_name": "x" * 201}, "/full_name"),
     ({"password": "short"}, "/password")],
)  # fmt: skip
def test_after_a_mistake_the_link_is_still_good(
    changes: dict[str, str], place: str, now: dt.datetime
) -> None:
    token = token_of(make_invitation(email=EMAIL, now=now))
    with pytest.raises(InvalidError) as refusal:
        accept(token, now, **changes)
    assert {error.pointer for error in refusal.value.errors} == {place}
    assert not StaffUser.objects.exists()
    accept(token, now)


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_is_taken(now: dt.datetime) -> None:
    invitation = make_invitation(email=EMAIL, now=now)
    token = token_of(invitation)
    answers = run_together(5, lambda: accept(token, now), held=hold_row(invitation))
    assert [type(answer) for answer in answers].count(Membership) == 1
    assert [type(answer) for answer in answers].count(LinkError) == 4


# --- what works -----------------------------------------------------------------------------


def test_a_new_person_gets_an_account_and_the_role(cast: Cast, now: dt.datetime) -> None:
    invitation = make_invitation(edition=cast.edition, email=EMAIL, role=RoleWord.MANAGER, now=now)
    assert not has_account(invitation)
    membership = accept(token_of(invitation), now, full_name="  Ny \n Person ")
    assert (membership.edition, membership.role) == (cast.edition, "manager")
    staff = sign_in_with_password(email=EMAIL, password=PASSWORD, address="", now=now)
    assert (staff, staff.full_name) == (membership.staff, "Ny Person")
    activity = Activity.objects.latest("created", "id")
    assert (activity.type, activity.object_id) == ("member.joined", membership.pk)
    assert (activity.actor_kind, activity.actor_id) == ("staff", staff.pk)


def test_a_person_who_is_signed_in_gets_the_role(now: dt.datetime) -> None:
    staff = make_staff(email=EMAIL)
    invitation = make_invitation(email=EMAIL, now=now)
    membership = accept_invitation(token=token_of(invitation), staff=staff, now=now)
    assert (membership.staff, membership.role) == (staff, "staff")


def test_who_is_a_member_meanwhile_stays_what_they_are(now: dt.datetime) -> None:
    staff = make_staff(email=EMAIL)
    invitation = make_invitation(email=EMAIL, role=RoleWord.GUEST, now=now)
    there = make_membership(staff=staff, organization=invitation.organization)
    assert accept_invitation(token=token_of(invitation), staff=staff, now=now) == there
    assert Membership.objects.get().role == "admin"


# --- the mail -------------------------------------------------------------------------------


def test_the_mail_holds_the_link_and_is_sent_once(
    cast: Cast, now: dt.datetime, settings: Any
) -> None:
    settings.BASE_URL = "https://preo.northlight.example"
    Organization.objects.update(name="North\n\nlight & Co")
    invitation = make_invitation(edition=cast.edition, email=EMAIL, now=now)
    for _ in range(2):
        assert send_invitation(invitation_id=invitation.pk, now=now) is False
    mail = InboxMessage.objects.get()
    assert (mail.to, mail.subject) == (EMAIL, "You are invited to North light & Co")
    link = re.search(r"https://\S+", mail.text)
    assert link
    assert link[0].startswith("https://preo.northlight.example/invitations/inv_")
    token = link[0].rpartition("/")[2]
    assert find_invitation(token=token, now=now) == invitation
    assert cast.edition.full_name in mail.text
    invitation.refresh_from_db()
    assert invitation.delivery == "sent"
    columns = str(Invitation.objects.values().get())
    assert token.rpartition(".")[2] not in columns


@pytest.mark.parametrize(
    ("answer", "again", "delivery"),
    [("451 later", True, "waiting"), ("550 no", False, "refused"), (DROP, False, "unclear")],
)
def test_only_what_was_surely_refused_for_now_is_tried_again(
    answer: str, again: bool, delivery: str, now: dt.datetime, settings: Any
) -> None:
    invitation = make_invitation(now=now)
    with smtp_stand_in(body=answer) as stand_in:
        settings.EMAIL_SERVER = stand_in.server
        assert send_invitation(invitation_id=invitation.pk, now=now) is again
    invitation.refresh_from_db()
    assert invitation.delivery == delivery


@pytest.mark.safety
def test_a_mail_whose_sending_was_cut_off_is_not_sent_again(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(**_: Any) -> None:
        # A worker that was killed while the server took the mail.
        raise SystemExit

    invitation = make_invitation(now=now)
    with monkeypatch.context() as patch:
        patch.setattr(invitations, "send_email", cut_off)
        with pytest.raises(SystemExit):
            send_invitation(invitation_id=invitation.pk, now=now)
    send_invitation(invitation_id=invitation.pk, now=now)
    assert not InboxMessage.objects.exists()
    invitation.refresh_from_db()
    assert invitation.delivery == "sending"


def test_an_invitation_that_has_ended_is_not_mailed(now: dt.datetime) -> None:
    invitation = make_invitation(now=now)
    send_invitation(invitation_id=invitation.pk, now=now + WEEK)
    revoke_invitation(invitation_id=invitation.pk, by=None, now=now)
    send_invitation(invitation_id=invitation.pk, now=now)
    assert not InboxMessage.objects.exists()


def test_the_job_asks_to_be_run_again_while_the_server_refuses_for_now(
    now: dt.datetime, settings: Any
) -> None:
    invitation = make_invitation(now=now)
    with smtp_stand_in(RCPT="451 later") as stand_in:
        settings.EMAIL_SERVER = stand_in.server
        with pytest.raises(tasks.LaterError):
            tasks.send_invitation(invitation_id=str(invitation.pk))
    settings.EMAIL_SERVER = None
    tasks.send_invitation(invitation_id=str(invitation.pk))
    assert InboxMessage.objects.count() == 1
