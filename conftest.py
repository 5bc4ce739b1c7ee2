"""The fixed cast of all tests: `northlight` asks, `rival` must not be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from preo.accounts.models import RoleWord, StaffUser
from preo.accounts.service.sessions import start_session
from preo.accounts.tests.factories import make_membership, make_staff
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition, make_event
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization


class ApiClient(Client):
    """A client that is signed in and speaks JSON."""

    def __init__(self, token: str | None = None) -> None:
        self.authorization = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(raise_request_exception=False, headers=self.authorization)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A request with a JSON body where one is given."""
        options: dict[str, Any] = {"headers": headers}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return getattr(self, method.lower())(path, **options)


@dataclass(frozen=True)
class Cast:
    northlight: Organization
    rival: Organization
    edition: Edition
    """Of northlight."""
    other_edition: Edition
    """Of northlight too."""
    rival_edition: Edition


@pytest.fixture
def cast(db: None) -> Cast:
    northlight = make_organization(name="Northlight", slug="northlight")
    rival = make_organization(name="Rival", slug="rival")
    event = make_event(organization=northlight, name="Northlight")
    return Cast(
        northlight=northlight,
        rival=rival,
        edition=make_edition(event=event, name="2026", slug="northlight-2026"),
        other_edition=make_edition(event=event, name="2025", slug="northlight-2025"),
        rival_edition=make_edition(organization=rival, name="Rival 2026", slug="rival-2026"),
    )


def sign_in(staff: StaffUser) -> ApiClient:
    """A client with a fresh access token of this person."""
    return ApiClient(start_session(staff=staff, now=timezone.now()).access)


ClientFor = Callable[[str], ApiClient]


@pytest.fixture
def client_for(cast: Cast) -> ClientFor:
    """A client by role in northlight: none, guest, staff, manager, admin; or `anonymous`."""

    def make(role: str) -> ApiClient:
        if role == "anonymous":
            return ApiClient()
        person = make_staff(email=f"{role}@northlight.example")
        if role != "none":
            make_membership(staff=person, organization=cast.northlight, role=RoleWord(role))
        return sign_in(person)

    return make


@pytest.fixture
def anonymous() -> ApiClient:
    return ApiClient()


@pytest.fixture
def guest(client_for: ClientFor) -> ApiClient:
    return client_for("guest")


@pytest.fixture
def staff(client_for: ClientFor) -> ApiClient:
    return client_for("staff")


@pytest.fixture
def manager(client_for: ClientFor) -> ApiClient:
    return client_for("manager")


@pytest.fixture
def admin(client_for: ClientFor) -> ApiClient:
    return client_for("admin")
