"""Bodies as they are read: what PostgreSQL or Python could not bear is refused with its place."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preo.core.errors import (
    MAX_ERRORS,
    MAX_NAME,
    DomainError,
    InvalidError,
    MalformedError,
    TooLargeError,
)
from preo.core.json import MAX_DEPTH, MAX_MAGNITUDE, StrictJSONParser, dump

pytestmark = pytest.mark.safety


def read(raw: bytes) -> Any:
    return StrictJSONParser().parse(io.BytesIO(raw))


def refusal(raw: bytes) -> DomainError:
    with pytest.raises(DomainError) as refused:
        read(raw)
    # What a refusal says of a body must itself be fit for an answer.
    for error in refused.value.errors:
        dump([error.pointer, error.detail])
    dump(refused.value.detail)
    return refused.value


def places(raw: bytes) -> list[tuple[str, str]]:
    error = refusal(raw)
    assert isinstance(error, InvalidError)
    return [(item.pointer, item.code) for item in error.errors]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "line 1, column 1"),
        (b"   ", "line 1, column 4"),
        (b'{"a": ', "line 1, column 7"),
        (b'{\n "a": 1,\n}', "line 3, column 1"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'{"a": 1} {"b": 2}', "line 1, column 10"),
        (b'{"a": 01}', "column 8"),
        (b'{"a": .5}', "column 7"),
        (b'{"a": +1}', "column 7"),
        (b'{"a": 0x1f}', "column 8"),
        (b'{"a": "line\nbreak"}', "Invalid control character"),
        (b'{"a": "\x00"}', "Invalid control character"),
        (b'{"a": "\\x41"}', "Invalid \\escape"),
        (b"nonsense", "line 1, column 1"),
        (b"a=1&b=2", "line 1, column 1"),
        (b"<a>1</a>", "line 1, column 1"),
        (b'\xef\xbb\xbf{"a": 1}', "BOM"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'[-Infinity]', "-Infinity"),
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b'{"b": [{"a": 1, "c": 2, "a": 1}]}', "'a' stands twice"),
        (rb'{"\ud800": 1, "\ud800": 2}', r"'\ud800' stands twice"),
        (b"\xff\xfe{\x00}\x00", "byte 0"),
        ('{"a": "é"}'.encode("latin-1"), "byte 7"),
        (b'{"a": "\xed\xa0\x80"}', "byte 7"),
        (b'{"a": "\xc0\x80"}', "byte 7"),
        (b"[" * 100_000, "levels deep"),
        (b'{"a":' * 100_000, "levels deep"),
        (b"[" * 100_000 + b"]" * 100_000, "levels deep"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_malformed_and_says_where(raw: bytes, words: str) -> None:
    error = refusal(raw)
    assert isinstance(error, MalformedError)
    assert words in error.detail


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_than_utf_8_is_malformed(encoding: str) -> None:
    assert isinstance(refusal('{"name": "é"}'.encode(encoding)), MalformedError)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (rb'{"a": "x\u0000y"}', [("/a", "null_character")]),
        (rb'{"a": {"b": ["x", "\u0000"]}}', [("/a/b/1", "null_character")]),
        (rb'{"x\u0000y": 1}', [(r"/x\u0000y", "null_character")]),
        (rb'["\u0000"]', [("/0", "null_character")]),
        (rb'"\u0000"', [("", "null_character")]),
        (rb'{"a": "\ud800"}', [("/a", "lone_surrogate")]),
        (rb'{"a": ["ok", "\udc00 \ud800"]}', [("/a/1", "lone_surrogate")]),
        (rb'{"a": {"\udfff": {"b": 1}}}', [(r"/a/\udfff", "lone_surrogate")]),
        (rb'{"\ud800/~": "\u0000"}',
         [(r"/\ud800~1~0", "lone_surrogate"), (r"/\ud800~1~0", "null_character")]),
        (b'{"a": 1' + b"0" * 400 + b"}", [("/a", "out_of_range")]),
        (b'{"a": -1' + b"0" * 400 + b"}", [("/a", "out_of_range")]),
        (b"[" + b"9" * 5_000 + b"]", [("/0", "out_of_range")]),
        (b'{"a": 1e999999999}', [("/a", "out_of_range")]),
        (b'{"a": -1e-999999999}', [("/a", "out_of_range")]),
        (b'{"a": 1e99999999999999999999}', [("/a", "out_of_range")]),
        (b'{"a": -1E-99999999999999999999}', [("/a", "out_of_range")]),
        (b'{"a": 0.' + b"0" * 5_000 + b"1}", [("/a", "out_of_range")]),
        (b'{"a": 0e400}', [("/a", "out_of_range")]),
        (b"[1, 2.5, [1e31], 1e31]", [("/2/0", "out_of_range"), ("/3", "out_of_range")]),
        (rb'{"a/b~c": "\u0000"}', [("/a~1b~0c", "null_character")]),
        (rb'{"": "\u0000"}', [("/", "null_character")]),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_kept_is_refused_by_its_place(
    raw: bytes, expected: list[tuple[str, str]]
) -> None:
    assert places(raw) == expected


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_refused_from_one_level_beyond_the_bound(opening: bytes, closing: bytes) -> None:
    read(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH)
    ((pointer, code),) = places(opening * (MAX_DEPTH + 1) + b"{}" + closing * (MAX_DEPTH + 1))
    assert (pointer.count("/"), code) == (MAX_DEPTH + 1, "too_deep")


def test_of_very_many_mistakes_the_first_are_named() -> None:
    assert places(b"[" + b"1e99," * 100_000 + b"1]") == [
        (f"/{index}", "out_of_range") for index in range(MAX_ERRORS)
    ]


def test_a_very_long_name_is_not_repeated_at_length() -> None:
    name = "n" * 100_000
    ((pointer, _),) = places(json.dumps({name: {name: "\0"}}).encode())
    assert pointer == f"/{'n' * MAX_NAME}.../{'n' * MAX_NAME}..."
    twice = refusal(f'{{"{name}": 1, "{name}": 2}}'.encode())
    assert len(twice.detail) < 2 * MAX_NAME


def test_a_body_may_be_as_large_as_the_setting_says_and_no_byte_larger(settings: Any) -> None:
    settings.MAX_BODY_BYTES = 1_000
    assert read(b'"' + b"a" * 998 + b'"') == "a" * 998
    assert isinstance(refusal(b'"' + b"a" * 999 + b'"'), TooLargeError)


def test_a_body_that_is_too_large_is_not_read_to_its_end(settings: Any) -> None:
    settings.MAX_BODY_BYTES = 1_000
    stream = io.BytesIO(b"[" * 1_000_000)
    with pytest.raises(TooLargeError):
        StrictJSONParser().parse(stream)
    assert stream.tell() <= 1_001


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"null", None), (b"true", True), (b"7", 7), (b'"x"', "x"), (b"[]", []), (b"{}", {}),
        (b" \r\n\t{} ", {}), (b"-0", 0), (b"1" * MAX_MAGNITUDE, int("1" * MAX_MAGNITUDE)),
        ('"łódź 🎪"'.encode(), "łódź 🎪"), (rb'"\ud83c\udfaa"', "🎪"), (b'"\x7f"', "\x7f"),
        (rb'"\u0001"', "\x01"), ('"\ufffe\uffff"'.encode(), "\ufffe\uffff"),
    ],
)  # fmt: skip
def test_what_is_sound_is_read(raw: bytes, value: Any) -> None:
    assert read(raw) == value


@pytest.mark.parametrize("text", ["0.1", "12.50", "1e2", "-1.5E-3", "0.30000000000000000001"])
def test_a_number_with_a_point_or_exponent_is_read_as_it_is_written(text: str) -> None:
    value = read(text.encode())
    assert type(value) is Decimal
    assert value.as_tuple() == Decimal(text).as_tuple()


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**29), 10**29) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values, st.booleans())
def test_every_sound_value_is_read_as_it_was_written(value: Any, ascii_only: bool) -> None:
    assert read(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps(text).encode()))
def test_no_bytes_at_all_are_more_than_a_refusal(raw: bytes) -> None:
    try:
        read(raw)
    except DomainError as error:
        dump([error.detail, *[[item.pointer, item.detail] for item in error.errors]])
