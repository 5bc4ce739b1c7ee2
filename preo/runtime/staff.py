"""Invitations and operators from the command line, made in the name of the system itself."""

from django.utils import timezone

from preo.accounts.models import StaffUser
from preo.accounts.service import staff
from preo.accounts.service.invitations import link_of
from preo.accounts.service.members import invite_member
from preo.core.addresses import normalise_email
from preo.core.errors import DomainError
from preo.runtime.errors import LauncherError
from preo.runtime.keys import find_organization, find_role


def make_operator(*, email: str) -> None:
    """Open the platform's back office to a person who has an account.

    Raises LauncherError where nobody has this e-mail address.
    """
    person = StaffUser.objects.filter(email=normalise_email(email)).first()
    if person is None:
        raise LauncherError(f"Nobody has an account with {email}; `preo staff invite` makes one.")
    staff.make_operator(staff=person)


def invite(*, email: str, organization: str, role: str) -> str:
    """Invite a person, have it mailed, and give the link.

    Raises LauncherError for an unknown organization or role and for what the service refuses.
    """
    word = find_role(role)
    found = find_organization(organization)
    try:
        invitation = invite_member(
            organization_id=found.pk, email=email, role=word, by=None, now=timezone.now()
        )
    except DomainError as error:
        reasons = " ".join(entry.detail for entry in error.errors) or str(error)
        raise LauncherError(reasons) from error
    return link_of(invitation)
