"""Invitations from the command line."""

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from preo.accounts.models import Invitation
from preo.accounts.service.invitations import find_invitation
from preo.accounts.tests.factories import make_membership, make_staff
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.runtime.errors import LauncherError
from preo.runtime.staff import invite, make_operator

pytestmark = pytest.mark.django_db

EMAIL = "first@harbour.example"


@pytest.fixture
def organization() -> Organization:
    return make_organization(slug="harbour")


def test_what_is_not_there_is_refused_naming_what_is(organization: Organization) -> None:
    with pytest.raises(LauncherError, match=r"no organization 'harbor'.*harbour"):
        invite(email=EMAIL, organization="harbor", role="admin")
    with pytest.raises(LauncherError, match=r"no role 'owner'.*admin"):
        invite(email=EMAIL, organization="harbour", role="owner")
    with pytest.raises(LauncherError, match="no e-mail address"):
        invite(email="first", organization="harbour", role="admin")
    make_membership(staff=make_staff(email=EMAIL), organization=organization)
    with pytest.raises(LauncherError, match="a member there already"):
        invite(email=EMAIL, organization="harbour", role="admin")
    assert not Invitation.objects.exists()


def test_the_link_that_is_printed_is_the_one_that_is_mailed(organization: Organization) -> None:
    link = invite(email=EMAIL, organization="harbour", role="admin")
    invitation = find_invitation(token=link.rpartition("/")[2], now=timezone.now())
    assert (invitation.email, invitation.role) == (EMAIL, "admin")
    assert invitation.organization == organization
    assert ProcrastinateJob.objects.get().args == {"invitation_id": str(invitation.pk)}


def test_nobody_without_an_account_becomes_an_operator() -> None:
    with pytest.raises(LauncherError, match="Nobody has an account"):
        make_operator(email="nobody@northlight.example")


def test_a_person_becomes_an_operator_and_no_member_by_it() -> None:
    person = make_staff(email="bo@northlight.example")
    make_operator(email=" Bo@Northlight.example ")
    person.refresh_from_db()
    assert person.is_superuser
    assert not person.memberships.exists()
