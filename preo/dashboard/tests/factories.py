"""People who look at pages, for the tests of the dashboard."""

from django.test import Client

from preo.accounts.models import RoleWord, StaffUser
from preo.accounts.tests.factories import make_membership, make_staff
from preo.editions.models import Edition
from preo.organizations.models import Organization


def make_member(
    *,
    organization: Organization | None = None,
    edition: Edition | None = None,
    role: RoleWord = RoleWord.STAFF,
    full_name: str = "Ada Vinter",
) -> StaffUser:
    """A person with one membership, of the organization or of the edition alone."""
    staff = make_staff(full_name=full_name)
    make_membership(staff=staff, organization=organization, edition=edition, role=role)
    return staff


def client_of(staff: StaffUser) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(staff)
    return client
