"""The links of customers: whom they open to, and that nothing else opens."""

import base64
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest

from preo.consents.preferences.links import (
    Purpose,
    make_token,
    preference_url,
    read_token,
    unsubscribe_url,
)
from preo.customers.models import Customer

KEY = uuid.UUID("01914f6c-0000-7000-8000-00000000beef")
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.SECRET_KEY = "the present one"
    settings.SECRET_KEY_FALLBACKS = []


@pytest.mark.safety
@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_with_any_bit_changed_opens_nothing(purpose: Purpose) -> None:
    content = base64.urlsafe_b64decode(make_token(purpose, KEY))

    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        assert read_token(purpose, base64.urlsafe_b64encode(changed).decode()) is None
    assert read_token(purpose, base64.urlsafe_b64encode(content).decode()) == KEY


@pytest.mark.safety
def test_a_token_with_any_letter_changed_opens_nothing() -> None:
    token = make_token(Purpose.PREFERENCES, KEY)

    for place, letter in enumerate(token):
        for other in BASE64.replace(letter, ""):
            text = token[:place] + other + token[place + 1 :]
            assert read_token(Purpose.PREFERENCES, text) is None


@pytest.mark.safety
@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A" * 44,
        "A" * 43,
        "A" * 45,
        "=" * 44,
        "é" * 44,
        "\0" * 44,
        "A" * 100_000,
        "../" * 15,
    ],
)
def test_what_is_no_token_opens_nothing(text: str) -> None:
    assert read_token(Purpose.PREFERENCES, text) is None


@pytest.mark.safety
def test_there_is_one_way_to_write_a_token() -> None:
    token = make_token(Purpose.PREFERENCES, KEY)

    for text in (f"{token}=", f"{token}\n", f" {token}", token[:-1], f"{token[:-1]}٣"):
        assert read_token(Purpose.PREFERENCES, text) is None


@pytest.mark.safety
@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_for_one_purpose_is_none_for_the_other(purpose: Purpose) -> None:
    others = [read_token(other, make_token(purpose, KEY)) for other in Purpose if other != purpose]

    assert others == [None]


@pytest.mark.safety
def test_one_customers_signature_is_not_good_for_another() -> None:
    token = base64.urlsafe_b64decode(make_token(Purpose.PREFERENCES, KEY))
    forged = base64.urlsafe_b64encode(uuid.uuid4().bytes + token[16:]).decode()

    assert read_token(Purpose.PREFERENCES, forged) is None


@pytest.mark.safety
def test_after_a_change_of_secrets_old_links_open_as_long_as_theirs_is_kept(
    settings: Any,
) -> None:
    token = make_token(Purpose.UNSUBSCRIBE, KEY)

    for number in range(300):  # among so many some have the number of the old one
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = f"secret {number}"
    assert read_token(Purpose.UNSUBSCRIBE, token) == KEY
    fresh = make_token(Purpose.UNSUBSCRIBE, KEY)
    assert fresh != token
    assert read_token(Purpose.UNSUBSCRIBE, fresh) == KEY

    settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY_FALLBACKS[:-1]
    assert read_token(Purpose.UNSUBSCRIBE, token) is None
    assert read_token(Purpose.UNSUBSCRIBE, fresh) == KEY


def test_a_link_is_short_and_says_nothing_of_the_person(settings: Any) -> None:
    settings.BASE_URL = "https://preo.example"
    customer = Customer(
        pk=KEY, email="ada@example.org", first_name="Ada", phone_number="+4512345678"
    )

    for url, path in (
        (preference_url(customer), "/preferences/"),
        (unsubscribe_url(customer), "/unsubscribe/"),
    ):
        assert url.startswith(f"https://preo.example{path}")
        token = urlsplit(url).path.removeprefix(path)
        assert len(token) == 44
        rest = base64.urlsafe_b64decode(token).replace(KEY.bytes, b"")
        assert len(rest) == 17
        assert preference_url(customer) == preference_url(Customer(pk=KEY, email="new@example.org"))
