"""What people write instead of CEL: told in plain words, at the very characters, all at once."""

import pytest

from preo.segments.cel import tree
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.tests.reading import codes, hints, marked, read, shape


@pytest.mark.parametrize(
    ("text", "at", "means"),
    [
        ("a = 1", "=", "a == 1"),
        ("a === 1", "===", "a == 1"),
        ("a !== 1", "!==", "a != 1"),
        ("a <> 1", "<>", "a != 1"),
        ("a => 1", "=>", "a >= 1"),
        ("a =< 1", "=<", "a <= 1"),
        ("a ≥ 1", "≥", "a >= 1"),
        ("a ≠ 1", "≠", "a != 1"),
        ("a & b", "&", "a && b"),
        ("a | b", "|", "a || b"),
        ("a and b", "and", "a && b"),
        ("a AND b", "AND", "a && b"),
        ("a or b", "or", "a || b"),
        ("not a", "not", "!a"),
        ("NOT (a && b)", "NOT", "!(a && b)"),
        ("a is null", "is", "a == null"),
        ("a IS NULL", "IS", "a == null"),
        ("a is not null", "is not", "a != null"),
        ("a like 'x%'", "like", "a == 'x%'"),
        ("a contains 'x'", "contains", "a == 'x'"),
        ("a IN [1]", "IN", "a in [1]"),
        ("a not in [1]", "not in", "a in [1]"),
        ("a !in [1]", "!in", "a in [1]"),
        ("a in (1, 2)", "(1, 2)", "a in [1, 2]"),
        ("a == “x”", "“x”", 'a == "x"'),
        ('a == "x”', "”", 'a == "x"'),
        ("a == „x“ && b", "„x“", 'a == "x" && b'),
        ("a == 5. && b", "5.", "a == 5.0 && b"),
        ("a == €5", "€", "a == 5"),
        ("a == 5 € && b", "€", "a == 5 && b"),
        ("a;", ";", "a"),
        ("a # b", "# b", "a"),
        ("a /* b\n */ && c", "/* b\n */", "a && c"),
    ],
)
def test_a_habit_of_other_languages_is_told_and_read_as_meant(
    text: str, at: str, means: str
) -> None:
    root, problems = parse(text)
    assert (at, 1) == (text[problems[0].span.start : problems[0].span.end], len(problems))
    assert problems[0].hint
    assert shape(root) == shape(read(means))


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("a = 1", "single_equals", "Use == to compare."),
        ("a <> 1", "wrong_operator", "Write != instead."),
        ("a and b", "word_operator", "Write && instead."),
        ("a > 19,99", "decimal_comma", "Write 19.99."),
        ("(a > 19,99)", "decimal_comma", "Write 19.99."),
        ("a.exists(o, o.x > 19,99)", "decimal_comma", "Write 19.99."),
        ("a.filter(o, o.x > 19,99).size() > 1", "decimal_comma", "Write 19.99."),
        ("a > 1,000", "thousands_separator", "Write 1000, or 1.000 if it is a fraction."),
        ("a > 1 000", "thousands_separator", "Write 1000."),
        ("a > 1_000", "thousands_separator", "Write 1000."),
        ("a > 1.000.000", "thousands_separator", "Write 1000000."),
        ("a > 20EUR", "bad_number", "Write 20 alone; a text stands in quotes."),
        ("a between 1 and 5", "word_operator", "Write both ends: x >= 1 && x <= 5."),
    ],
)
def test_the_hint_says_what_to_write(text: str, code: str, hint: str) -> None:
    assert (codes(text), hints(text)) == ([code], [hint])


def test_a_comma_between_items_is_no_decimal_comma() -> None:
    assert codes("f(19,99) && a in [19,99] && {1:2,3:4}") == []


def test_a_currency_after_a_number_is_told() -> None:
    assert marked("a > 20 EUR && b > 20 kr") == [("currency_sign", "EUR"), ("currency_sign", "kr")]


def test_an_apostrophe_in_a_text_is_told_once() -> None:
    assert marked("a == 'O'Brien' && b") == [("inner_quote", "'")]
    assert 'between "' in hints("a == 'O'Brien'")[0]


@pytest.mark.parametrize(
    ("text", "at"),
    [("(a && b", "("), ("f(a", "("), ("a[1", "["), ("[1, 2", "["), ("{1: 2", "{"), ("f([1)", "[")],
)
def test_an_unclosed_bracket_is_told_where_it_opens(text: str, at: str) -> None:
    assert marked(text) == [("unclosed_bracket", at)]


def test_of_two_brackets_the_unclosed_one_is_told() -> None:
    problem = parse("(a && (b || c)")[1][0]
    assert (problem.code, problem.span.start) == ("unclosed_bracket", 0)


def test_a_bracket_too_many_and_one_of_another_sort() -> None:
    assert marked("a) && b") == [("stray_bracket", ")")]
    assert marked("(a] && b") == [("wrong_bracket", "]")]
    assert marked(")") == [("stray_bracket", ")")]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a &&", "&&"),
        ("a ==", "=="),
        ("a in", "in"),
        ("&& a", "&&"),
        ("a && && b", "&&"),
        ("f(a,)", ","),
        ("()", "()"),
        ("!", "!"),
        ("a ? b", "?"),
        ("a ? b :", ":"),
        ("{a}", "a"),
    ],
)
def test_what_is_missing_is_told_beside_where_it_is_missing(text: str, at: str) -> None:
    assert marked(text) == [("missing_part", at)]


def test_a_missing_list_is_told_with_an_example() -> None:
    assert hints("a in") == ['A list stands in brackets: in ["a", "b"].']


@pytest.mark.parametrize("text", ["", "  ", "\n", "// only a remark"])
def test_an_empty_condition_is_told(text: str) -> None:
    root, problems = parse(text)
    assert [problem.code for problem in problems] == ["empty"]
    assert isinstance(root, tree.Missing)


@pytest.mark.parametrize(
    ("text", "at"), [("a b", "b"), ('a == "x" c', "c"), ("f(a b)", "b"), ("a.b (c) [d] e", "e")]
)
def test_two_things_side_by_side_lack_an_operator(text: str, at: str) -> None:
    assert marked(text) == [("missing_operator", at)]


@pytest.mark.parametrize("text", ["a.", "a..b", ".", "a.1", "a.[1]"])
def test_a_point_with_no_name_after_it(text: str) -> None:
    assert codes(text)[0] in ("missing_field_name", "missing_operator")


def test_a_name_with_other_letters_than_ascii() -> None:
    assert marked("user.naïve && größe > 1") == [("bad_name", "naïve"), ("bad_name", "größe")]


def test_backquotes_are_no_quotes() -> None:
    assert marked("a == `x` && `y z`()")[0] == ("backquotes", "`x`")
    assert marked("a.`$b`") == [("bad_name", "`$b`")]


def test_all_mistakes_are_told_in_the_order_of_the_text_and_none_twice() -> None:
    text = "user.x = 1 and (b || ) && f(c d, 'e) || 1,5\n&& g ≥ [2 && h"
    assert marked(text) == [
        ("single_equals", "="),
        ("word_operator", "and"),
        ("missing_part", "||"),
        ("missing_operator", "d"),
        ("unclosed_text", "'"),
        ("wrong_operator", "≥"),
        ("unclosed_bracket", "["),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a && @", ("bad_character", "@")),
        ("a += 1", ("single_equals", "=")),
        ("f(]", ("missing_part", "(")),
        ("if a then b else c", ("reserved_word", "if")),
    ],
)
def test_what_follows_from_a_mistake_is_not_told_too(text: str, told: tuple[str, str]) -> None:
    assert marked(text) == [told]


def test_after_a_mistake_the_other_side_is_still_read() -> None:
    root, _ = parse("(a + ) && user.name || c")
    assert isinstance(root, tree.Binary)
    assert isinstance(root.left, tree.Binary)
    assert isinstance(root.left.right, tree.Select)
    assert isinstance(root.right, tree.Name)
