import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from preo.core.addresses import is_email, network_of, normalise_email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@northlight.example",
        "ada@",
        "ada@northlight",
        "ada@northlight.",
        "ada@.example",
        "ada@-northlight.example",
        "ada@northlight-.example",
        "ada@192.0.2.1",
        "ada@[192.0.2.1]",
        "ada@northlight..example",
        ".ada@northlight.example",
        "ada.@northlight.example",
        "a..da@northlight.example",
        "a da@northlight.example",
        "ada\n@northlight.example",
        "ada@northlight.example\n",
        "ada@northlight.example,bo@northlight.example",
        "Ada <ada@northlight.example>",
        '"ada"@northlight.example',
        "ada@bo@northlight.example",
        "ad\u200ba@northlight.example",
        "ada\u202e@northlight.example",
        "ada\x00@northlight.example",
        "\ua7dcda@northlight.example",
        "a" * 65 + "@northlight.example",
        "ada@" + "a" * 64 + ".example",
        "ada@" + "a." * 124 + "example",
    ],
)
def test_what_is_no_address_is_seen_as_such(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "ada@northlight.example",
        "ada.vinter+tickets@mail.northlight.example",
        "o'brien_{99}@northlight.example",
        "zoë@bücher.example",
        "用户@例子.广告",
        "a@b.xn--p1ai",
        "a" * 64 + "@northlight.example",
    ],
)
def test_an_address_in_any_script_is_one(text: str) -> None:
    assert is_email(text)


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_email(text)
    assert normalise_email(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.django_db
def test_no_character_of_an_address_is_lowered_further_by_the_database() -> None:
    # Tables hold lower(email) = email, by PostgreSQL's idea of letters.
    letters = [normalise_email(chr(code)) for code in range(1, 0x110000) if code >> 11 != 0x1B]
    taken = [letter for letter in letters if letter and is_email(f"{letter}@northlight.example")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) letter WHERE lower(letter) <> letter", [taken]
        )
        found = cursor.fetchone()
    assert len(taken) > 100_000
    assert found == (0,)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("localhost", "unknown"),
        ("192.0.2.1:4711", "unknown"),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network
