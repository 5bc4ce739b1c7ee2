"""Staff, memberships and API keys for tests: every value may be given, none must be."""

import datetime as dt
import itertools
from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from preo.accounts.models import ApiKey, Invitation, Membership, RoleWord, StaffUser
from preo.accounts.scopes import SCOPES
from preo.accounts.service.keys import create_api_key
from preo.accounts.service.members import invite_member
from preo.core.languages import Language
from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

PASSWORD = "the right horse for northlight"

_numbers = itertools.count(1)


def make_staff(
    *,
    email: str | None = None,
    full_name: str = "Ada Vinter",
    password: str | None = None,
    phone_number: str | None = None,
    language: str = Language.EN,
    is_active: bool = True,
    is_superuser: bool = False,
) -> StaffUser:
    """A person. Without a password there is none, which saves the time of hashing it."""
    return StaffUser.objects.create(
        email=email or f"staff-{next(_numbers)}@northlight.example",
        full_name=full_name,
        password=make_password(password),
        phone_number=phone_number,
        language=language,
        is_active=is_active,
        is_superuser=is_superuser,
    )


def make_membership(
    *,
    staff: StaffUser | None = None,
    organization: Organization | None = None,
    edition: Edition | None = None,
    role: RoleWord = RoleWord.ADMIN,
) -> Membership:
    """A role in the organization, or with `edition` in that edition alone."""
    if organization is None:
        organization = edition.organization if edition else make_organization()
    return Membership.objects.create(
        staff=staff or make_staff(), organization=organization, edition=edition, role=role
    )


def make_key(
    *,
    organization: Organization | None = None,
    edition: Edition | None = None,
    name: str = "Box office",
    role: RoleWord = RoleWord.ADMIN,
    scopes: Collection[str] = SCOPES,
    expires_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """A key and its text, for the organization or with `edition` for that edition alone."""
    if organization is None:
        organization = edition.organization if edition else make_organization()
    return create_api_key(
        organization_id=organization.pk,
        edition_id=edition.pk if edition else None,
        name=name,
        role=role,
        scopes=scopes,
        expires_at=expires_at,
        by=None,
        now=now or timezone.now(),
    )


def make_invitation(
    *,
    organization: Organization | None = None,
    edition: Edition | None = None,
    email: str | None = None,
    role: RoleWord = RoleWord.STAFF,
    now: dt.datetime | None = None,
) -> Invitation:
    """An invitation by the system, to the organization or with `edition` to that edition alone."""
    if organization is None:
        organization = edition.organization if edition else make_organization()
    return invite_member(
        organization_id=organization.pk,
        edition_id=edition.pk if edition else None,
        email=email or f"invited-{next(_numbers)}@northlight.example",
        role=role,
        by=None,
        now=now or timezone.now(),
    )
