"""Forged and foreign tokens. All but one thing is right with each of them."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from rest_framework.test import APIClient

from preo.accounts import tokens
from preo.accounts.models import StaffSession
from preo.accounts.service.sessions import start_session
from preo.accounts.tests.factories import make_staff
from preo.core.errors import TokenError

pytestmark = [pytest.mark.django_db, pytest.mark.safety]


@pytest.fixture
def good(now: dt.datetime) -> str:
    """An access token that is accepted."""
    return start_session(staff=make_staff(), now=now).access


def key(settings: Any) -> str:
    return str(tokens._backend(settings.SECRET_KEY).signing_key)


def payload_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def status(token: str) -> int:
    answer = APIClient().get("/v1/auth/user", HTTP_AUTHORIZATION=f"Bearer {token}")
    if answer.status_code != 200:
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "token_invalid"
    return int(answer.status_code)


def by_hand(header: dict[str, Any], payload: dict[str, Any], secret: bytes) -> str:
    """Signed as HS256 without the library, which refuses some of this already when writing."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (header, payload)
    ]
    signature = hmac.digest(secret, b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_the_token_from_which_all_others_differ_is_good(good: str, settings: Any) -> None:
    assert status(good) == 200
    assert status(jwt.encode(payload_of(good), key(settings), "HS256")) == 200
    header = {"typ": "JWT", "alg": "HS256"}
    assert status(by_hand(header, payload_of(good), key(settings).encode())) == 200


def test_a_token_says_who_and_which_session_and_nothing_else(good: str) -> None:
    assert set(payload_of(good)) == {
        "token_type", "sub", "sid", "jti", "iat", "exp", "aud", "iss",
    }  # fmt: skip


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_signature_is_refused(algorithm: str, good: str, settings: Any) -> None:
    signed = by_hand({"typ": "JWT", "alg": algorithm}, payload_of(good), key(settings).encode())
    unsigned = signed.rpartition(".")[0]
    assert status(signed) == 401
    assert status(f"{unsigned}.") == 401
    assert status(unsigned) == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_our_very_key_is_refused(
    algorithm: str, good: str, settings: Any
) -> None:
    assert status(jwt.encode(payload_of(good), key(settings), algorithm)) == 401


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256", "EdDSA"])
def test_a_token_that_claims_an_asymmetric_algorithm_is_refused(
    algorithm: str, good: str, settings: Any
) -> None:
    header = {"typ": "JWT", "alg": algorithm}
    assert status(by_hand(header, payload_of(good), key(settings).encode())) == 401


@pytest.mark.parametrize(
    "secret", ["", "another key of quite some length, at least", "the bare setting"]
)
def test_another_key_is_refused(secret: str, good: str, settings: Any) -> None:
    if secret == "the bare setting":
        secret = settings.SECRET_KEY
    header = {"typ": "JWT", "alg": "HS256"}
    assert status(by_hand(header, payload_of(good), secret.encode())) == 401


@pytest.mark.parametrize(
    "extra",
    [
        {"kid": "../../../../dev/null"},
        {"kid": "x' UNION SELECT '' -- "},
        {"jku": "https://attacker.example/keys.json"},
        {"x5u": "https://attacker.example/certificate.pem"},
        {"jwk": {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}},
    ],
    ids=str,
)
def test_what_the_header_says_of_keys_is_not_read(
    extra: dict[str, Any], good: str, settings: Any
) -> None:
    header = {"typ": "JWT", "alg": "HS256", **extra}
    for secret in (b"", b"k" * 32):
        assert status(by_hand(header, payload_of(good), secret)) == 401
    # Nor does it spoil a token that is signed with the one key.
    assert status(by_hand(header, payload_of(good), key(settings).encode())) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-api"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"token_type": "refresh"},
        {"token_type": None},
        {"exp": None},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": "stf_00000000000000000000000000"},
        {"sub": "'; DROP TABLE accounts_staffuser; --"},
        {"sid": None},
        {"sid": "ses_00000000000000000000000000"},
        {"sid": ["ses_00000000000000000000000000"]},
        {"jti": None},
        {"jti": "no uuid"},
    ],
    ids=str,
)
def test_a_claim_that_is_absent_or_wrong_is_refused(
    changed: dict[str, Any], good: str, settings: Any
) -> None:
    claims = payload_of(good) | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    header = {"typ": "JWT", "alg": "HS256"}
    assert status(by_hand(header, claims, key(settings).encode())) == 401


@pytest.mark.parametrize(
    "extra", [{"crit": ["x"], "x": 1}, {"crit": ["b64"], "b64": False}], ids=str
)
def test_an_extension_that_the_header_calls_critical_is_refused(
    extra: dict[str, Any], good: str, settings: Any
) -> None:
    header = {"typ": "JWT", "alg": "HS256", **extra}
    assert status(by_hand(header, payload_of(good), key(settings).encode())) == 401


def test_a_session_of_another_person_is_refused(good: str, settings: Any, now: dt.datetime) -> None:
    start_session(staff=make_staff(), now=now)
    mine = payload_of(good)
    theirs = StaffSession.objects.exclude(pk=tokens.read_token(good, "access").session_id).get()
    claims = mine | {"sid": theirs.api_id}
    assert status(jwt.encode(claims, key(settings), "HS256")) == 401


def test_an_access_token_ends_after_its_time_and_a_little_leeway(now: dt.datetime) -> None:
    staff = make_staff()
    ended = start_session(staff=staff, now=now - dt.timedelta(minutes=10, seconds=11))
    assert status(ended.access) == 401
    ends = start_session(staff=staff, now=now - dt.timedelta(minutes=9))
    assert status(ends.access) == 200


def test_a_token_of_another_secret_key_is_refused(good: str, settings: Any) -> None:
    settings.SECRET_KEY = "another installation's secret, long enough for its purpose"
    assert status(good) == 401


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a.b.c",
        "....",
        "é.é.é",
        base64.urlsafe_b64encode(b"[" * 400).decode() + ".e30.AAAA",
        base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".e30.AAAA",
    ],
    ids=["a letter", "three", "dots", "accents", "nested", "nested deep"],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        tokens.read_token(text, "access")
