"""Words, numbers and texts, one by one."""

import math

import pytest

from preo.segments.cel import tree
from preo.segments.cel.tests.reading import codes, marked, read


def value(text: str) -> object:
    root = read(text)
    assert isinstance(root, tree.Literal)
    assert root.span.end - root.span.start == len(text.strip())
    return root.value


@pytest.mark.parametrize("text", ["9223372036854775808", "-9223372036854775809", "9" * 9000])
def test_a_whole_number_beyond_64_bits_is_refused(text: str) -> None:
    assert marked(text) == [("number_too_large", text)]


@pytest.mark.parametrize(
    "text", ["18446744073709551616u", "0x1FFFFFFFFFFFFFFFFu", "1.99e90000009", "-1e999"]
)
def test_other_numbers_beyond_their_range_are_refused_too(text: str) -> None:
    assert marked(text) == [("number_too_large", text)]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (r'"\d"', r"\d"),
        (r'"a\."', r"\."),
        (r"'\xFh'", r"\xF"),
        (r"'\u12'", r"\u12"),
        (r"'\400'", r"\400"),
        (r"'\08'", r"\08"),
        (r"'\udead'", r"\udead"),
        (r"'\U00110000'", r"\U00110000"),
        (r"b'\u0041'", r"\u0041"),
        ('"""\n\\q"""', r"\q"),
    ],
)
def test_an_escape_that_means_nothing_is_refused_at_its_place(text: str, bad: str) -> None:
    assert marked(text) == [("bad_escape", bad)]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('"abc', '"'),
        ("x == 'abc && y", "'"),
        ('"abc\n', '"'),
        (r'"abc\"', '"'),
        ('"abc\\\n"', '"'),
        ("r'abc\n", "r'"),
        ('"""abc"', '"""'),
        ("'''a''", "'''"),
        ('f("abc)', '"'),
        ('[("abc', '"'),
    ],
)
def test_an_unclosed_text_is_told_once_and_at_its_beginning(text: str, at: str) -> None:
    assert marked(text)[0] == ("unclosed_text", at)
    assert codes(text).count("unclosed_bracket") == 0


def test_after_an_unclosed_text_the_next_line_is_read() -> None:
    assert codes('x == "abc\n&& y = 2') == ["unclosed_text", "single_equals"]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u3000", "\u202f", "\t", "\r\n", "\f"])
def test_every_blank_is_a_blank(blank: str) -> None:
    assert codes(blank.join(["", "a", "==", "1", "&&", "b", ""])) == []


@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\u2060", "\x00", "\u202e"])
def test_what_cannot_be_seen_is_refused_outside_texts(hidden: str) -> None:
    assert marked(f"a {hidden}== 1") == [("invisible_character", hidden)]


def test_within_a_name_it_is_refused_without_breaking_the_name() -> None:
    assert marked("us\u200ber.x") == [("invisible_character", "us\u200ber")]


def test_joiners_within_a_text_are_part_of_it_but_nul_and_half_characters_are_not() -> None:
    assert value("'👩\u200d🚀'") == "👩\u200d🚀"
    assert marked("'a\x00b'") == [("invisible_character", "\x00")]
    assert marked("'a\ud800b'") == [("bad_character", "\ud800")]
    assert marked("b'a\ud800\\n' == b'\\n'") == [("bad_character", "\ud800")]
    assert value(r"'a\x00b'") == "a\x00b"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0", 0),
        ("007", 7),
        ("0xfF", 255),
        ("-0x10", -16),
        ("-5", -5),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("0" * 50 + "1", 1),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5e-1", -0.05),
        ("1e3", 1000.0),
        ("2.5E+2", 250.0),
        ("23u", tree.Unsigned(23)),
        ("0xFFU", tree.Unsigned(255)),
        ("18446744073709551615u", tree.Unsigned(2**64 - 1)),
    ],
)
def test_numbers(text: str, meant: object) -> None:
    assert value(text) == meant
    assert type(value(text)) is type(meant)


def test_a_number_keeps_how_it_was_written() -> None:
    literal = read("- 19.990")
    assert isinstance(literal, tree.Literal)
    assert (literal.text, literal.value) == ("-19.990", -19.99)


def test_minus_zero_is_kept() -> None:
    zero = value("-0.0")
    assert isinstance(zero, float)
    assert math.copysign(1, zero) == -1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('""', ""),
        ("'\"\"'", '""'),
        ("'''x''x'''", "x''x"),
        ('"""a\nb"""', "a\nb"),
        (r'"\a\b\f\n\r\t\v\'\"\\\?\`"', "\a\b\f\n\r\t\v'\"\\?`"),
        (r'"\303\277"', "Ã¿"),
        (r'"\377\xFF\XfF"', "ÿÿÿ"),
        (r'"\u270c\U0001F431"', "✌🐱"),
        (r"'\ud83d\ude00'", "😀"),
        (r'r"\\\d"', r"\\\d"),
        ("R'a\"b'", 'a"b'),
        ('r"""\n\\"""', "\n\\"),
        (r'"""\""""', '"'),
        ("'“curly” // no comment'", "“curly” // no comment"),
        ('b"abc"', b"abc"),
        ('b"ÿ"', b"\xc3\xbf"),
        (r'b"\303\277"', b"\xc3\xbf"),
        (r'b"\377\xFF"', b"\xff\xff"),
        (r'Br"\377"', rb"\377"),
        ("b'''\r\n'''", b"\r\n"),
    ],
)
def test_texts(text: str, meant: object) -> None:
    assert value(text) == meant


def test_words_that_are_values() -> None:
    assert [value(word) for word in ("true", "false", "null")] == [True, False, None]


def test_remarks_are_no_part_of_the_condition() -> None:
    assert codes("// first\na // second\r&& b // last") == []
    assert read("// first\na").span.start == 9
