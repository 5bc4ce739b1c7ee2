"""Who signs in at the demo, by which password, and the API key to try."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from preo.accounts.models import Membership, RoleWord, StaffUser
from preo.accounts.service.keys import create_api_key
from preo.accounts.service.staff import create_staff, grant_role, set_password
from preo.editions.models import Edition
from preo.organizations.models import Organization

ADMIN = "ada@northlight.example"
RIVAL_ADMIN = "rex@rival.example"
KEY_NAME = "Demo"
KEY_SCOPES = ("editions:read", "catalog:read", "orders:read")
# No letters that are taken for another one: the password is read off a screen and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class DemoAccess:
    """How to get in. Password and key are known only when they are made."""

    email: str
    password: str | None
    api_key: str | None
    organization_id: str
    edition_id: str
    already_there: bool


@dataclass(frozen=True)
class Member:
    """One of the demo's people; with `in_edition` the role reaches the running edition only."""

    email: str
    full_name: str
    role: RoleWord
    in_edition: bool = False


CREW = (
    Member(ADMIN, "Ada Lindqvist", RoleWord.ADMIN),
    Member("mikkel@northlight.example", "Mikkel Brøndum", RoleWord.MANAGER),
    Member("sanne@northlight.example", "Sanne van der Meer", RoleWord.STAFF),
    Member("gustaw@northlight.example", "Gustaw Król", RoleWord.GUEST),
    Member("elin@northlight.example", "Elin Sjögren", RoleWord.STAFF, in_edition=True),
)
RIVAL_CREW = (Member(RIVAL_ADMIN, "Rex Holloway", RoleWord.ADMIN),)


def make_password() -> str:
    """Three groups of four letters and digits: 59 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def write_crew(
    crew: tuple[Member, ...],
    *,
    organization_id: uuid.UUID,
    edition_id: uuid.UUID,
    password: str,
    now: datetime,
) -> list[StaffUser]:
    """The people with their memberships; all have the same password, to try each role."""
    people = []
    for member in crew:
        staff = _write_person(member, password, now)
        grant_role(
            staff=staff,
            organization_id=organization_id,
            edition_id=edition_id if member.in_edition else None,
            role=member.role,
            by=None,
        )
        people.append(staff)
    return people


def _write_person(member: Member, password: str, now: datetime) -> StaffUser:
    known = StaffUser.objects.filter(email=member.email).first()
    if known is None:
        return create_staff(
            email=member.email,
            full_name=member.full_name,
            password=password,
            # The demo's admin is the demo's operator too, to see the back office and the inbox.
            is_superuser=member.email == ADMIN,
            now=now,
        )
    # The admin may be here from a file that was loaded before.
    set_password(staff=known, password=password, now=now)
    return known


def let_admin_in(*, organization_id: uuid.UUID, now: datetime) -> DemoAccess:
    """Make the demo's admin one of this organization too; the first time with a key for it."""
    organization = Organization.objects.get(pk=organization_id)
    admin = StaffUser.objects.filter(email=ADMIN).first()
    password = None if admin else make_password()
    if admin is None:
        admin = _write_person(CREW[0], str(password), now)
    if Membership.objects.filter(staff=admin, organization=organization, edition=None).exists():
        return access_to(organization, now=now, already_there=True)
    grant_role(staff=admin, organization_id=organization_id, role=RoleWord.ADMIN, by=None)
    key = make_key(organization_id=organization_id, now=now)
    return access_to(organization, now=now, password=password, api_key=key, already_there=False)


def make_key(*, organization_id: uuid.UUID, now: datetime) -> str:
    """A new key that reads editions, the catalogue and orders."""
    _, text = create_api_key(
        organization_id=organization_id,
        name=KEY_NAME,
        role=RoleWord.STAFF,
        scopes=KEY_SCOPES,
        by=None,
        now=now,
    )
    return text


def give_new_password(*, now: datetime) -> str:
    """Another password for all of the demo's people that are there, which ends their sessions."""
    password = make_password()
    emails = [member.email for member in CREW + RIVAL_CREW]
    for staff in StaffUser.objects.filter(email__in=emails):
        set_password(staff=staff, password=password, now=now)
    return password


def access_to(
    organization: Organization,
    *,
    now: datetime,
    password: str | None = None,
    api_key: str | None = None,
    already_there: bool,
) -> DemoAccess:
    """What is handed out for an organization, with the edition that began last."""
    editions = Edition.objects.filter(organization=organization)
    begun = editions.filter(start_date__lte=now).order_by("-start_date")
    edition = begun.first() or editions.earliest("created", "id")
    return DemoAccess(
        email=ADMIN,
        password=password,
        api_key=api_key,
        organization_id=organization.api_id,
        edition_id=edition.api_id,
        already_there=already_there,
    )
