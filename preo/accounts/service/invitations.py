"""The mailed link of an invitation, and what comes of following it."""

import datetime as dt
import uuid

import structlog
from django.db import transaction
from django.db.models import QuerySet

from preo.accounts import queries
from preo.accounts.links import LinkError, find_row_id, holds, make_address, make_token
from preo.accounts.mails import compose
from preo.accounts.models import Delivery, Invitation, Membership, RoleWord, StaffUser
from preo.accounts.service.staff import create_staff, grant_role
from preo.core.access import Principal, Role
from preo.core.errors import ConflictError, FieldError, InvalidError
from preo.core.languages import Language
from preo.core.models import parse_id
from preo.transports.service import send_email

PURPOSE = "invitation"
PAGE = "invitations"
MAX_NAME = 200

logger = structlog.get_logger("preo.accounts")


class OtherPersonError(ConflictError):
    """The invitation is for another e-mail address. Sign in as its person, or ask for another."""

    code = "other_person"
    title = "This invitation is for another e-mail address."


class HasAccountError(ConflictError):
    """There is an account with the e-mail address of the invitation. Sign in, then accept."""

    code = "has_account"
    title = "There is an account with this e-mail address; sign in first."


def find_invitation(*, token: str, now: dt.datetime) -> Invitation:
    """The open invitation of a link, with organization and edition. Raises LinkError."""
    rows = Invitation.objects.select_related("organization", "edition", "by_staff", "by_key")
    return _open(rows, token, now)


def has_account(invitation: Invitation) -> bool:
    """Whether the invited person signs in to accept; else they give a name and a password."""
    return StaffUser.objects.filter(email=invitation.email).exists()


@transaction.atomic
def accept_invitation(*, token: str, staff: StaffUser, now: dt.datetime) -> Membership:
    """The membership of a person who is signed in and has followed their link.

    Who is a member there already stays what they are. Raises LinkError and OtherPersonError.
    """
    invitation = _locked(token, now)
    if staff.email != invitation.email:
        raise OtherPersonError
    return _join(invitation, staff, now)


@transaction.atomic
def accept_as_new_person(
    *, token: str, full_name: str, password: str, now: dt.datetime
) -> Membership:
    """The membership of a new person, who is the one that reads the mails of the address.

    Raises LinkError, HasAccountError, and InvalidError for a missing name or a weak password,
    after which the link is still good.
    """
    invitation = _locked(token, now)
    if has_account(invitation):
        raise HasAccountError
    name = " ".join(full_name.split())
    if not 1 <= len(name) <= MAX_NAME:
        detail = f"Give a name of 1 to {MAX_NAME} characters."
        raise InvalidError(errors=[FieldError("/full_name", "invalid", detail)])
    staff = create_staff(
        email=invitation.email,
        full_name=name,
        password=password,
        language=Language(invitation.organization.default_language),
        now=now,
    )
    return _join(invitation, staff, now)


def link_of(invitation: Invitation) -> str:
    """The address that is mailed. Whoever has it can accept: it is for its person's eyes alone."""
    token = make_token(
        PURPOSE,
        row_id=invitation.api_id,
        bound=invitation.email,
        ends=invitation.expires_at,
    )
    return make_address(PAGE, token)


def send_invitation(*, invitation_id: uuid.UUID, now: dt.datetime) -> bool:
    """Mail the link; returns whether to try again later, because the server refused for now.

    Nothing is sent where the mail was sent, may have been sent, or the invitation has ended.
    """
    rows = Invitation.objects.filter(pk=invitation_id, accepted_at=None, revoked_at=None)
    waiting = rows.filter(delivery=Delivery.WAITING, expires_at__gt=now)
    # Of two at once one begins; one that was cut off here may have sent it.
    if not waiting.update(delivery=Delivery.SENDING):
        return False
    invitation = rows.select_related("organization", "edition").get()
    organization = invitation.organization
    outcome = send_email(
        message=compose(
            "invitation",
            to=invitation.email,
            language=organization.default_language,
            context={
                "organization": organization.name,
                "edition": invitation.edition.full_name if invitation.edition else "",
                "role": RoleWord(invitation.role).label,
                "link": link_of(invitation),
                "ends": f"{invitation.expires_at:%d %B %Y, %H:%M} UTC",
            },
            key=invitation.api_id,
        ),
        now=now,
    )
    fate = Delivery.WAITING if outcome.temporary else Delivery(outcome.result)
    Invitation.objects.filter(pk=invitation_id).update(delivery=fate)
    if outcome.result != "sent":
        logger.warning(
            "an invitation was not mailed", invitation=invitation.api_id, outcome=outcome.result
        )
    return outcome.temporary


def _locked(token: str, now: dt.datetime) -> Invitation:
    """The open invitation; a second click at the same moment waits here, and finds it accepted."""
    return _open(Invitation.objects.select_for_update(of=("self",)), token, now)


def _open(rows: QuerySet[Invitation], token: str, now: dt.datetime) -> Invitation:
    key = parse_id(Invitation, find_row_id(token))
    invitation = rows.filter(pk=key, accepted_at=None, revoked_at=None).first() if key else None
    if (
        invitation is None
        or not holds(PURPOSE, token, bound=invitation.email, now=now)
        or not _may_invite(invitation, now)
    ):
        raise LinkError
    return invitation


def _may_invite(invitation: Invitation, now: dt.datetime) -> bool:
    """Whether the one who invited still could: who was removed cannot come back by such a link."""
    key, person = invitation.by_key, invitation.by_staff
    if key is not None:
        principal = queries.key_principal(key)
        active = key.is_alive(now)
    elif person is not None:
        principal = queries.staff_principal(person.pk)
        active = person.is_active
    else:
        return True
    role = principal.role_in(invitation.organization_id, invitation.edition_id)
    return active and role >= Role.ADMIN


def _join(invitation: Invitation, staff: StaffUser, now: dt.datetime) -> Membership:
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    there = Membership.objects.filter(
        staff=staff, organization=invitation.organization_id, edition=invitation.edition_id
    ).first()
    if there is not None:
        return there
    return grant_role(
        staff=staff,
        organization_id=invitation.organization_id,
        edition_id=invitation.edition_id,
        role=RoleWord(invitation.role),
        # The right to give the role was the inviter's; the one who acts is the person.
        by=None,
        actor=Principal("staff", staff.pk, ()),
    )
