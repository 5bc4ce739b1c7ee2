"""People who sign in, their passwords and their roles."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from preo.accounts.models import Membership, RoleWord, StaffUser
from preo.accounts.service.rights import check_grant
from preo.accounts.service.sessions import end_sessions
from preo.activity.service import record
from preo.core.access import Principal
from preo.core.addresses import is_email, normalise_email
from preo.core.errors import ConflictError, FieldError, InvalidError
from preo.core.languages import Language


def create_staff(
    *,
    email: str,
    full_name: str,
    password: str | None,
    language: Language = Language.EN,
    phone_number: str | None = None,
    is_superuser: bool = False,
    now: dt.datetime,
) -> StaffUser:
    """A new person, who may do nothing yet. Without a password they cannot sign in with one.

    Raises InvalidError for a wrong address or a weak password, ConflictError for an address that
    someone has.
    """
    email = normalise_email(email)
    if not is_email(email):
        raise InvalidError(errors=[FieldError("/email", "invalid", "This is no e-mail address.")])
    staff = StaffUser(
        email=email,
        full_name=full_name,
        phone_number=phone_number,
        language=language,
        is_superuser=is_superuser,
        created=now,
    )
    if password is not None:
        _check_password(staff, password)
    staff.password = make_password(password)
    try:
        with transaction.atomic():
            staff.save(force_insert=True)
    except IntegrityError as error:
        if not StaffUser.objects.filter(email=email).exists():
            raise
        raise ConflictError("Someone has this e-mail address already.") from error
    return staff


@transaction.atomic
def set_password(*, staff: StaffUser, password: str, now: dt.datetime) -> None:
    """Give a person another password, which ends all their sessions. Raises InvalidError."""
    _check_password(staff, password)
    staff.password = make_password(password)
    StaffUser.objects.filter(pk=staff.pk).update(password=staff.password)
    end_sessions(staff_id=staff.pk, now=now)


@transaction.atomic
def deactivate_staff(*, staff: StaffUser, now: dt.datetime) -> None:
    """Shut a person out, from the next request on. Their memberships stay for their return."""
    staff.is_active = False
    StaffUser.objects.filter(pk=staff.pk).update(is_active=False)
    end_sessions(staff_id=staff.pk, now=now)


@transaction.atomic
def make_operator(*, staff: StaffUser) -> None:
    """Open the platform's back office to a person. It gives no right in any organization."""
    staff.is_superuser = True
    StaffUser.objects.filter(pk=staff.pk).update(is_superuser=True)


@transaction.atomic
def grant_role(
    *,
    staff: StaffUser,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID | None = None,
    role: RoleWord,
    by: Principal | None,
    actor: Principal | None = None,
) -> Membership:
    """Give a person a role in an organization or in one edition of it, in place of any before.

    `actor` is the one who is recorded, where that is not `by`. `by` is None for the system itself, whom nothing keeps from taking the last admin's role away.
    Raises InvalidError and RoleError (see `check_grant`).
    """
    check_grant(organization_id=organization_id, edition_id=edition_id, role=role.role, by=by)
    place: dict[str, Any] = {"organization_id": organization_id, "edition_id": edition_id}
    membership, is_new = Membership.objects.update_or_create(
        staff=staff, **place, defaults={"role": role}
    )
    record(
        type="member.joined" if is_new else "member.changed",
        organization_id=organization_id,
        edition_id=edition_id,
        object_id=membership.pk,
        by=actor or by,
        changed=() if is_new else ["role"],
        details={"role": role.value},
    )
    return membership


def _check_password(staff: StaffUser, password: str) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise InvalidError(
            errors=[
                FieldError("/password", item.code or "invalid", " ".join(item.messages))
                for item in error.error_list
            ]
        ) from error
