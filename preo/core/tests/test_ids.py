"""Ids: what is refused, and that the two forms of an id are one to one."""

import time
import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from preo.core import ids
from preo.core.models import parse_id

UUID7 = uuid.UUID("0190163d-8694-739b-aea5-966c26f8ad91")
TEXT = "edt_01j0b3v1mmeedtx9cpdgkfhbch"


def test_the_example_is_the_canonical_form() -> None:
    assert ids.encode_id("edt", UUID7) == TEXT
    assert ids.decode_id("edt", TEXT) == UUID7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "edt",
        "edt_",
        "_01j0b3v1mmeedtx9cpdgkfhbch",
        "01j0b3v1mmeedtx9cpdgkfhbch",
        "org_01j0b3v1mmeedtx9cpdgkfhbch",
        "EDT_01j0b3v1mmeedtx9cpdgkfhbch",
        "edt-01j0b3v1mmeedtx9cpdgkfhbch",
        "edt__01j0b3v1mmeedtx9cpdgkfhbch",
        "edt_01j0b3v1mmeedtx9cpdgkfhbc",
        "edt_01j0b3v1mmeedtx9cpdgkfhbch0",
        " edt_01j0b3v1mmeedtx9cpdgkfhbch",
        "edt_01j0b3v1mmeedtx9cpdgkfhbch\n",
        "edt_01j0b3v1mmeedtx9cpdgkfhbc\n",
        "edt_01j0b3v1mmeedtx9cpdgkfhbc ",
        "edt_01j0b3v1mm_eedtx9cpdgkfhbc",
        "edt_+1j0b3v1mmeedtx9cpdgkfhbch",
        "edt_-1j0b3v1mmeedtx9cpdgkfhbch",
        "edt_01j0b3v1mmeedtx9cpdgkfhbc\0",
        str(UUID7),
        f"edt_{UUID7.hex}",
    ],
)
def test_another_spelling_is_no_id(text: str) -> None:
    assert ids.decode_id("edt", text) is None


def test_upper_case_is_no_id() -> None:
    head, _, digits = TEXT.partition("_")
    assert ids.decode_id("edt", f"{head}_{digits.upper()}") is None
    for place, digit in enumerate(digits):
        if digit.isalpha():
            one_upper = digits[:place] + digit.upper() + digits[place + 1 :]
            assert ids.decode_id("edt", f"{head}_{one_upper}") is None


@pytest.mark.parametrize("letter", "ilouILOU")
def test_letters_that_look_like_others_are_refused(letter: str) -> None:
    assert ids.decode_id("edt", TEXT[:-1] + letter) is None


@pytest.mark.parametrize("digit", "89abcdefghjkmnpqrstvwxyz")
def test_a_first_digit_beyond_128_bits_is_refused(digit: str) -> None:
    assert ids.decode_id("edt", f"edt_{digit}{'0' * 25}") is None


def test_the_first_digit_may_go_to_seven() -> None:
    assert ids.decode_id("edt", "edt_7" + "z" * 25) == uuid.UUID(int=2**128 - 1)
    assert ids.decode_id("edt", "edt_" + "0" * 26) == uuid.UUID(int=0)


@pytest.mark.parametrize("digit", ["\u0663", "\uff13", "\u00b2", "\u09e9", "\u00e9", "\ud800"])
def test_digits_of_other_scripts_are_refused(digit: str) -> None:
    for place in (4, 10, len(TEXT) - 1):
        assert ids.decode_id("edt", TEXT[:place] + digit + TEXT[place + 1 :]) is None


@pytest.mark.parametrize("value", [None, 7, True, 1.5, [TEXT], {"id": TEXT}, UUID7, TEXT.encode()])
def test_what_is_no_text_is_no_id(value: object) -> None:
    model = SimpleNamespace(id_prefix="edt")
    assert parse_id(model, value) is None  # type: ignore[arg-type] # only the prefix is read
    assert parse_id(model, TEXT) == UUID7  # type: ignore[arg-type]


@given(st.uuids())
def test_every_uuid_survives_the_round_trip(value: uuid.UUID) -> None:
    text = ids.encode_id("prd", value)
    assert len(text) == len("prd_") + ids.LENGTH
    assert ids.decode_id("prd", text) == value


@given(st.text(alphabet=ids.ALPHABET, min_size=26, max_size=26))
def test_what_is_read_is_written_the_same(digits: str) -> None:
    value = ids.decode_id("prd", f"prd_{digits}")
    assert value is None or ids.encode_id("prd", value) == f"prd_{digits}"
    assert (value is None) == (digits[0] > "7")


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    for candidate in (text, f"prd_{text}"):
        value = ids.decode_id("prd", candidate)
        assert value is None or ids.encode_id("prd", value) == candidate


@given(st.uuids(), st.uuids())
def test_the_text_sorts_like_the_uuid(one: uuid.UUID, other: uuid.UUID) -> None:
    assert (one < other) == (ids.encode_id("prd", one) < ids.encode_id("prd", other))


def test_a_new_id_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    made = [ids.uuid7() for _ in range(1_000)]
    after = time.time_ns() // 1_000_000

    for value in made:
        assert value.version == 7
        assert value.variant == uuid.RFC_4122
        assert before <= value.int >> 80 <= after
    assert len(set(made)) == len(made)


def test_every_random_bit_of_a_new_id_takes_both_values() -> None:
    made = [ids.uuid7().int for _ in range(200)]
    fixed = {76, 77, 78, 79, 62, 63}
    for bit in set(range(80)) - fixed:
        assert {value >> bit & 1 for value in made} == {0, 1}, bit


@pytest.mark.django_db
def test_the_database_makes_ids_of_the_same_shape() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, 100)")
        made = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT uuid_extract_version(%s), uuid_extract_timestamp(%s)", [ids.uuid7()] * 2
        )
        version, moment = cursor.fetchone()

    for value in made:
        assert (value.version, value.variant) == (7, uuid.RFC_4122)
        assert abs((value.int >> 80) - time.time_ns() // 1_000_000) < 60_000
    assert version == 7
    assert abs(moment.timestamp() - time.time()) < 60
