"""Comparisons: what can be compared with what, ids, enum values, money, references."""

from decimal import Decimal

import pytest

from preo.segments.cel import typed
from preo.segments.cel.tests.check_reading import accepted, mistakes, read, refused
from preo.segments.cel.tests.check_schema import (
    CATEGORY,
    EVENT,
    ORDER,
    OTHER_PRODUCT,
    PRODUCT,
    SEGMENT,
)
from preo.segments.cel.types import DECIMAL, DOUBLE, INT, STRING, TIMESTAMP, Kind, id_of


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('user.total_spent > "100"', "A number is written without quotes: `100`."),
        (
            'user.total_spent > "€1,000.50"',
            "A number is written without quotes and without a currency: `1000.50`.",
        ),
        (
            'user.total_spent > "12,50 kr"',
            "A number is written without quotes and without a currency: `12.50`.",
        ),
        ('user.orders_count > "many"', "A number is written without quotes, for example `100`."),
        ("user.first_name == 5", 'A text goes in quotes: "5".'),
        ('user.is_staff == "true"', "Write `true`, without quotes."),
        ("user.is_staff == 1", "Write `true`."),
        ('user.date_joined > "2026-01-31"', 'Write `timestamp("2026-01-31T00:00:00Z")`.'),
        ("now - user.date_joined > 30", "Write `days(30)`."),
        (
            "user.date_joined > days(30)",
            "Write `now - user.date_joined` for how long ago, or compare with `now - days(30)`.",
        ),
        ("orders > 3", "For how many write `size(orders)`, for example `size(orders) > 3`."),
        (
            "user.id > user.id",
            "An id can be compared with `==`, `!=` and `in` only, with an id written in quotes.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_write(text: str, hint: str) -> None:
    problem = refused(text)
    assert problem.code in ("cannot_compare", "list_not_value")
    assert problem.hint == hint


@pytest.mark.parametrize(
    "text",
    [
        "user.first_name == user.is_staff",
        "user.first_name < user.date_joined",
        "user.email < null",
        "user.metadata == user.date_joined",
        "user.metadata.a < user.metadata.b",
        "orders.exists(o, o.id == user.id)",
        'orders.exists(o, o.id < "a")',
        "user.id == user.first_name",
        '["a"] == [1]',
    ],
)
def test_kinds_without_a_common_measure_are_refused(text: str) -> None:
    assert [code for code, _ in mistakes(text)] == ["cannot_compare"]


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_numbers_of_all_kinds_are_compared(operator: str) -> None:
    for pair in ("user.total_spent {} user.orders_count", "user.orders_count {} 2.5", "1 {} 2.0"):
        assert isinstance(accepted(pair.format(operator)), typed.Compare)


def test_a_number_beside_an_amount_is_taken_exactly_as_written() -> None:
    for text, exact in (
        ("19.99", Decimal("19.99")),
        ("5", Decimal(5)),
        ("-0.10", Decimal("-0.10")),
    ):
        compared = accepted(f"{text} < user.total_spent")
        assert isinstance(compared, typed.Compare)
        assert isinstance(compared.left, typed.Constant)
        assert (compared.left.type, compared.left.value) == (DECIMAL, exact)
    items = accepted("orders.exists(o, o.amount in [19.99, 5])")
    assert isinstance(items, typed.Quantifier)
    assert isinstance(items.predicate, typed.In)
    assert isinstance(items.predicate.haystack, typed.ListDisplay)
    assert [item.type for item in items.predicate.haystack.items] == [DECIMAL, DECIMAL]


def test_digits_beyond_a_double_are_kept_beside_an_amount() -> None:
    compared = accepted("user.total_spent == 12345678901234567.89")
    assert isinstance(compared, typed.Compare)
    assert isinstance(compared.right, typed.Constant)
    assert compared.right.value == Decimal("12345678901234567.89")


def test_a_text_beside_an_id_becomes_an_id() -> None:
    compared = accepted(f'purchases.exists(p, p.product == "{PRODUCT}")')
    assert isinstance(compared, typed.Quantifier)
    assert isinstance(compared.predicate, typed.Compare)
    assert isinstance(compared.predicate.right, typed.Constant)
    assert compared.predicate.right.type == id_of("prd")


@pytest.mark.parametrize(
    "text",
    [
        f'purchases.exists(p, p.product == "{ORDER}")',
        f'purchases.exists(p, p.product in ["{PRODUCT}", "{ORDER}"])',
        f'"{ORDER}" in purchases.map(p, p.product)',
        f'purchases.exists(p, p.product == (user.is_staff ? "{PRODUCT}" : "{ORDER}"))',
        f'purchases.map(p, p.product).exists(x, x == "{ORDER}")',
    ],
)
def test_an_id_of_another_sort_is_refused_and_both_sorts_are_named(text: str) -> None:
    problem = refused(text)
    assert problem.code == "wrong_id"
    assert problem.message == "This is the id of an order, but the id of a product is needed."


def test_an_id_of_an_unknown_sort_says_its_prefix() -> None:
    assert "`evt_...`" in refused(f'purchases.exists(p, p.product == "{EVENT}")').message


@pytest.mark.parametrize(
    "wrong",
    ["", "prd_", "prd_1", "x", PRODUCT[:-1], PRODUCT + "0", PRODUCT.upper(), PRODUCT[:-1] + "l"],
)
def test_a_text_that_is_no_id_is_refused_beside_an_id(wrong: str) -> None:
    problem = refused(f'purchases.exists(p, p.product == "{wrong}")')
    assert (problem.code, problem.hint) == (
        "wrong_id",
        "Such an id is `prd_` and 26 letters and digits.",
    )


@pytest.mark.parametrize(
    "text",
    [
        'orders.exists(o, o.status == "complete")',
        'orders.exists(o, "complete" != o.status)',
        'orders.exists(o, o.status in ["complete", "pending"])',
        '"complete" in orders.map(o, o.status)',
        'orders.map(o, o.status).exists(s, s == "complete")',
    ],
)
def test_a_value_that_a_field_never_has_is_refused_with_the_nearest(text: str) -> None:
    problem = refused(text)
    assert problem.code == "unknown_value"
    assert problem.hint == (
        'Did you mean "completed"? `status` can be "pending", "confirmed", "completed",'
        ' "cancelled".'
    )


def test_a_value_of_a_function_of_the_schema_is_held_to_its_list() -> None:
    problem = refused('spent("Euro") > 3')
    assert (problem.code, problem.hint[:19]) == ("unknown_value", 'Did you mean "EUR"?')


def test_any_text_may_be_ordered_beside_a_field_with_values() -> None:
    accepted('orders.exists(o, o.coupon == "complete" || o.edition > "complete")')


def test_references_are_told_with_their_places() -> None:
    text = (
        f'purchases.exists(p, p.product in ["{PRODUCT}", "{OTHER_PRODUCT}"]'
        f' && "{CATEGORY}" in p.categories) && "{SEGMENT}" in segments'
        ' && orders.exists(o, o.edition == "summer")'
    )
    found = read(text).references
    assert [(each.kind, each.text) for each in found] == [
        ("product", PRODUCT),
        ("product", OTHER_PRODUCT),
        ("category", CATEGORY),
        ("segment", SEGMENT),
        ("edition", "summer"),
    ]
    assert all(text[each.span.start + 1 : each.span.end - 1] == each.text for each in found)


def test_what_stands_in_a_definition_is_no_reference_of_the_text() -> None:
    assert read("user.total_spent > 5 && user.orders_count > 1").references == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('user.first_name in "Ada"', 'Write a list in brackets: `in ["Ada"]`.'),
        ('"ad" in user.first_name', "For a part of a text write `user.first_name.contains(...)`."),
        (f'"{ORDER}" in orders', "Write `orders.exists(o, o.amount == ...)`."),
        ("1 in 5", 'Write a list in brackets: `in ["5"]`.'),
    ],
)
def test_after_in_there_must_be_a_list_of_values(text: str, hint: str) -> None:
    problem = refused(text)
    assert problem.code in ("not_a_list", "list_not_value")
    assert problem.hint == hint


def test_a_needle_of_another_sort_than_the_items_is_refused() -> None:
    assert [code for code, _ in mistakes("5 in segments")] == ["cannot_compare"]
    assert [code for code, _ in mistakes('user.orders_count in ["1"]')] == ["cannot_compare"]
    assert [code for code, _ in mistakes("orders in [1]")] == ["list_not_value"]


def test_a_list_field_is_asked_with_in() -> None:
    problem = refused(f'purchases.exists(p, p.categories == "{CATEGORY}")')
    assert problem.hint == f'Write `"{CATEGORY}" in p.categories`.'


def test_null_may_stand_beside_what_may_be_missing() -> None:
    assert read("user.email == null && user.metadata.a != null").warnings == ()


def test_free_data_is_compared_as_it_is_and_ordered_as_what_stands_beside_it() -> None:
    equal = accepted('user.metadata.club == "gold"')
    assert isinstance(equal, typed.Compare)
    assert equal.left.type.kind is Kind.DYN
    for other, wanted in (
        ("18", DOUBLE),
        ("18.5", DOUBLE),
        ('"a"', STRING),
        ("user.total_spent", DECIMAL),
    ):
        ordered = accepted(f"user.metadata.age > {other}")
        assert isinstance(ordered, typed.Compare)
        assert isinstance(ordered.left, typed.Taken)
        assert ordered.left.type == wanted


def test_written_lists_are_compared_item_by_item() -> None:
    accepted("[1, 2] == [1.0, 2.5] || ['a'] != [] || [user.total_spent] == [5]")


def test_moments_lengths_and_yes_no_have_an_order() -> None:
    compared = accepted(
        "user.date_joined < now && now - user.date_joined > days(3) && false < true"
    )
    assert isinstance(compared, typed.And)
    first = compared.items[0]
    assert isinstance(first, typed.Compare)
    assert first.left.type == TIMESTAMP
    whole = accepted("user.orders_count == 1")
    assert isinstance(whole, typed.Compare)
    assert whole.right.type == INT
