"""API keys on pages: a key's text is shown once and kept nowhere."""

import logging
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from preo.accounts.key_text import find_prefix
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.tests.factories import make_key
from preo.activity.models import Activity
from preo.dashboard.tests.factories import client_of, make_member
from preo.dashboard.tests.forms import read_form
from preo.editions.models import Edition
from preo.editions.tests.factories import make_edition

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def path(edition: Edition) -> str:
    return f"/o/{edition.organization.slug}/api-keys"


@pytest.fixture
def admin(edition: Edition) -> Client:
    return client_of(make_member(organization=edition.organization, role=RoleWord.ADMIN))


def make(client: Client, path: str, **changes: Any) -> Any:
    form = {
        "name": "Till",
        "role": "staff",
        "edition_id": "",
        "expires_at": "",
        "scopes": ["orders:read", "catalog:read"],
        "_once": "a-form",
    }
    return client.post(f"{path}/new", form | changes)


def text_in(response: Any) -> str:
    found = re.search(r"preo_live_\w{61}", response.content.decode())
    assert found
    return found[0]


def test_a_key_needs_a_scope_a_name_and_a_time_to_come(admin: Client, path: str) -> None:
    response = make(admin, path, name=" ", scopes=[], expires_at="2001-01-01T00:00")

    form = read_form(response)
    assert response.status_code == 400
    assert form.mistakes == {"name": "Fill this in.", "scopes": "Choose one at least."}
    assert form.sent["expires_at"] == ["2001-01-01T00:00"]
    past = make(admin, path, expires_at="2001-01-01T00:00")
    assert read_form(past).mistakes == {"expires_at": "This time has passed."}
    assert read_form(past).sent["scopes"] == ["catalog:read", "orders:read"]
    assert not ApiKey.objects.exists()


def test_a_scope_that_there_is_not_is_refused(admin: Client, path: str) -> None:
    response = make(admin, path, scopes=["orders:read", "orders:everything"])

    assert response.status_code == 400
    assert "is not a valid choice" in read_form(response).mistakes["scopes"]
    assert not ApiKey.objects.exists()


def test_who_is_admin_of_one_edition_makes_keys_for_that_one_alone(
    edition: Edition, path: str
) -> None:
    other = make_edition(organization=edition.organization)
    hidden, _ = make_key(organization=edition.organization, name="Hidden")
    client = client_of(make_member(edition=edition, role=RoleWord.ADMIN))

    assert make(client, path).status_code == 403
    assert make(client, path, edition_id=other.api_id).status_code == 400
    assert "Hidden" not in client.get(path).content.decode()
    assert client.post(f"{path}/{hidden.api_id}/revoke").status_code == 404
    assert make(client, path, edition_id=edition.api_id).status_code == 200
    assert ApiKey.objects.exclude(pk=hidden.pk).get().edition == edition


def test_a_key_of_another_organization_is_not_revoked_from_here(admin: Client, path: str) -> None:
    key, _ = make_key(name="Rival")

    assert admin.post(f"{path}/{key.api_id}/revoke").status_code == 404

    key.refresh_from_db()
    assert key.revoked_at is None
    assert "Rival" not in admin.get(path).content.decode()


def test_a_keys_text_is_shown_once_and_kept_nowhere(
    admin: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    response = make(admin, path)

    text = text_in(response)
    secret = text[len("preo_live_") + 12 :]
    key = ApiKey.objects.get()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert find_prefix(text) == key.prefix
    kept = [
        *(str(value) for value in ApiKey.objects.values_list()),
        *(str(value) for value in Activity.objects.values_list()),
        *(str(session.get_decoded()) for session in Session.objects.all()),
        *(cookie.value for cookie in admin.cookies.values()),
        *(record.getMessage() for record in caplog.records),
        admin.get(path).content.decode(),
        admin.get(f"{path}/new").content.decode(),
    ]
    assert [value for value in kept if secret in value] == []


def test_the_form_sent_again_makes_no_second_key_and_shows_nothing(
    admin: Client, path: str
) -> None:
    text = text_in(make(admin, path))

    again = admin.post(f"{path}/new", {"_once": "a-form"}, follow=True)

    page = again.content.decode()
    assert "This key was made already" in page
    assert text not in page
    assert ApiKey.objects.count() == 1
    make(admin, path, _once="another-form")
    assert ApiKey.objects.count() == 2


def test_two_forms_are_told_apart(admin: Client, path: str) -> None:
    first, second = (read_form(admin.get(f"{path}/new")).sent["_once"] for _ in range(2))

    assert first != second


def test_a_key_is_made_as_chosen_and_works(admin: Client, path: str, edition: Edition) -> None:
    response = make(
        admin, path, role="manager", edition_id=edition.api_id, expires_at="2099-01-01T12:00"
    )

    key = ApiKey.objects.get()
    assert (key.name, key.role, key.edition) == ("Till", RoleWord.MANAGER, edition)
    assert key.scopes == ["catalog:read", "orders:read"]
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2099-01-01T12:00:00+00:00"
    answer = Client().get("/v1/auth/user", headers={"Authorization": f"Bearer {text_in(response)}"})
    assert answer.json()["api_id"] == key.api_id


def test_a_revoked_key_stands_on_the_list_and_is_worth_nothing(admin: Client, path: str) -> None:
    text = text_in(make(admin, path))
    key = ApiKey.objects.get()

    page = admin.post(f"{path}/{key.api_id}/revoke", follow=True).content.decode()

    assert "The key Till is worth nothing any more." in page
    assert ">Revoked</span>" in page
    assert f"{key.api_id}/revoke" not in page
    answer = Client().get("/v1/auth/user", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert "Till" not in admin.get(f"{path}?is_revoked=false").content.decode()
