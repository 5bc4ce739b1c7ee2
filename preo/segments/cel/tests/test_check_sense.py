"""Warnings, and that no text can bring the checker down."""

import pytest

from preo.segments.cel import limits
from preo.segments.cel.tests.check_reading import accepted, read, refused, warnings


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("size(orders) >= 0", "always_true"),
        ("size(orders) < 0", "always_false"),
        ("0 <= size(orders)", "always_true"),
        ("user.orders_count == -1", "always_false"),
        ("user.orders_count > -1", "always_true"),
        ("size(user.first_name) != -3", "always_true"),
        ("user.date_joined.getMonth() == 12", "always_false"),
        ("user.date_joined.getDayOfWeek() <= 6", "always_true"),
        ("user.date_joined.getDate() < 1", "always_false"),
        ("user.first_name == null", "always_false"),
        ("user.first_name != null", "always_true"),
        ("1 == 1", "always_true"),
        ('"a" == "b"', "always_false"),
    ],
)
def test_a_comparison_that_says_nothing_is_warned_of(text: str, code: str) -> None:
    assert warnings(text) == [(code, text)]


@pytest.mark.parametrize(
    "text",
    [
        "size(orders) > 0",
        "size(orders) <= 0",
        "user.orders_count == 0",
        "user.date_joined.getMonth() == 11",
        "user.date_joined.getDate() == 1",
        "user.email == null",
        "user.total_spent >= 0",
        "(now - user.date_joined).getHours() > 48",
        'user.language == "en" || user.language == "sv"',
        'user.language != "en" && user.language != "sv"',
        "orders.exists(o, o.amount > 5) && orders.exists(o, o.amount > 6)",
        'orders.exists(a, a.edition == "x") && orders.exists(b, b.edition == "y")',
    ],
)
def test_a_comparison_that_says_something_is_not(text: str) -> None:
    assert warnings(text) == []


def test_one_field_cannot_be_two_values_at_once() -> None:
    text = 'o.edition == "a" && o.amount > 5 && "b" == o.edition'
    assert warnings(f"orders.exists(o, {text})") == [("always_false", text)]
    hint = read(f"orders.exists(o, {text})").warnings[0].hint
    assert "`exists(...)` twice" in hint
    other = 'user.language != "en" || user.language != "sv"'
    assert warnings(other) == [("always_true", other)]


def test_a_month_that_is_none_says_how_months_are_counted() -> None:
    assert read("now.getMonth() == 12").warnings[0].hint == "January is 0, December 11."


def test_an_empty_text_is_not_what_is_missing() -> None:
    warning = read('user.email == "" || user.first_name == ""').warnings[0]
    assert (warning.code, warning.hint) == ("empty_text", "Write `!has(user.email)`.")
    assert read('"" != user.email').warnings[0].hint == "Write `has(user.email)`."
    assert warnings('user.first_name == ""') == []


def test_an_unused_variable_is_warned_of() -> None:
    assert warnings("orders.exists(o, user.is_staff)") == [("unused_variable", "o")]
    assert warnings("orders.map(o, o.amount > 1, 5).sum() > 3") == []
    assert warnings("orders.exists(_o, user.is_staff)") == []


def test_a_shadowed_name_is_warned_of() -> None:
    text = "orders.exists({0}, {0}.amount > 1)"
    for name in ("user", "now", "orders", "segments"):
        assert warnings(text.format(name)) == [("shadowed_name", name)]
    nested = "orders.exists(o, purchases.exists(o, o.quantity > 1) && o.amount > 1)"
    assert warnings(nested) == [("shadowed_name", "o")]


def test_a_definition_causes_no_warning() -> None:
    assert warnings("user.total_spent > 1 && has(user.last_order)") == []


def test_mistakes_are_told_up_to_a_number() -> None:
    text = " || ".join(f"nix{number}" for number in range(limits.MAX_PROBLEMS + 10))
    assert len(read(text).problems) == limits.MAX_PROBLEMS


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["1"] * 900) + " > 1",
        "(" * 60 + "true" + ")" * 60,
        "!" * 60 + "true",
        "-" * 60 + "1 < 1",
        " && ".join(["true"] * 900),
        " || ".join(["user.is_staff && true"] * 300),
        "true ? true : " * 60 + "true",
        "user.metadata" + ".a" * 300 + " == 1",
        'user.metadata["a"]' * 1 + '["a"]' * 300 + " == 1",
        "[" * 60 + "]" * 60 + " == []",
        "orders" + ".filter(o, o.amount > 1)" * 60 + ".size() > 1",
        "string(" * 60 + "1" + ")" * 60 + ' == "1"',
        "user.first_name" + ".lowerAscii()" * 300 + ' == "a"',
        "1" + " + (1" * 55 + ")" * 55 + " > 1",
        "(1 + 1 + 1" + " + (1 + 1 + 1" * 50 + ")" * 50 + ") > 1",
        " == ".join(["true"] * 500),
        " + ".join(["user.total_spent"] * 400) + " > 1",
    ],
)
def test_no_nesting_exhausts_the_stack(text: str) -> None:
    reading = read(text)
    assert (reading.tree is None) == bool(reading.problems)
    assert {problem.code for problem in reading.problems} <= {
        "too_deep",
        "too_many_parts",
        "too_long_chain",
        "cannot_compare",
        "unsupported_feature",
        "not_a_condition",
    }


def test_a_long_sum_is_allowed_and_a_long_chain_of_methods_refused_with_one_message() -> None:
    accepted(" + ".join(["user.total_spent"] * 90) + " > 1")
    accepted("user.first_name" + ".lowerAscii()" * 60 + ' == "a"')
    assert refused("user.first_name" + ".lowerAscii()" * 95 + ' == "a"').code == "too_deep"


def test_a_definition_at_the_deepest_place_is_refused_and_no_error_of_ours() -> None:
    nested = [
        read("(true && " * depth + "user.total_spent > 1" + ")" * depth) for depth in range(63)
    ]
    assert all((reading.tree is None) == bool(reading.problems) for reading in nested)
    codes = {
        problem.code
        for depth in range(75, 95)
        for problem in read(f"spent(user.language{'.lowerAscii()' * depth}) > 1").problems
    }
    assert codes == {"too_deep"}
