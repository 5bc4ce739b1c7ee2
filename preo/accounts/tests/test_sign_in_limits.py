import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from preo.accounts.models import SignInTries, StaffUser
from preo.accounts.service import sign_in
from preo.accounts.service.sign_in import purge_sign_ins, sign_in_with_password
from preo.accounts.tests.factories import PASSWORD, make_staff
from preo.accounts.tests.threads import hold_writes, run_together
from preo.core.errors import DomainError, TooManyError, WrongCredentialsError

EMAIL = "ada@northlight.example"
WRONG = "the wrong horse"
WINDOW = dt.timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.SIGN_IN_TRIES_PER_ACCOUNT = 3
    settings.SIGN_IN_TRIES_PER_ADDRESS = 5
    settings.SIGN_IN_WINDOW = WINDOW


def attempt(
    now: dt.datetime,
    *,
    email: str = EMAIL,
    password: str = WRONG,
    address: str = "192.0.2.1",
) -> StaffUser | DomainError:
    """One try: the person, or the refusal."""
    try:
        return sign_in_with_password(email=email, password=password, address=address, now=now)
    except DomainError as refusal:
        return refusal


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_no_more_than_the_limit_are_compared(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 1000
    make_staff(email=EMAIL, password=PASSWORD)
    compared: list[str] = []

    def compare(password: str, encoded: str, setter: object) -> bool:
        compared.append(password)
        return False

    monkeypatch.setattr(sign_in, "check_password", compare)
    # Whoever reads the count now, and adds to it when the table is free again, is wrong.
    answers = run_together(13, lambda: attempt(now), held=hold_writes(SignInTries))
    assert len(compared) == 3
    refused = [answer for answer in answers if isinstance(answer, TooManyError)]
    assert len(refused) == 10


@pytest.mark.safety
@pytest.mark.django_db
def test_past_the_limit_even_the_right_password_is_refused_until_the_window_ends(
    now: dt.datetime,
) -> None:
    staff = make_staff(email=EMAIL, password=PASSWORD)
    for _ in range(3):
        assert isinstance(attempt(now), WrongCredentialsError)
    later = now + dt.timedelta(minutes=5)
    refusal = attempt(later, password=PASSWORD)
    assert isinstance(refusal, TooManyError)
    assert refusal.retry_after == 600
    # From anywhere, and however the address is written.
    elsewhere = attempt(later, password=PASSWORD, email=EMAIL.upper(), address="198.51.100.7")
    assert isinstance(elsewhere, TooManyError)
    assert attempt(now + WINDOW, password=PASSWORD) == staff


@pytest.mark.safety
@pytest.mark.django_db
def test_tries_for_unknown_accounts_are_limited_in_the_same_way(now: dt.datetime) -> None:
    make_staff(email=EMAIL, password=PASSWORD)
    for email, address in ((EMAIL, "192.0.2.1"), ("nobody@northlight.example", "192.0.2.2")):
        kinds = [type(attempt(now, email=email, address=address)) for _ in range(4)]
        assert kinds == [WrongCredentialsError] * 3 + [TooManyError]


@pytest.mark.safety
@pytest.mark.django_db
def test_one_address_runs_out_of_tries_whatever_the_accounts(now: dt.datetime) -> None:
    make_staff(email=EMAIL, password=PASSWORD)
    for number in range(5):
        answer = attempt(now, email=f"{number}@northlight.example")
        assert isinstance(answer, WrongCredentialsError)
    assert isinstance(attempt(now, password=PASSWORD), TooManyError)
    # And can then neither shut out an account nor fill the table.
    for number in range(5, 10):
        attempt(now, email=f"{number}@northlight.example")
    attempt(now)
    assert SignInTries.objects.count() == 6
    assert isinstance(attempt(now, password=PASSWORD, address="192.0.2.2"), StaffUser)


@pytest.mark.safety
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("addresses", "buckets"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], {"address:2001:db8:1:2::/64"}),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"],
         {"address:2001:db8:1:2::/64", "address:2001:db8:1:3::/64"}),
        (["192.0.2.1", "::ffff:192.0.2.1"], {"address:192.0.2.1"}),
        (["", "not an address"], {"address:unknown"}),
    ],
)  # fmt: skip
def test_ipv6_addresses_count_by_their_network(
    addresses: list[str], buckets: set[str], now: dt.datetime
) -> None:
    for address in addresses:
        attempt(now, address=address)
    found = SignInTries.objects.filter(bucket__startswith="address:")
    assert set(found.values_list("bucket", flat=True)) == buckets


@pytest.mark.django_db
def test_a_right_sign_in_clears_the_account_but_not_the_address(now: dt.datetime) -> None:
    make_staff(email=EMAIL, password=PASSWORD)
    for _ in range(2):
        attempt(now)
    attempt(now, password=PASSWORD)
    assert list(SignInTries.objects.values_list("bucket", "count")) == [("address:192.0.2.1", 3)]


@pytest.mark.django_db
def test_the_account_stands_in_no_counter_by_name(now: dt.datetime) -> None:
    attempt(now)
    assert not SignInTries.objects.filter(bucket__contains="ada").exists()


@pytest.mark.safety
@pytest.mark.django_db(transaction=True)
def test_signing_in_inside_a_transaction_is_an_error_of_ours(now: dt.datetime) -> None:
    # There the count would be undone together with the refusal.
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        attempt(now)


@pytest.mark.django_db
def test_the_api_says_when_to_come_back(client: APIClient) -> None:
    for status in (401, 401, 401, 429):
        answer = client.post("/v1/auth/token", {"email": EMAIL, "password": WRONG}, format="json")
        assert answer.status_code == status
    assert answer.json()["code"] == "too_many_requests"
    assert 0 < int(answer["Retry-After"]) <= WINDOW.total_seconds()


@pytest.mark.safety
@pytest.mark.django_db
def test_a_forwarded_address_counts_only_behind_a_proxy_and_only_its_last_entry(
    client: APIClient, settings: Any
) -> None:
    body = {"email": EMAIL, "password": WRONG}
    forged: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}
    client.post("/v1/auth/token", body, format="json", **forged)
    settings.BEHIND_PROXY = True
    client.post("/v1/auth/token", body, format="json", **forged)
    buckets = SignInTries.objects.filter(bucket__startswith="address:")
    assert set(buckets.values_list("bucket", flat=True)) == {
        "address:127.0.0.1",
        "address:198.51.100.7",
    }


@pytest.mark.django_db
def test_ended_counters_are_purged_and_running_ones_kept(now: dt.datetime) -> None:
    attempt(now - WINDOW)
    attempt(now, email="other@northlight.example", address="192.0.2.9")
    assert purge_sign_ins(now=now) == 2
    assert SignInTries.objects.count() == 2
