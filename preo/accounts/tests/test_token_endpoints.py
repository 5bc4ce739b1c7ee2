from typing import Any

import pytest
from rest_framework.test import APIClient

from preo.accounts.models import StaffSession
from preo.accounts.tests.factories import PASSWORD, make_staff
from preo.idempotency.models import Answer

pytestmark = pytest.mark.django_db

EMAIL = "ada@northlight.example"


@pytest.fixture(autouse=True)
def _ada() -> None:
    make_staff(email=EMAIL, password=PASSWORD)


def post(address: str, body: object, **headers: Any) -> Any:
    return APIClient().post(f"/v1/auth/{address}", body, format="json", **headers)


def sign_in(**headers: Any) -> Any:
    return post("token", {"email": EMAIL, "password": PASSWORD}, **headers)


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, {"/email", "/password"}),
        ({"email": EMAIL}, {"/password"}),
        ({"email": "ada", "password": "x"}, {"/email"}),
        ({"email": "ada@x", "password": "x"}, {"/email"}),
        ({"email": f"{'a' * 250}@b.example", "password": "x"}, {"/email"}),
        ({"email": EMAIL, "password": ""}, {"/password"}),
        ({"email": EMAIL, "password": "x" * 1025}, {"/password"}),
        ({"email": EMAIL, "password": ["x"]}, {"/password"}),
        ({"email": EMAIL, "password": None}, {"/password"}),
        ({"email": 1, "password": 12345678}, {"/email", "/password"}),
        ({"email": EMAIL, "password": PASSWORD, "remember": True}, {"/remember"}),
        ({"email": "a\0@b.example", "password": "x\0"}, {"/email", "/password"}),
        ([], {""}),
    ],
)
def test_a_body_with_mistakes_is_refused_with_their_places(body: object, places: set[str]) -> None:
    answer = post("token", body)
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == places


@pytest.mark.parametrize("address", ["token/refresh", "token/revoke"])
@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": 75}, {"refresh": {}}])
def test_a_refresh_token_must_be_given_as_text(address: str, body: object) -> None:
    answer = post(address, body)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/refresh"]


@pytest.mark.parametrize("refresh", ["x", "é", "a.b.c", "x" * 100_000])
def test_a_refresh_token_that_is_none_of_ours_is_refused(refresh: str) -> None:
    answer = post("token/refresh", {"refresh": refresh})
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_invalid"


@pytest.mark.parametrize("refresh", ["x", "é", "a.b.c"])
def test_revoking_what_is_no_token_is_answered_as_done(refresh: str) -> None:
    answer = post("token/revoke", {"refresh": refresh})
    assert answer.status_code == 204
    assert answer.content == b""


@pytest.mark.safety
def test_tokens_are_never_kept_for_an_idempotency_key() -> None:
    first = sign_in(HTTP_IDEMPOTENCY_KEY="one")
    second = sign_in(HTTP_IDEMPOTENCY_KEY="one")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["refresh"] != second.json()["refresh"]
    post("token/refresh", {"refresh": second.json()["refresh"]}, HTTP_IDEMPOTENCY_KEY="two")
    post("token/revoke", {"refresh": second.json()["refresh"]}, HTTP_IDEMPOTENCY_KEY="three")
    assert not Answer.objects.exists()


@pytest.mark.safety
def test_tokens_may_not_be_cached() -> None:
    answer = sign_in()
    assert answer["Cache-Control"] == "no-store"
    refreshed = post("token/refresh", {"refresh": answer.json()["refresh"]})
    assert refreshed["Cache-Control"] == "no-store"


def test_a_stale_access_token_does_not_hinder_signing_in() -> None:
    assert sign_in(HTTP_AUTHORIZATION="Bearer stale").status_code == 200


def test_a_session_from_sign_in_to_sign_out() -> None:
    pair = sign_in().json()
    assert set(pair) == {"access", "refresh", "expires_in"}
    assert pair["expires_in"] == 900
    bearer: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {pair['access']}"}
    assert APIClient().get("/v1/auth/user", **bearer).json()["email"] == EMAIL
    answer = post("token/refresh", {"refresh": pair["refresh"]})
    assert answer.status_code == 200
    following = answer.json()
    assert following["refresh"] != pair["refresh"]
    # The access token of before is of the same session: it is good until its own end.
    assert APIClient().get("/v1/auth/user", **bearer).status_code == 200
    assert post("token/revoke", {"refresh": following["refresh"]}).status_code == 204
    assert APIClient().get("/v1/auth/user", **bearer).status_code == 401
    assert post("token/refresh", {"refresh": following["refresh"]}).status_code == 401
    assert StaffSession.objects.get().revoked_at is not None
