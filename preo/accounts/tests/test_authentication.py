import datetime as dt
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from preo.accounts.authentication import BearerAuthentication
from preo.accounts.models import Membership, RoleWord, StaffUser
from preo.accounts.service.sessions import start_session
from preo.accounts.service.staff import deactivate_staff, grant_role
from preo.accounts.tests.factories import make_key, make_membership, make_staff
from preo.core.access import Grant, Role
from preo.core.errors import TokenError
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


def authenticate(header: str | None) -> Any:
    headers: dict[str, Any] = {} if header is None else {"HTTP_AUTHORIZATION": header}
    return BearerAuthentication().authenticate(Request(APIRequestFactory().get("/", **headers)))


def signed_in(staff: StaffUser, now: dt.datetime) -> APIClient:
    client = APIClient()
    token = start_session(staff=staff, now=now).access
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWRhOnNlY3JldA==",
        "Token abc",
        "Bearer a b",
        "Bearer,abc",
        "preo_live_abc",
        "Bearer \xe9",
        "Bearer preo_live_",
    ],
)
def test_a_malformed_header_is_refused(header: str) -> None:
    with pytest.raises(TokenError):
        authenticate(header)


@pytest.mark.parametrize("header", ["Bearer", "Basic YWRhOnNlY3JldA==", "Bearer abc"])
def test_the_refusal_is_a_problem_with_a_challenge(header: str) -> None:
    answer = APIClient().get("/v1/auth/user", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "token_invalid"


def test_without_a_header_nobody_is_signed_in() -> None:
    assert authenticate(None) is None
    answer = APIClient().get("/v1/auth/user")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.safety
def test_a_membership_that_was_removed_counts_no_more_at_the_next_request(
    now: dt.datetime,
) -> None:
    membership = make_membership()
    edition = make_edition(organization=membership.organization)
    client = signed_in(membership.staff, now)
    address = f"/v1/editions/{edition.api_id}"
    assert client.get(address).status_code == 200
    membership.delete()
    assert client.get(address).status_code in {403, 404}
    assert client.get("/v1/auth/user").json()["organizations"] == []


@pytest.mark.safety
def test_another_role_counts_from_the_next_request_with_the_old_token(now: dt.datetime) -> None:
    membership = make_membership(role=RoleWord.STAFF)
    organization = membership.organization
    client = signed_in(membership.staff, now)
    address = f"/v1/orders?organization_id={organization.api_id}"
    assert client.get(address).status_code == 200
    role = grant_role(
        staff=membership.staff, organization_id=organization.pk, role=RoleWord.GUEST, by=None
    )
    assert role == membership
    assert client.get(address).status_code == 403


@pytest.mark.safety
def test_a_deactivated_person_is_out_at_the_next_request(now: dt.datetime) -> None:
    staff = make_membership().staff
    client = signed_in(staff, now)
    assert client.get("/v1/auth/user").status_code == 200
    deactivate_staff(staff=staff, now=now)
    assert client.get("/v1/auth/user").status_code == 401


@pytest.mark.safety
def test_a_person_marked_inactive_is_out_though_the_session_goes_on(now: dt.datetime) -> None:
    staff = make_membership().staff
    client = signed_in(staff, now)
    StaffUser.objects.update(is_active=False)
    assert client.get("/v1/auth/user").status_code == 401


def test_the_principal_of_a_person_has_every_membership_in_two_queries(
    now: dt.datetime, django_assert_num_queries: Any
) -> None:
    staff = make_staff()
    edition = make_edition()
    whole = make_organization()
    make_membership(staff=staff, organization=whole, role=RoleWord.MANAGER)
    make_membership(staff=staff, edition=edition, role=RoleWord.GUEST)
    make_membership()
    token = start_session(staff=staff, now=now).access
    with django_assert_num_queries(2):
        principal, session = authenticate(f"bearer  {token}")
    assert session.staff == staff
    assert (principal.kind, principal.id, principal.scopes) == ("staff", staff.pk, None)
    assert set(principal.grants) == {
        Grant(whole.pk, None, Role.MANAGER),
        Grant(edition.organization_id, edition.pk, Role.GUEST),
    }


def test_the_principal_of_a_key_has_its_grant_and_scopes_in_one_query(
    django_assert_num_queries: Any,
) -> None:
    edition = make_edition()
    key, text = make_key(edition=edition, role=RoleWord.STAFF, scopes=["orders:read"])
    with django_assert_num_queries(1):
        principal, found = authenticate(f"Bearer {text}")
    assert found == key
    assert (principal.kind, principal.id) == ("api_key", key.pk)
    assert principal.grants == (Grant(edition.organization_id, edition.pk, Role.STAFF),)
    assert principal.scopes == {"orders:read"}


def test_a_person_without_any_membership_may_ask_who_they_are(now: dt.datetime) -> None:
    staff = make_staff()
    assert signed_in(staff, now).get("/v1/auth/user").json()["api_id"] == staff.api_id
    assert not Membership.objects.filter(staff=staff).exists()
