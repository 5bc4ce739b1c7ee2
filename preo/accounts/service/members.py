"""Who belongs to an organization: invited, given another role, removed."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction

from preo.accounts.models import Invitation, Membership, RoleWord
from preo.accounts.service.rights import check_grant
from preo.activity.service import record
from preo.core import jobs
from preo.core.access import Principal
from preo.core.addresses import is_email, normalise_email
from preo.core.errors import ConflictError, FieldError, InvalidError, NotFoundError, TooManyError
from preo.organizations.models import Organization

LIFE = dt.timedelta(days=7)
DAY = dt.timedelta(days=1)


class LastAdminError(ConflictError):
    """An organization always has an admin. Make somebody else one first."""

    code = "last_admin"
    title = "An organization cannot lose its last admin."


class AlreadyMemberError(ConflictError):
    """The person belongs to the organization or edition already. Change the role there instead."""

    code = "already_member"
    title = "This person is a member there already."


@transaction.atomic
def invite_member(
    *,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID | None = None,
    email: str,
    role: RoleWord,
    by: Principal | None,
    now: dt.datetime,
) -> Invitation:
    """Invite an e-mail address to a role, in place of an open invitation to the same place.

    The mail with the link is sent by a job. `by` is None for the system itself. Raises
    InvalidError and RoleError (see `check_grant`), AlreadyMemberError, and TooManyError past
    `INVITATIONS_PER_DAY` of the organization.
    """
    check_grant(organization_id=organization_id, edition_id=edition_id, role=role.role, by=by)
    email = normalise_email(email)
    if not is_email(email):
        raise InvalidError(errors=[FieldError("/email", "invalid", "This is no e-mail address.")])
    _lock(organization_id)
    there = Membership.objects.filter(
        organization=organization_id, edition=edition_id, staff__email=email
    ).first()
    if there is not None:
        raise AlreadyMemberError(extra={"id": there.api_id, "role": there.role})
    made = Invitation.objects.filter(organization=organization_id)
    if made.filter(created__gt=now - DAY).count() >= settings.INVITATIONS_PER_DAY:
        raise TooManyError(retry_after=int(DAY.total_seconds()))
    made.filter(edition=edition_id, email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    invitation = Invitation.objects.create(
        organization_id=organization_id,
        edition_id=edition_id,
        email=email,
        role=role,
        by_staff_id=by.id if by is not None and by.kind == "staff" else None,
        by_key_id=by.id if by is not None and by.kind == "api_key" else None,
        expires_at=now + LIFE,
        created=now,
        modified=now,
    )
    _record("member.invited", invitation, by, details={"role": role.value})
    jobs.defer("accounts.send_invitation", invitation_id=str(invitation.pk))
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation_id: uuid.UUID, by: Principal | None, now: dt.datetime) -> None:
    """Withdraw an invitation, whose link is then worth nothing; one that has ended stays so."""
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    if open_ones.filter(pk=invitation_id).update(revoked_at=now):
        _record("member.uninvited", Invitation.objects.get(pk=invitation_id), by)


@transaction.atomic
def change_role(
    *, membership_id: uuid.UUID, role: RoleWord, by: Principal | None, now: dt.datetime
) -> Membership:
    """Give a member another role in the same place.

    Raises NotFoundError, InvalidError and RoleError (see `check_grant`), and LastAdminError.
    """
    membership = _locked(membership_id)
    check_grant(
        organization_id=membership.organization_id,
        edition_id=membership.edition_id,
        role=role.role,
        by=by,
    )
    if membership.role == role:
        return membership
    _refuse_the_last_admin(membership)
    membership.role = role
    membership.modified = now
    membership.save(update_fields=["role", "modified"])
    details = {"role": role.value}
    _record("member.changed", membership, by, changed=["role"], details=details)
    return membership


@transaction.atomic
def remove_member(*, membership_id: uuid.UUID, by: Principal | None) -> None:
    """Take a member's role away; it counts from their next request on.

    Their open invitations end with their right to invite. Raises NotFoundError, RoleError and
    LastAdminError.
    """
    membership = _locked(membership_id)
    check_grant(
        organization_id=membership.organization_id,
        edition_id=membership.edition_id,
        role=RoleWord(membership.role).role,
        by=by,
    )
    _refuse_the_last_admin(membership)
    _record("member.removed", membership, by, details={"role": membership.role})
    membership.delete()


def _locked(membership_id: uuid.UUID) -> Membership:
    """The membership as it is once nobody else changes the members of its organization."""
    row = Membership.objects.filter(pk=membership_id)
    found = row.first()
    if found is None:
        raise NotFoundError
    _lock(found.organization_id)
    membership = row.first()
    if membership is None:
        raise NotFoundError
    return membership


def _lock(organization_id: uuid.UUID) -> None:
    # The organization's row is the lock under which its admins are counted.
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def _refuse_the_last_admin(membership: Membership) -> None:
    if membership.edition_id is not None or membership.role != RoleWord.ADMIN:
        return
    others = Membership.objects.filter(
        organization=membership.organization_id,
        edition=None,
        role=RoleWord.ADMIN,
        staff__is_active=True,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastAdminError


def _record(
    happened: str,
    row: Membership | Invitation,
    by: Principal | None,
    *,
    changed: list[str] | None = None,
    details: dict[str, str] | None = None,
) -> None:
    record(
        type=happened,
        organization_id=row.organization_id,
        edition_id=row.edition_id,
        object_id=row.pk,
        by=by,
        changed=changed or (),
        details=details,
    )
