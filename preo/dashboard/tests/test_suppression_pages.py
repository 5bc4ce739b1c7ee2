"""Suppressed addresses on pages: seen and added by staff, lifted by managers; refusals first."""

import pytest
from django.test import Client

from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership
from preo.customers.models import Channel, Suppression, SuppressionReason
from preo.customers.tests.factories import make_suppression
from preo.dashboard.tests.catalog_forms import fill, form_of, mistakes_at
from preo.dashboard.tests.factories import client_of, make_member
from preo.editions.tests.factories import make_edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def northlight() -> Organization:
    return make_organization()


def url_of(organization: Organization, way: str = "") -> str:
    return f"/o/{organization.slug}/suppressions{way}"


def as_role(organization: Organization, role: RoleWord) -> Client:
    return client_of(make_member(organization=organization, role=role))


@pytest.mark.safety
def test_staff_see_and_add_addresses_and_lift_none(northlight: Organization) -> None:
    row = make_suppression(organization=northlight, address="gone@example.org")
    staff = as_role(northlight, RoleWord.STAFF)

    page = staff.get(url_of(northlight)).content.decode()
    response = staff.post(url_of(northlight, f"/{row.api_id}/lift"))

    assert "gone@example.org" in page
    assert "/lift" not in page
    assert response.status_code == 403
    assert Suppression.objects.count() == 1


@pytest.mark.safety
def test_an_editions_role_reaches_no_address_and_finds_no_way_to_one(
    northlight: Organization,
) -> None:
    edition = make_edition(organization=northlight)
    row = make_suppression(organization=northlight, address="gone@example.org")
    client = client_of(make_member(edition=edition, role=RoleWord.ADMIN))

    for way in ("", "/new"):
        assert client.get(url_of(northlight, way)).status_code == 403
    assert client.post(url_of(northlight, f"/{row.api_id}/lift")).status_code == 403
    assert "/suppressions" not in client.get(f"/o/{northlight.slug}/orders").content.decode()
    staff = as_role(northlight, RoleWord.STAFF)
    assert "/suppressions" in staff.get(f"/o/{northlight.slug}/orders").content.decode()


@pytest.mark.safety
def test_a_rivals_address_is_neither_listed_nor_lifted(northlight: Organization) -> None:
    rival = make_organization()
    row = make_suppression(organization=rival, address="theirs@example.org")
    person = make_member(organization=northlight, role=RoleWord.MANAGER)
    client = client_of(person)

    assert "theirs@" not in client.get(url_of(northlight)).content.decode()
    assert client.post(url_of(northlight, f"/{row.api_id}/lift")).status_code == 404
    make_membership(staff=person, organization=rival, role=RoleWord.MANAGER)
    assert "theirs@" not in client.get(url_of(northlight)).content.decode()
    assert client.post(url_of(northlight, f"/{row.api_id}/lift")).status_code == 404
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    ("channel", "address"), [("email", "nobody"), ("sms", "12"), ("email", " ")]
)
def test_what_is_no_address_is_refused_at_the_field(
    northlight: Organization, channel: str, address: str
) -> None:
    staff = as_role(northlight, RoleWord.STAFF)

    response = fill(staff, url_of(northlight, "/new"), channel=channel, address=address)

    assert response.status_code == 400
    assert mistakes_at(response.content.decode(), "field-address")
    assert form_of(response.content.decode())["address"] == [address]
    assert not Suppression.objects.exists()


def test_an_address_is_added_once_with_the_weightier_reason(northlight: Organization) -> None:
    staff = as_role(northlight, RoleWord.STAFF)

    for reason in ("manual", "complaint", "hard_bounce"):
        response = fill(staff, url_of(northlight, "/new"), address="Ada@Example.org", reason=reason)
        page = staff.get(response["Location"]).content.decode()
        assert "Nothing is sent to ada@example.org any more." in page

    row = Suppression.objects.get()
    assert (row.channel, row.reason) == (Channel.EMAIL, SuppressionReason.COMPLAINT)


def test_a_manager_lifts_an_address_after_a_question(northlight: Organization) -> None:
    row = make_suppression(organization=northlight, address="gone@example.org")
    manager = as_role(northlight, RoleWord.MANAGER)
    question = manager.get(url_of(northlight)).content.decode()
    assert "Write to this address again?" in question

    response = manager.post(url_of(northlight, f"/{row.api_id}/lift"), follow=True)

    assert "gone@example.org can be written to again." in response.content.decode()
    assert not Suppression.objects.exists()
    assert manager.post(url_of(northlight, f"/{row.api_id}/lift")).status_code == 404


def test_addresses_are_searched_and_narrowed_and_an_erased_one_is_not_named(
    northlight: Organization,
) -> None:
    make_suppression(organization=northlight, address="first@example.org")
    phone = make_suppression(
        organization=northlight,
        channel=Channel.SMS,
        address="+4520123456",
        reason=SuppressionReason.MANUAL,
    )
    Suppression.objects.filter(pk=make_suppression(organization=northlight).pk).update(address=None)
    staff = as_role(northlight, RoleWord.STAFF)

    for query, wanted in {
        "": (True, True, True),
        "?search=first": (True, False, False),
        "?channel=sms": (False, True, False),
        "?reason=manual": (False, True, False),
        "?search=no+such": (False, False, False),
    }.items():
        page = staff.get(url_of(northlight, query)).content.decode()
        found = tuple(
            word in page for word in ("first@example.org", str(phone.address), "only a hash of it")
        )
        assert found == wanted, query
