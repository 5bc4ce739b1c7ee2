"""Functions, macros and aggregates; what CEL has and conditions do not."""

import pytest

from preo.segments.cel import typed
from preo.segments.cel.check.aggregates import AGGREGATES
from preo.segments.cel.check.builtins import FUNCTIONS as CALLS
from preo.segments.cel.check.builtins import METHODS
from preo.segments.cel.check.calls import MACROS
from preo.segments.cel.functions import FUNCTIONS, FunctionEntry, functions_of
from preo.segments.cel.tests.check_reading import (
    accepted,
    mistakes,
    read,
    refused,
    value,
)
from preo.segments.cel.tests.check_schema import SCHEMA
from preo.segments.cel.types import (
    BOOL,
    DECIMAL,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Kind,
    Type,
    list_of,
)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (
            "orders.sum(o, o.amount) > 1",
            "wrong_arguments",
            "Write `orders.map(o, o.amount).sum()`.",
        ),
        ("orders.sum() > 1", "list_not_value", "Write `orders.map(o, o.amount).sum()`."),
        (
            "size(orders, o, o.amount > 1) > 1",
            "wrong_arguments",
            "Write `size(orders.filter(o, ...))`.",
        ),
        (
            "user.total_spent.sum() > 1",
            "not_a_list",
            "For all of a list write `....map(x, x.total_spent).sum()`.",
        ),
        ("size(user.orders_count) > 1", "wrong_argument", "Write `user.orders_count` itself."),
        (
            "orders.map(o, o.discount).sum() > 1",
            "nullable_aggregate",
            "Take another field, one that is always there.",
        ),
        ("orders.map(o, o.status).sum() > 1", "wrong_argument", "For how many write `size(...)`."),
        (
            "orders.map(o, o.created).avg() > now",
            "wrong_argument",
            "For how many write `size(...)`.",
        ),
        ("orders.map(o, o.id).max() == 'x'", "wrong_argument", "For how many write `size(...)`."),
        ("orders.count() > 1", "unknown_function", "Did you mean `size(orders)`?"),
        ("count(orders) > 1", "unknown_function", "Did you mean `size(orders)`?"),
        (
            "orders.any(o, o.amount > 1)",
            "unknown_function",
            "Did you mean `orders.exists(o, ...)`?",
        ),
        ("orders.map(o, o.amount).average() > 1", "unknown_function", "Did you mean `....avg()`?"),
        (
            "user.total_spent() > 1",
            "unknown_function",
            "`total_spent` is a field: write `user.total_spent`, without brackets.",
        ),
        ("total_spent() > 1", "unknown_function", "Write `user.total_spent`, without brackets."),
        ("now() > user.date_joined", "unknown_function", "`now` is written without brackets."),
        (
            "user.first_name.toLowerCase() == 'a'",
            "unknown_function",
            "Did you mean `user.first_name.lowerAscii()`?",
        ),
        (
            "user.first_name.startswith('a')",
            "unknown_function",
            "Did you mean `user.first_name.startsWith(...)`?",
        ),
        (
            "user.first_name.includes('a')",
            "unknown_function",
            "Did you mean `user.first_name.contains(...)`?",
        ),
        (
            "user.first_name.contains()",
            "wrong_arguments",
            'Write `user.first_name.contains("...")`.',
        ),
        ("user.first_name.contains(1)", "wrong_argument", 'A text goes in quotes: "1".'),
        (
            "user.id.startsWith('usr')",
            "wrong_argument",
            "An id can be compared with `==`, `!=` and `in` only.",
        ),
        ("spent() > 1", "wrong_arguments", 'For example `spent("EUR")`.'),
        ("spent(5) > 1", "wrong_argument", 'For example `spent("EUR")`.'),
        (
            "user.first_name.exists(c, c == 'a')",
            "not_a_list",
            "Use `user.first_name` itself in a comparison.",
        ),
        ("user.exists(o, o.amount > 1)", "not_a_list", "Lists are `orders`, `purchases`."),
        (
            "exists(orders, o, o.amount > 1)",
            "wrong_arguments",
            "Write `orders.exists(o, o.status == ...)`.",
        ),
        (
            "orders.map(o, o).size() > 1",
            "row_not_value",
            "Name one of its fields, for example `o.amount`.",
        ),
        ("days(1.5) > days(1)", "wrong_argument", "For example `days(30)`."),
        (
            "timestamp(user.first_name) < now",
            "wrong_argument",
            'For example `timestamp("2026-07-01T00:00:00Z")`.',
        ),
        (
            "duration(30) < now - now",
            "wrong_argument",
            'For example `duration("36h")`; for days `days(30)`.',
        ),
        ("user.first_name.getHours() == 1", "wrong_argument", ""),
        ("days(3).getFullYear() == 1", "wrong_argument", ""),
        ("int(user.first_name) == 1", "wrong_argument", "Only a written text can become a number."),
        (
            "string(user.id) == 'x'",
            "wrong_argument",
            "An id is compared as it is, with `==`, `!=` and `in`.",
        ),
        ('int("x") == 1', "wrong_argument", ""),
        ("int(1e30) == 1", "wrong_argument", ""),
        ('double("NaN") == 1.0', "wrong_argument", ""),
    ],
)
def test_wrong_calls_are_refused_with_what_to_write(text: str, code: str, hint: str) -> None:
    problem = refused(text)
    assert (problem.code, problem.hint) == (code, hint)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("type(user.email) == string", "`type()`"),
        ("dyn(1) == 1", "`dyn()`"),
        ("uint(1) == 1", "`uint()`"),
        ("bytes('a') == 'a'", "`bytes()`"),
        ("bool('true')", "`bool()`"),
        ("math.greatest(1, 2) == 2", "`math.`"),
        ("optional.of(1) == 1", "optional values"),
        ("strings.quote('a') == 'a'", "`strings.`"),
        ("base64.encode('a') == 'a'", "`base64.`"),
        ("cel.bind(x, 1, x == 1)", "`cel.bind`"),
        ("user.email.split('@') == ['a']", "`split`"),
        ("user.first_name.replace('a', 'b') == 'b'", "`replace`"),
        ("[1, 2].sort() == [1, 2]", "`sort`"),
        ("[1, 2][0] == 1", "position"),
        ("string == string", "`string`"),
    ],
)
def test_what_cel_has_and_conditions_do_not_is_named(text: str, feature: str) -> None:
    problem = read(text).problems[0]
    assert problem.code == "unsupported_feature"
    assert feature in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "user.?email == 'a'",
        "orders.exists(i, o, o.amount > 1)",
        "[1].transformList(i, v, v)",
        "user.metadata[?'a'] == 1",
    ],
)
def test_features_that_the_parser_knows_are_refused_once(text: str) -> None:
    problem = refused(text)
    assert "not supported" in problem.message


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_every_example_of_the_table_of_functions_is_a_condition(entry: FunctionEntry) -> None:
    reading = read(entry.example)
    assert (reading.problems, reading.warnings) == ((), ())
    assert entry.name in entry.example


def test_the_table_begins_with_the_functions_of_the_schema() -> None:
    first = functions_of(SCHEMA)[0]
    assert (first.name, first.syntax) == ("spent", "spent(currency)")
    accepted(first.example)


def test_the_table_names_every_function_that_the_checker_knows() -> None:
    from_table = {entry.name for entry in FUNCTIONS}
    assert {*CALLS, *METHODS, *AGGREGATES, *MACROS} == from_table - {"in", "has"}


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("size(orders)", INT),
        ("orders.size()", INT),
        ("size(user.first_name)", INT),
        ("user.metadata.tags.size()", INT),
        ("orders.map(o, o.amount).sum()", DECIMAL),
        ("orders.map(o, o.items_count).sum()", INT),
        ("orders.map(o, o.items_count).avg()", DOUBLE),
        ("orders.map(o, o.amount).avg()", DECIMAL),
        ("orders.map(o, o.created).max()", TIMESTAMP),
        ("orders.map(o, now - o.created).sum()", DURATION),
        ("[1, 2].min()", INT),
        ("orders.map(o, o.amount > 5.0, o.status)", list_of(STRING)),
        ("segments.filter(s, true)", list_of(Type(Kind.ID, prefix="seg"))),
        ("user.metadata.tags.map(t, t)", list_of(DYN)),
        ("user.metadata.tags.filter(t, t == 1)", list_of(DYN)),
        ("orders.exists_one(o, o.amount > 1)", BOOL),
        ("string(user.orders_count)", STRING),
        ("int(user.total_spent)", INT),
        ("double(user.metadata.age)", DOUBLE),
        ('user.date_joined.getHours("+02:00")', INT),
        ("(now - user.date_joined).getHours()", INT),
    ],
)
def test_calls_have_their_type(text: str, of: Type) -> None:
    assert value(text).type == of


def test_a_map_with_a_condition_goes_over_a_filter() -> None:
    mapped = value("orders.map(o, o.amount > 5.0, o.status)")
    assert isinstance(mapped, typed.Map)
    assert isinstance(mapped.source, typed.Filter)
    assert isinstance(mapped.value, typed.Field)
    assert mapped.value.row.binding == mapped.variable.binding != mapped.source.variable.binding


def test_macros_over_nothing_are_answered_at_once() -> None:
    for text, answer in (("exists", False), ("all", True), ("exists_one", False)):
        found = accepted(f"[].{text}(x, x > 1)")
        assert isinstance(found, typed.Constant)
        assert found.value is answer
    assert value("[].map(x, x + 1)").type == list_of(Type(Kind.UNKNOWN))
    assert mistakes("[].exists(x, nix > 1)") == [("unknown_name", "nix")]
