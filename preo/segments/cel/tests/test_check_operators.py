"""Arithmetic, logic, branches and literals."""

from decimal import Decimal

import pytest

from preo.segments.cel import typed
from preo.segments.cel.tests.check_reading import (
    accepted,
    checked_value,
    mistakes,
    refused,
    value,
)
from preo.segments.cel.types import (
    BOOL,
    DECIMAL,
    DOUBLE,
    DURATION,
    INT,
    STRING,
    TIMESTAMP,
    Kind,
    Type,
    id_of,
    list_of,
)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("user.date_joined - 30 < now", "A number of days is written `days(30)`."),
        ("now - user.orders_count < now", "A number of days is written `days(user.orders_count)`."),
        ("now + now > now", "Two times can be subtracted, not added."),
        ('user.first_name + 1 == "x"', 'A text goes in quotes: "1".'),
        ('user.first_name + user.orders_count == "x"', "Write `string(user.orders_count)`."),
        ('user.id + "x" == "y"', "An id can be compared with `==`, `!=` and `in` only."),
        ("user.orders_count + 0.5 > 1", "Write `double(user.orders_count)`."),
        ("user.total_spent * double(2) > 1", ""),
        ("user.total_spent * double(user.orders_count) > 1", "Leave out `double(...)`."),
        ("1 + null > 2", "null is nothing: it cannot be reckoned with."),
        ("user.total_spent % 2 == 0", ""),
        ("-user.first_name == 'x'", ""),
        ("days(1) * 2 > days(1)", "A number of days is written `days(2)`."),
    ],
)
def test_what_cannot_be_reckoned_is_refused_with_what_to_write(text: str, hint: str) -> None:
    found = mistakes(text)
    if text == "user.total_spent * double(2) > 1":
        assert found == []
        return
    assert [code for code, _ in found] == ["wrong_operand"]
    assert refused(text).hint == hint


@pytest.mark.parametrize("divisor", ["0", "0.0", "-0.0"])
def test_a_written_zero_is_no_divisor(divisor: str) -> None:
    whole = [f"user.total_spent / {divisor} > 1"]
    if divisor == "0":
        whole += ["user.orders_count % 0 > 1", "5 / 0 > 1"]
    for text in whole:
        assert mistakes(text) == [("division_by_zero", divisor)]


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("1 + 2", INT),
        ("1.5 * 2.0", DOUBLE),
        ("1.5 * 2", DOUBLE),
        ("7 / 2", INT),
        ("user.total_spent / 2", DECIMAL),
        ("user.total_spent * 1.25", DECIMAL),
        ("user.total_spent - user.orders_count", DECIMAL),
        ("-user.total_spent", DECIMAL),
        ('user.first_name + "x"', STRING),
        ("now - user.date_joined", DURATION),
        ("now - days(3)", TIMESTAMP),
        ("days(3) + now", TIMESTAMP),
        ("days(3) - days(1)", DURATION),
        ("[1] + [2.5]", list_of(DOUBLE)),
        ("user.metadata.a + 1", DOUBLE),
        ("user.metadata.a % 2", INT),
        ("user.metadata.a + user.total_spent", DECIMAL),
        ('user.metadata.a + "x"', STRING),
        ("double(user.orders_count) + 0.5", DOUBLE),
    ],
)
def test_results_have_their_kind(text: str, of: Type) -> None:
    assert value(text).type == of


def test_a_quotient_of_whole_numbers_stays_whole_beside_an_amount() -> None:
    """10 / 4 is 2 in CEL; reckoned as amounts it would be 2.5."""
    total = value("user.total_spent + 10 / 4")
    assert isinstance(total, typed.Arithmetic)
    assert isinstance(total.right, typed.Arithmetic)
    assert total.right.type == INT


def test_what_is_reckoned_of_written_numbers_is_exact_beside_an_amount() -> None:
    total = value("user.total_spent * (1.1 - 0.1)")
    assert isinstance(total, typed.Arithmetic)
    assert isinstance(total.right, typed.Arithmetic)
    assert total.right.type == DECIMAL
    assert isinstance(total.right.left, typed.Constant)
    assert total.right.left.value == Decimal("1.1")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("user.total_spent && true", "user.total_spent"),
        ("!user.first_name", "user.first_name"),
        ("true || user.date_joined", "user.date_joined"),
        ("user.orders_count ? true : false", "user.orders_count"),
        ("orders.exists(o, o.amount)", "o.amount"),
        ("orders && true", "orders"),
        ("null || true", "null"),
    ],
)
def test_a_yes_or_no_must_stand_where_one_is_asked(text: str, wrong: str) -> None:
    assert mistakes(text) == [("not_yes_no", wrong)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("user.total_spent", "Compare it, for example `user.total_spent > 100`."),
        ("user.first_name", 'Compare it, for example `user.first_name == "..."`.'),
        ("user.date_joined", "Compare it, for example `user.date_joined > now - days(365)`."),
        ("segments", "For whether there is any write `size(segments) > 0`."),
        ("1 + 1", "Compare it, for example `... > 100`."),
    ],
)
def test_a_condition_must_be_true_or_false(text: str, hint: str) -> None:
    problem = refused(text)
    assert (problem.code, problem.hint) == ("not_a_condition", hint)


def test_the_checker_alone_takes_any_type_but_rows() -> None:
    assert checked_value("user.total_spent").problems == ()
    assert [problem.code for problem in checked_value("user").problems] == ["row_not_value"]
    assert [problem.code for problem in checked_value("orders").problems] == ["list_not_value"]
    filtered = checked_value("orders.filter(o, o.amount > 1)")
    assert [problem.code for problem in filtered.problems] == ["list_not_value"]


def test_free_data_by_itself_is_taken_as_a_yes_or_no() -> None:
    taken = accepted("user.metadata.vip")
    assert isinstance(taken, typed.Taken)
    assert taken.type == BOOL


def test_a_chain_is_one_node_however_it_is_bracketed() -> None:
    for operator, node in (("&&", typed.And), ("||", typed.Or)):
        for text in (
            "{1} {0} {2} {0} {3} {0} {4}",
            "({1} {0} {2}) {0} ({3} {0} {4})",
            "{1} {0} ({2} {0} ({3} {0} {4}))",
        ):
            found = accepted(text.format(operator, *(f"user.orders_count > {n}" for n in range(4))))
            assert isinstance(found, node)
            assert len(found.items) == 4


def test_mixed_chains_keep_their_own_nodes() -> None:
    found = accepted("user.is_staff && (user.is_staff || user.has_email) && has(user.email)")
    assert isinstance(found, typed.And)
    assert isinstance(found.items[1], typed.Or)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('true ? 1 : "a"', "mixed_branches"),
        ("true ? now : 1", "mixed_branches"),
        ("true ? orders : orders", "list_not_value"),
        ("true ? user : user", "row_not_value"),
        ("true ? [1] : [2]", "list_not_value"),
        ("user.is_staff ? user.orders_count : 2.5", "mixed_branches"),
    ],
)
def test_branches_of_two_sorts_are_refused(text: str, code: str) -> None:
    assert {problem.code for problem in checked_value(text).problems} == {code}


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("true ? 1 : 2", INT),
        ("true ? 1 : 2.5", DOUBLE),
        ("true ? 1.5 : user.total_spent", DECIMAL),
        ("true ? user.first_name : null", STRING.or_null()),
        ("true ? user.email : 'x'", STRING.or_null()),
        ("true ? user.id : 'usr_01jz0000000000000000000000'", id_of("usr")),
        ("true ? user.metadata.a : 'x'", STRING),
    ],
)
def test_branches_share_a_type(text: str, of: Type) -> None:
    assert value(text).type == of


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("[1, 2.5]", DOUBLE),
        ("[1, user.total_spent]", DECIMAL),
        ("['a', null]", STRING.or_null()),
        ("[user.email]", STRING.or_null()),
        ("[]", Type(Kind.UNKNOWN)),
        ("[null]", Type(Kind.NULL, nullable=True)),
        ("[user.metadata.a, 'x']", STRING),
    ],
)
def test_lists_have_one_type_of_item(text: str, of: Type) -> None:
    assert value(text).type == list_of(of)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1, 'a']", "mixed_list"),
        ("[1] + ['a']", "mixed_list"),
        ("[[1], [2]]", "unsupported_feature"),
        ("[user]", "row_not_value"),
        ("orders + orders", "list_not_value"),
        ("[1] + 2", "list_not_value"),
    ],
)
def test_lists_that_cannot_be_are_refused(text: str, code: str) -> None:
    assert [problem.code for problem in checked_value(text).problems] == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e151", "number_too_large"),
        ("-1e200", "number_too_large"),
        ("1e-151", "number_too_small"),
    ],
)
def test_numbers_beyond_all_use_are_refused(text: str, code: str) -> None:
    assert [problem.code for problem in checked_value(text).problems] == [code]


def test_the_bounds_of_numbers_are_allowed() -> None:
    for text in ("1e150", "-1e150", "1e-150", "0.0", "9223372036854775807", "-9223372036854775808"):
        assert checked_value(text).problems == ()


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("1u == 1", "Unsigned"),
        ('b"a" == b"a"', "Bytes"),
        ('{"a": 1} == 1', "Maps"),
        ("a.Message{x: 1} == 1", "Messages"),
    ],
)
def test_literals_that_are_not_supported_are_named(text: str, feature: str) -> None:
    assert feature in checked_value(text).problems[0].message
