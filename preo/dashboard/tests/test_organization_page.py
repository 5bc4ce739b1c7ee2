"""The settings of an organization on their page."""

import pytest

from preo.accounts.models import RoleWord
from preo.activity.models import Activity
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.forms import read_form
from preo.editions.tests.factories import make_edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def organization() -> Organization:
    return make_organization(name="Northlight", slug="northlight")


@pytest.mark.parametrize("role", [RoleWord.MANAGER, RoleWord.STAFF, RoleWord.GUEST])
def test_below_admin_nobody_saves(organization: Organization, role: RoleWord) -> None:
    client = client_of(make_member(organization=organization, role=role))

    assert client.post("/o/northlight/settings", {"name": "Mine"}).status_code == 403

    organization.refresh_from_db()
    assert organization.name == "Northlight"


def test_the_admin_of_one_edition_has_no_way_to_the_whole(organization: Organization) -> None:
    edition = make_edition(organization=organization, slug="2026")
    client = client_of(make_member(edition=edition, role=RoleWord.ADMIN))

    assert client.get("/o/northlight/settings").status_code == 403
    assert client.post("/o/northlight/settings", {"name": "Mine"}).status_code == 403
    page = client.get("/o/northlight/e/2026/settings").content.decode()
    assert 'href="/o/northlight/settings"' not in page
    assert 'href="/o/northlight/members"' in page


def test_mistakes_stand_at_their_fields(organization: Organization) -> None:
    client = client_of(make_member(organization=organization, role=RoleWord.ADMIN))

    response = client.post(
        "/o/northlight/settings", {"name": " ", "currency": "xxx", "default_language": ""}
    )

    assert response.status_code == 400
    assert read_form(response).mistakes == {
        "name": "Fill this in.",
        "currency": '"xxx" is not a valid choice.',
        "default_language": "Choose one.",
    }
    assert not Activity.objects.exists()


def test_the_settings_are_saved(organization: Organization) -> None:
    client = client_of(make_member(organization=organization, role=RoleWord.ADMIN))
    form = read_form(client.get("/o/northlight/settings")).sent

    response = client.post(
        "/o/northlight/settings",
        form | {"name": "Northern Light", "currency": "dkk", "default_language": "da"},
        follow=True,
    )

    organization.refresh_from_db()
    assert "The settings are saved." in response.content.decode()
    assert (organization.name, organization.currency) == ("Northern Light", "dkk")
    assert organization.default_language == "da"
