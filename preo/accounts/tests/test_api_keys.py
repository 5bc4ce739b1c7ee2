import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from preo.accounts import key_text
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.scopes import SCOPES
from preo.accounts.service.keys import create_api_key, note_use, revoke_api_key
from preo.accounts.tests.factories import make_key, make_staff
from preo.accounts.tests.threads import hold_row, run_together
from preo.activity.models import Activity
from preo.core.access import Grant, Principal, Role
from preo.core.errors import InvalidError, RoleError, ScopeError
from preo.editions.tests.factories import make_edition
from preo.organizations.models import Organization
from preo.organizations.tests.factories import make_organization

Capture = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
MINUTE = dt.timedelta(minutes=1)


def status(text: str, address: str = "/v1/auth/user") -> int:
    answer = APIClient().get(address, HTTP_AUTHORIZATION=f"Bearer {text}")
    return int(answer.status_code)


def admin_of(organization: Organization, **changes: Any) -> Principal:
    values = {"role": Role.ADMIN, "edition_id": None, "scopes": None, "kind": "staff"} | changes
    grant = Grant(organization.pk, values["edition_id"], values["role"])
    return Principal(values["kind"], make_staff().pk, (grant,), values["scopes"])


def exchange(text: str, place: int) -> str:
    """The key with another character at this place."""
    other = "a" if text[place] != "a" else "b"
    return text[:place] + other + text[place + 1 :]


# --- the text -------------------------------------------------------------------------------


def test_a_key_has_a_brand_a_prefix_a_secret_of_256_bits_and_a_checksum() -> None:
    new = key_text.make_key()
    assert re.fullmatch(r"preo_live_[0-9A-Za-z]{61}", new.text)
    assert new.text[10:22] == new.prefix == key_text.find_prefix(new.text)
    assert 62**key_text.SECRET_LENGTH >= 2**256
    assert 62**key_text.CHECKSUM_LENGTH >= 2**32


def test_the_checksum_can_be_reckoned_by_others() -> None:
    # CRC-32 of "preo_live_" and 55 zeros, in base 62 with the digits 0-9, A-Z, a-z.
    assert key_text.checksum("preo_live_" + "0" * 55) == "0UfI1E"


@pytest.mark.safety
def test_any_mistyped_character_is_refused_without_a_query(
    db: None, django_assert_num_queries: Any
) -> None:
    _, text = make_key()
    with django_assert_num_queries(0):
        for place in (10, 21, 22, 64, 65, 70):
            assert status(exchange(text, place)) == 401
        for wrong in (text[:-1], text + "0", text.lower(), text.upper(), text + "\n0"):
            assert status(wrong) == 401


# --- who may not ----------------------------------------------------------------------------


@pytest.mark.safety
def test_another_secret_under_the_right_prefix_is_refused(db: None) -> None:
    _, text = make_key()
    body = exchange(text, 40)[: -key_text.CHECKSUM_LENGTH]
    forged = body + key_text.checksum(body)
    assert key_text.find_prefix(forged) == key_text.find_prefix(text)
    assert status(forged) == 401
    assert status(text) == 200


@pytest.mark.safety
def test_a_key_that_we_never_made_is_refused(db: None) -> None:
    assert status(key_text.make_key().text) == 401


@pytest.mark.safety
def test_a_revoked_key_is_refused(db: None, now: dt.datetime) -> None:
    key, text = make_key()
    revoke_api_key(key=key, by=None, now=now)
    assert status(text) == 401


@pytest.mark.safety
def test_an_expired_key_is_refused(db: None, now: dt.datetime) -> None:
    _, ended = make_key(now=now, expires_at=now + MINUTE)
    _, goes_on = make_key(now=now, expires_at=now + 30 * MINUTE)
    assert status(ended) == 401
    assert status(goes_on) == 200


@pytest.mark.safety
def test_a_key_without_the_scope_is_refused(db: None) -> None:
    organization = make_organization()
    orders = f"/v1/orders?organization_id={organization.api_id}"
    _, text = make_key(organization=organization, scopes=["orders:read"])
    assert status(text, orders) == 200
    assert status(text, "/v1/editions") == 403
    _, writes_only = make_key(organization=organization, scopes=["orders:write"])
    assert status(writes_only, orders) == 403


@pytest.mark.safety
def test_a_key_with_the_scope_but_too_low_a_role_is_refused(db: None) -> None:
    organization = make_organization()
    _, text = make_key(organization=organization, role=RoleWord.GUEST)
    assert status(text, f"/v1/orders?organization_id={organization.api_id}") == 403


@pytest.mark.safety
def test_a_key_of_one_edition_sees_that_edition_alone(db: None) -> None:
    organization = make_organization()
    mine = make_edition(organization=organization)
    other = make_edition(organization=organization)
    _, text = make_key(edition=mine)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert [row["id"] for row in client.get("/v1/editions").json()["results"]] == [mine.api_id]
    assert client.get(f"/v1/editions/{other.api_id}").status_code == 404


# --- making and ending ----------------------------------------------------------------------


def create(organization: Organization, now: dt.datetime, **values: Any) -> tuple[ApiKey, str]:
    given: dict[str, Any] = {
        "name": "Box office",
        "role": RoleWord.STAFF,
        "scopes": ["orders:read"],
        "by": None,
    }
    return create_api_key(organization_id=organization.pk, now=now, **given | values)


def test_each_mistake_is_named(db: None, now: dt.datetime) -> None:
    organization = make_organization()
    scopes = ["orders:read", "orders:delete", "secrets:read"]
    with pytest.raises(InvalidError) as refusal:
        create(organization, now, name="  ", scopes=scopes, expires_at=now)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [
        ("/scopes/1", "unknown_scope"),
        ("/scopes/2", "unknown_scope"),
        ("/name", "invalid"),
        ("/expires_at", "past"),
    ]
    with pytest.raises(InvalidError):
        create(organization, now, scopes=[])
    with pytest.raises(InvalidError):
        create(organization, now, name="x" * 201)
    assert not ApiKey.objects.exists()


@pytest.mark.safety
def test_an_edition_of_another_organization_is_unknown(db: None, now: dt.datetime) -> None:
    with pytest.raises(InvalidError) as refusal:
        create(make_organization(), now, edition_id=make_edition().pk)
    assert [error.pointer for error in refusal.value.errors] == ["/edition_id"]


@pytest.mark.safety
def test_nobody_makes_a_key_that_can_do_more_than_they(db: None, now: dt.datetime) -> None:
    organization = make_organization()
    edition = make_edition(organization=organization)
    rival = make_organization()
    manager = admin_of(organization, role=Role.MANAGER)
    of_edition = admin_of(organization, edition_id=edition.pk)
    for by in (manager, of_edition):
        for role in (RoleWord.ADMIN, RoleWord.GUEST):
            with pytest.raises(RoleError):
                create(organization, now, role=role, by=by)
    with pytest.raises(InvalidError):  # as for an organization that is not there
        create(organization, now, by=admin_of(rival))
    limited = admin_of(organization, kind="api_key", scopes=frozenset({"orders:read"}))
    with pytest.raises(ScopeError):
        create(organization, now, scopes=["orders:read", "orders:write"], by=limited)
    create(organization, now, by=limited)
    create(organization, now, role=RoleWord.ADMIN, edition_id=edition.pk, by=of_edition)


@pytest.mark.safety
def test_only_a_hash_of_the_key_is_kept(db: None, now: dt.datetime) -> None:
    _, text = create(make_organization(), now)
    row = str(ApiKey.objects.values().get())
    secret = text[22:65]
    assert secret not in row
    assert text not in str(list(Activity.objects.values()))


def test_a_new_key_is_kept_as_given_and_recorded(db: None, now: dt.datetime) -> None:
    organization = make_organization()
    by = admin_of(organization)
    key, text = create(organization, now, scopes=["orders:write", "editions:read"], by=by)
    key.refresh_from_db()
    assert status(text) == 200
    assert key.scopes == ["editions:read", "orders:write"]
    assert (key.created_by_id, key.created, key.last_used_at) == (by.id, now, None)
    activity = Activity.objects.get()
    assert (activity.type, activity.object_id, activity.organization_id, activity.actor_id) == (
        "api_key.created",
        key.pk,
        organization.pk,
        by.id,
    )


def test_a_key_is_revoked_once(db: None, now: dt.datetime) -> None:
    key, _ = make_key()
    revoke_api_key(key=key, by=None, now=now)
    revoke_api_key(key=key, by=None, now=now + MINUTE)
    key.refresh_from_db()
    assert key.revoked_at == now
    assert Activity.objects.filter(type="api_key.revoked").count() == 1


def test_every_scope_is_a_tag_with_read_or_write() -> None:
    assert len(set(SCOPES)) == len(SCOPES)
    assert all(re.fullmatch(r"[a-z-]+:(read|write)", scope) for scope in SCOPES)


# --- last use -------------------------------------------------------------------------------


def last_use() -> dt.datetime | None:
    return ApiKey.objects.values_list("last_used_at", flat=True).get()


def test_the_last_use_is_written_after_the_transaction_and_once_a_minute(
    db: None, django_capture_on_commit_callbacks: Capture
) -> None:
    _, text = make_key()
    with django_capture_on_commit_callbacks(execute=True):
        assert status(text) == 200
        assert last_use() is None
    first = last_use()
    assert first is not None
    with django_capture_on_commit_callbacks(execute=True):
        assert status(text) == 200
    assert last_use() == first
    info = APIClient().get("/v1/auth/user", HTTP_AUTHORIZATION=f"Bearer {text}").json()
    assert info["last_login"] == first.isoformat().replace("+00:00", "Z")


def test_a_use_within_a_minute_costs_no_query(
    db: None, now: dt.datetime, django_assert_num_queries: Any
) -> None:
    key, _ = make_key()
    note_use(key=key, now=now)
    key.refresh_from_db()
    with django_assert_num_queries(0):
        note_use(key=key, now=now + MINUTE - dt.timedelta(seconds=1))
    note_use(key=key, now=now + MINUTE)
    key.refresh_from_db()
    assert key.last_used_at == now + MINUTE


@pytest.mark.django_db(transaction=True)
def test_of_many_uses_at_once_one_is_written(now: dt.datetime) -> None:
    key, _ = make_key()
    written = run_together(8, lambda: note_use(key=key, now=now), held=hold_row(key))
    assert sorted(map(bool, written)) == [False] * 7 + [True]
    assert last_use() == now


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_a_last_use_that_cannot_be_written_does_not_refuse_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, text = make_key()

    def fail(**_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr("preo.accounts.authentication.note_use", fail)
    assert status(text) == 200
    assert not transaction.get_connection().in_atomic_block
