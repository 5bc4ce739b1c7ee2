"""Keys from the command line, and the demo's access that survives a restart."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from preo.accounts.models import ApiKey, StaffUser
from preo.accounts.tests.factories import make_staff
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization
from preo.runtime.demo.access import ADMIN, DemoAccess
from preo.runtime.errors import LauncherError
from preo.runtime.keys import key_works, make_key
from preo.runtime.welcome import FILE_NAME, keep_access, show_access

pytestmark = pytest.mark.django_db

PASSWORD = "long-enough-to-be-taken"


@pytest.fixture
def organization() -> Organization:
    return make_organization(slug="harbour")


def access_to(
    organization: Organization, *, password: str | None = None, api_key: str | None = None
) -> DemoAccess:
    return DemoAccess(
        email=ADMIN,
        organization_id=organization.api_id,
        edition_id="edt_0",
        already_there=True,
        password=password,
        api_key=api_key,
    )


def test_a_key_for_an_unknown_organization_is_refused_naming_those_there_are(
    organization: Organization,
) -> None:
    with pytest.raises(LauncherError, match=r"no organization 'harbor'.*harbour"):
        make_key(organization="harbor", name="x", role="staff")


def test_a_key_with_an_unknown_role_or_scope_is_refused(organization: Organization) -> None:
    with pytest.raises(LauncherError, match="guest"):
        make_key(organization="harbour", name="x", role="owner")
    with pytest.raises(LauncherError, match=r"no scope 'orders:eat'.*orders:read"):
        make_key(organization="harbour", name="x", role="staff", scopes=["orders:eat"])


def test_a_key_is_made_by_slug_or_by_id_and_works(organization: Organization) -> None:
    for named in ("harbour", organization.api_id):
        assert key_works(make_key(organization=named, name="x", role="staff"))
    assert not key_works("preo_live_nothing")


def test_the_demos_access_is_shown_again_as_it_was(home: Path, organization: Organization) -> None:
    make_staff(email=ADMIN, password=PASSWORD)
    key = make_key(organization="harbour", name="Demo", role="staff")
    first = keep_access(access_to(organization, password=PASSWORD, api_key=key), now=timezone.now())
    again = keep_access(access_to(organization), now=timezone.now())
    assert (again.password, again.api_key) == (first.password, first.api_key) == (PASSWORD, key)
    assert (home / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_what_the_file_knows_of_another_database_is_replaced(
    home: Path, organization: Organization
) -> None:
    make_staff(email=ADMIN, password=PASSWORD)
    stale = {"email": ADMIN, "password": "not-this-one", "api_key": "preo_live_not_this_one"}
    (home / FILE_NAME).write_text(json.dumps({organization.api_id: stale}))
    access = keep_access(access_to(organization), now=timezone.now())
    assert key_works(access.api_key or "")
    assert StaffUser.objects.get(email=ADMIN).check_password(access.password or "")
    assert ApiKey.objects.count() == 1


def test_what_is_printed_can_be_pasted(organization: Organization) -> None:
    said: list[str] = []
    access = access_to(organization, password='it\'s "odd" $HOME', api_key="preo_live_x")
    show_access(access, url="http://127.0.0.1:8000", running=True, echo=said.append)
    requests = [line for line in said if line.startswith(("curl ", "TOKEN="))]
    assert len(requests) == 3
    assert any("/v1/auth/token" in line for line in requests)
    assert any("search=" in line for line in requests)
