import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from preo.accounts.models import RoleWord
from preo.accounts.scopes import SCOPES
from preo.accounts.service.sessions import start_session
from preo.accounts.tests.factories import make_key, make_membership, make_staff
from preo.editions.tests.factories import make_edition
from preo.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


def user_info(credential: str) -> dict[str, Any]:
    answer = APIClient().get("/v1/auth/user", HTTP_AUTHORIZATION=f"Bearer {credential}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def text(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def test_a_person_sees_themselves_and_all_their_memberships(now: dt.datetime) -> None:
    staff = make_staff(
        email="ada@northlight.example",
        full_name="Ada Vinter",
        phone_number="+4520123456",
        language="da",
    )
    northlight = make_organization(name="Northlight", slug="northlight")
    bergen = make_organization(name="Bergen Jazz", slug="bergen")
    edition = make_edition(organization=northlight, full_name="Northlight 2026")
    make_membership(staff=staff, organization=northlight, role=RoleWord.GUEST)
    make_membership(staff=staff, organization=bergen, role=RoleWord.ADMIN)
    make_membership(staff=staff, edition=edition, role=RoleWord.MANAGER)
    make_membership(organization=northlight)
    assert user_info(start_session(staff=staff, now=now).access) == {
        "api_id": staff.api_id,
        "full_name": "Ada Vinter",
        "email": "ada@northlight.example",
        "phone_number": "+4520123456",
        "language": "da",
        "is_superuser": False,
        "organizations": [
            {
                "id": bergen.api_id,
                "name": "Bergen Jazz",
                "slug": "bergen",
                "avatar": None,
                "role": "admin",
            },
            {
                "id": northlight.api_id,
                "name": "Northlight",
                "slug": "northlight",
                "avatar": None,
                "role": "guest",
            },
        ],
        "editions": [
            {
                "id": edition.api_id,
                "full_name": "Northlight 2026",
                "organization_id": northlight.api_id,
                "role": "manager",
            }
        ],
        "scopes": list(SCOPES),
        "date_joined": text(staff.created),
        "last_login": None,
    }


def test_a_key_sees_itself_and_its_organization() -> None:
    organization = make_organization(name="Northlight", slug="northlight", default_language="da")
    key, secret = make_key(
        organization=organization, name="Box office", role=RoleWord.STAFF, scopes=["orders:read"]
    )
    assert user_info(secret) == {
        "api_id": key.api_id,
        "full_name": "Box office",
        "email": f"{key.api_id}@api-keys.invalid",
        "phone_number": None,
        "language": "da",
        "is_superuser": False,
        "organizations": [
            {
                "id": organization.api_id,
                "name": "Northlight",
                "slug": "northlight",
                "avatar": None,
                "role": "staff",
            }
        ],
        "editions": [],
        "scopes": ["orders:read"],
        "date_joined": text(key.created),
        "last_login": None,
    }


def test_a_key_of_one_edition_sees_that_edition() -> None:
    edition = make_edition(full_name="Northlight 2026")
    _, secret = make_key(edition=edition, role=RoleWord.GUEST)
    info = user_info(secret)
    assert info["organizations"] == []
    assert info["editions"] == [
        {
            "id": edition.api_id,
            "full_name": "Northlight 2026",
            "organization_id": edition.organization.api_id,
            "role": "guest",
        }
    ]


def test_queries_do_not_grow_with_memberships(
    now: dt.datetime, django_assert_num_queries: Any
) -> None:
    staff = make_staff()
    for _ in range(5):
        make_membership(staff=staff)
        make_membership(staff=staff, edition=make_edition())
    token = start_session(staff=staff, now=now).access
    with django_assert_num_queries(3):
        assert len(user_info(token)["editions"]) == 5
