import datetime as dt
import unicodedata
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from rest_framework.test import APIClient

from preo.accounts.models import StaffUser
from preo.accounts.service import sign_in
from preo.accounts.service.sign_in import sign_in_with_password
from preo.accounts.tests.factories import PASSWORD, make_staff
from preo.core.errors import WrongCredentialsError

pytestmark = pytest.mark.django_db


def sign_in_as(email: str, now: dt.datetime, password: str = PASSWORD) -> StaffUser:
    return sign_in_with_password(email=email, password=password, address="192.0.2.1", now=now)


def test_a_wrong_password_is_refused(now: dt.datetime) -> None:
    staff = make_staff(password=PASSWORD)
    with pytest.raises(WrongCredentialsError):
        sign_in_as(staff.email, now, password=PASSWORD + " ")
    staff.refresh_from_db()
    assert staff.last_login is None


def test_a_deactivated_person_is_refused(now: dt.datetime) -> None:
    staff = make_staff(password=PASSWORD, is_active=False)
    with pytest.raises(WrongCredentialsError):
        sign_in_as(staff.email, now)


def test_a_person_without_a_password_is_refused(now: dt.datetime) -> None:
    staff = make_staff(password=None)
    for password in ("", "!", staff.password):
        with pytest.raises(WrongCredentialsError):
            sign_in_as(staff.email, now, password=password)


@pytest.mark.safety
def test_unknown_wrong_and_deactivated_get_the_same_answer(client: APIClient) -> None:
    make_staff(email="known@northlight.example", password=PASSWORD)
    make_staff(email="gone@northlight.example", password=PASSWORD, is_active=False)
    answers = []
    for email, password in (
        ("known@northlight.example", "wrong"),
        ("unknown@northlight.example", PASSWORD),
        ("gone@northlight.example", PASSWORD),
    ):
        answer = client.post(
            "/v1/auth/token", {"email": email, "password": password}, format="json"
        )
        body = {name: value for name, value in answer.json().items() if name != "instance"}
        headers = {name: answer[name] for name in answer.headers if name != "X-Request-Id"}
        answers.append((answer.status_code, body, headers))
    assert answers[0][0] == 401
    assert answers[0][2]["WWW-Authenticate"].startswith("Bearer")
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


@pytest.mark.safety
@pytest.mark.parametrize("state", ["unknown", "known", "no password", "deactivated"])
def test_every_refusal_costs_one_argon2_hash(
    state: str,
    argon2: type[Argon2PasswordHasher],
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Counting hashes says what a clock would, and says it the same way each time.
    email = "ada@northlight.example"
    if state != "unknown":
        password = None if state == "no password" else PASSWORD
        make_staff(email=email, password=password, is_active=state != "deactivated")
    hashed: list[str] = []
    encode, verify = argon2.encode, argon2.verify

    def counted_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append("encode")
        return encode(self, password, salt)

    def counted_verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        hashed.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(argon2, "encode", counted_encode)
    monkeypatch.setattr(argon2, "verify", counted_verify)
    with pytest.raises(WrongCredentialsError):
        sign_in_as(email, now, password=PASSWORD if state == "deactivated" else "wrong")
    assert len(hashed) == 1


def test_the_right_password_signs_in_and_is_noted(
    argon2: type[Argon2PasswordHasher], now: dt.datetime
) -> None:
    staff = make_staff(password=PASSWORD)
    assert staff.password.startswith("argon2$argon2id$")
    assert sign_in_as(staff.email, now) == staff
    staff.refresh_from_db()
    assert staff.last_login == now


@pytest.mark.parametrize(
    "typed",
    [
        "zoë@northlight.example",
        "ZOË@Northlight.EXAMPLE",
        unicodedata.normalize("NFD", "Zoë@northlight.example"),
        "  zoë@northlight.example ",
    ],
)
def test_an_address_is_the_same_in_any_case_and_composition(typed: str, now: dt.datetime) -> None:
    staff = make_staff(email="zoë@northlight.example", password=PASSWORD)
    assert sign_in_as(typed, now) == staff


def test_a_hash_of_weaker_parameters_is_renewed(
    argon2: type[Argon2PasswordHasher], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = make_staff(password=PASSWORD)
    old = staff.password
    monkeypatch.setattr(argon2, "time_cost", argon2.time_cost + 1)
    sign_in_as(staff.email, now)
    staff.refresh_from_db()
    assert staff.password != old
    assert f"t={argon2.time_cost}," in staff.password
    renewed = staff.password
    sign_in_as(staff.email, now)
    staff.refresh_from_db()
    assert staff.password == renewed


@pytest.mark.safety
def test_a_password_set_meanwhile_is_not_undone_by_the_renewal(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = make_staff(password=PASSWORD)

    def set_another_meanwhile(password: str, encoded: str, setter: Callable[[str], None]) -> bool:
        StaffUser.objects.filter(pk=staff.pk).update(password=make_password("another"))
        return check_password(password, encoded, setter)

    monkeypatch.setattr(sign_in, "check_password", set_another_meanwhile)
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.must_update", lambda *_: True
    )
    sign_in_as(staff.email, now)
    staff.refresh_from_db()
    assert staff.check_password("another")
