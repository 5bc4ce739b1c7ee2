"""Where SQL by itself would answer otherwise than CEL: each trap once, by its name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from preo.catalog.tests.factories import make_product
from preo.customers.tests.factories import make_customer
from preo.orders.tests.factories import make_order
from preo.segments.cel.compile.condition import compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.cel.sql import build
from preo.segments.fields import schema_for
from preo.segments.plans import ways
from tests.cel.world import NOW

pytestmark = pytest.mark.django_db

Ask = Callable[[str], set[str]]


@pytest.fixture
def ask(cast: Any) -> Ask:
    """The first names of those for whom a condition holds, by every way to find them."""

    def members(text: str) -> set[str]:
        schema = schema_for(cast.northlight, None)
        reading = read_condition(text, schema)
        assert reading.tree is not None, reading.problems
        found = []
        for mode in Mode:
            made = compile_condition(reading.tree, schema, now=NOW, mode=mode)
            for way in ways(made, build("TRUE")):
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT u.first_name{way.text}", way.values)
                    found.append({name for (name,) in cursor.fetchall()})
        assert all(other == found[0] for other in found), found
        return found[0]

    return members


@pytest.fixture
def person(cast: Any) -> Callable[..., Any]:
    def make(name: str, **values: Any) -> Any:
        return make_customer(organization=cast.northlight, first_name=name, **values)

    return make


@pytest.fixture
def order(cast: Any) -> Callable[..., Any]:
    def make(customer: Any, price: int = 1000, **values: Any) -> Any:
        edition = values.pop("edition", cast.edition)
        products = [make_product(edition=edition, price=price)]
        return make_order(edition=edition, customer=customer, products=products, **values)

    return make


def test_null_is_unequal_to_every_value(ask: Ask, person: Any) -> None:
    person("has", phone_number="+4512345678")
    person("other", phone_number="+4587654321")
    person("none")
    assert ask('user.phone_number == "+4512345678"') == {"has"}
    assert ask('user.phone_number != "+4512345678"') == {"other", "none"}
    assert ask('!(user.phone_number == "+4512345678")') == {"other", "none"}
    assert ask("user.phone_number == null") == {"none"}
    assert ask("user.phone_number != null") == {"has", "other"}


def test_null_against_null_is_equal(ask: Ask, person: Any, order: Any) -> None:
    order(person("both"))
    order(person("one"), coupon_code="A")
    assert ask("orders.exists(o, o.coupon == user.phone_number)") == {"both"}
    assert ask("orders.exists(o, o.coupon != user.phone_number)") == {"one"}


def test_null_has_no_order_whichever_way_it_is_asked(ask: Ask, person: Any) -> None:
    person("seen", last_seen=NOW - timedelta(days=1))
    person("never")
    assert ask("user.last_seen < now") == {"seen"}
    assert ask("user.last_seen >= now") == set()
    assert ask("!(user.last_seen < now)") == set()
    assert ask("user.last_seen < now || true") == {"seen", "never"}
    assert ask("!(user.last_seen < now && false)") == {"seen", "never"}


def test_an_error_in_exists_does_not_make_not_exists_true(
    ask: Ask, person: Any, order: Any
) -> None:
    without, early, mixed = person("without"), person("early"), person("mixed")
    person("no orders")
    order(without)
    order(early, coupon_code="EARLY")
    order(mixed)
    order(mixed, coupon_code="LATE")
    assert ask('orders.exists(o, o.coupon.startsWith("EARLY"))') == {"early"}
    assert ask('!orders.exists(o, o.coupon.startsWith("EARLY"))') == {"no orders"}
    assert ask('!orders.exists(o, has(o.coupon) && o.coupon.startsWith("EARLY"))') == {
        "no orders", "without", "mixed",
    }  # fmt: skip


def test_an_error_in_all_is_outweighed_by_one_that_is_false_only(
    ask: Ask, person: Any, order: Any
) -> None:
    unsure, refuted, good = person("unsure"), person("refuted"), person("good")
    order(unsure)
    order(unsure, coupon_code="A")
    order(refuted)
    order(refuted, coupon_code="B")
    order(good, coupon_code="A")
    person("no orders")
    assert ask('orders.all(o, o.coupon.startsWith("A"))') == {"good", "no orders"}
    assert ask('!orders.all(o, o.coupon.startsWith("A"))') == {"refuted"}


def test_a_list_with_null_in_it_makes_nothing_unknown(ask: Ask, person: Any) -> None:
    person("Ada", phone_number="+4512345678")
    person("Bo")
    assert ask("user.phone_number in [null]") == {"Bo"}
    assert ask('!(user.phone_number in ["+4500000000", null])') == {"Ada"}
    assert ask('!(user.phone_number in ["+4500000000"])') == {"Ada", "Bo"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("orders.size() < 3", True),
        ("orders.size() <= 0", True),
        ("orders.size() == 0", True),
        ("orders.size() != 1", True),
        ("orders.size() >= 0", True),
        ("orders.size() > -1", True),
        ("orders.size() > 0", False),
        ("orders.map(o, o.amount).sum() <= 100", True),
        ("orders.map(o, o.amount).sum() < 0.01", True),
        ("orders.map(o, o.amount).sum() == 0", True),
        ("orders.map(o, o.amount).sum() > 0", False),
        ("!(orders.map(o, o.amount).sum() > 100)", True),
        ("100 > orders.map(o, o.amount).sum()", True),
        ("orders.map(o, o.amount).max() < 100", False),
        ("!(orders.map(o, o.amount).max() < 100)", False),
        ("orders.map(o, o.amount).avg() >= 0", False),
        ("orders.all(o, o.amount > 100)", True),
        ("orders.exists_one(o, o.amount > 100)", False),
        ("user.total_spent < 100", True),
        ("user.orders_count == 0", True),
        ("user.last_order != now", True),
        ("user.last_order == null", True),
        ("user.last_order < now", False),
        ('spent("dkk") < 1', True),
        ('orders.filter(o, o.status == "completed").size() < 1', True),
    ],
)
def test_a_threshold_on_an_empty_list_holds_as_arithmetic_says(
    text: str, holds: bool, ask: Ask, person: Any, order: Any
) -> None:
    person("no orders")
    rich = person("rich")
    for _ in range(3):
        order(rich, price=500_000)
    assert ("no orders" in ask(text)) is holds


def test_a_division_by_zero_harms_only_its_own_row(ask: Ask, person: Any, order: Any) -> None:
    free, paid, both = person("free"), person("paid"), person("both")
    order(free, price=0)
    order(paid, price=5000)
    order(both, price=0)
    order(both, price=5000)
    assert ask("orders.exists(o, 1000 / o.amount > 3)") == {"paid", "both"}
    assert ask("!orders.exists(o, 1000 / o.amount > 90)") == {"paid"}
    assert ask("orders.all(o, o.amount > 0 && 1000 / o.amount > 3)") == {"paid"}
    assert ask("user.orders_count == 0 || 10 / user.orders_count >= 5") == {"free", "paid", "both"}
    assert ask("10 % user.orders_count == 0") == {"free", "paid", "both"}


def test_whole_numbers_divide_whole_and_towards_zero(ask: Ask, person: Any, order: Any) -> None:
    ada = person("Ada")
    for _ in range(3):
        order(ada)
    assert ask("user.orders_count / 2 == 1") == {"Ada"}
    assert ask("-user.orders_count / 2 == -1") == {"Ada"}
    assert ask("-user.orders_count % 2 == -1") == {"Ada"}


def test_too_large_a_number_is_an_error_and_not_the_end(ask: Ask, person: Any, order: Any) -> None:
    order(person("one"))
    person("none")
    assert ask("user.orders_count + 9223372036854775807 > 0") == {"none"}
    assert ask("user.orders_count * 9223372036854775807 * 2 == 0") == {"none"}


def test_numbers_of_two_kinds_compare_exactly(ask: Ask, person: Any) -> None:
    person("odd", metadata={"n": 9007199254740993})
    person("even", metadata={"n": 9007199254740992})
    assert ask("user.metadata.n == 9007199254740993") == {"odd"}
    assert ask("user.metadata.n > 9007199254740992") == {"odd"}


def test_money_compares_to_the_cent(ask: Ask, person: Any, order: Any) -> None:
    for name, price in (("below", 1998), ("equal", 1999), ("above", 2000)):
        order(person(name), price=price)
    assert ask("orders.exists(o, o.amount == 19.99)") == {"equal"}
    assert ask("orders.exists(o, o.amount > 19.99)") == {"above"}
    assert ask("orders.exists(o, o.amount * 3 == 59.97)") == {"equal"}
    assert ask("user.total_spent >= 19.99") == {"equal", "above"}


def test_the_time_zone_of_the_session_changes_nothing(ask: Ask, person: Any) -> None:
    person("late", date_joined=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('timezone', %s, true)", [zone])
        assert ask("user.date_joined.getFullYear() == 2025") == {"late"}
        assert ask("user.date_joined.getFullYear('Europe/Copenhagen') == 2026") == {"late"}
        assert ask("user.date_joined.getHours() == 23") == {"late"}
        assert ask("user.date_joined == timestamp('2025-12-31T23:30:00Z')") == {"late"}
        assert ask("user.date_joined + days(1) == timestamp('2026-01-01T23:30:00Z')") == {"late"}


def test_months_and_days_count_from_zero_and_sunday_is_none(ask: Ask, person: Any) -> None:
    person("sunday", date_joined=datetime(2026, 2, 1, 0, 0, tzinfo=UTC))
    for text in (
        "getMonth() == 1",
        "getDate() == 1",
        "getDayOfMonth() == 0",
        "getDayOfWeek() == 0",
    ):
        assert ask(f"user.date_joined.{text}") == {"sunday"}
    assert ask("user.date_joined.getDayOfYear() == 31") == {"sunday"}


def test_a_day_is_24_hours_when_the_clocks_change_too(ask: Ask, person: Any) -> None:
    person("before", date_joined=datetime(2026, 3, 28, 12, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', 'Europe/Copenhagen', true)")
    noon = "timestamp('2026-03-29T12:00:00Z')"
    assert ask(f"user.date_joined + days(1) == {noon}") == {"before"}
    assert ask(f"{noon} - user.date_joined == duration('24h')") == {"before"}


def test_between_now_and_a_written_moment_there_is_a_length(ask: Ask, person: Any) -> None:
    person("Ada")
    assert ask('now - timestamp("2020-01-01T00:00:00Z") > days(365)') == {"Ada"}
    assert ask('now - timestamp("9999-01-01T00:00:00Z") > days(0)') == set()


def test_a_text_is_as_long_as_its_code_points(ask: Ask, person: Any) -> None:
    person("😀é")
    person("e\u0301!")
    assert ask("size(user.first_name) == 2") == {"😀é"}
    assert ask("size(user.first_name) == 3") == {"e\u0301!"}


def test_texts_are_ordered_by_code_point_and_not_by_a_language(ask: Ask, person: Any) -> None:
    for name in ("Z", "a", "å", "z", "\uffee", "😀"):
        person(name)
    assert ask('user.first_name < "a"') == {"Z"}
    assert ask('user.first_name > "z"') == {"å", "\uffee", "😀"}
    assert ask('user.first_name > "\uffee"') == {"😀"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('user.first_name.startsWith("1%")', {"1%x"}),
        ('user.first_name.startsWith("1_")', {"1_x"}),
        ('user.first_name.contains("%")', {"1%x"}),
        ('user.first_name.contains("_")', {"1_x"}),
        (r'user.first_name.contains("\\")', {"1\\x"}),
        ('user.first_name.endsWith("%x")', {"1%x"}),
        (r'user.first_name.endsWith("\\x")', {"1\\x"}),
        ('user.first_name.contains("")', {"1%x", "1_x", "1\\x", "1ax"}),
        ('user.first_name.startsWith("1A")', set()),
    ],
)
def test_percent_underscore_and_backslash_are_letters_like_others(
    text: str, found: set[str], ask: Ask, person: Any
) -> None:
    for name in ("1%x", "1_x", "1\\x", "1ax"):
        person(name)
    assert ask(text) == found


def test_case_matters(ask: Ask, person: Any) -> None:
    person("Ada")
    person("ada")
    assert ask('user.first_name == "ada"') == {"ada"}
    assert ask('user.first_name.contains("A")') == {"Ada"}
    assert ask('user.first_name.matches("^A")') == {"Ada"}


def test_a_pattern_means_what_it_does_in_re2(ask: Ask, person: Any) -> None:
    for name in ("a\nb", "ab", "åb", "a b"):
        person(name)
    assert ask('user.first_name.matches("a.b")') == {"a b"}
    assert ask('user.first_name.matches("^b")') == set()
    assert ask('user.first_name.matches("a$")') == set()
    assert ask(r'user.first_name.matches("^\\wb")') == {"ab"}


def test_rows_that_are_alike_count_as_often_as_they_are(ask: Ask, person: Any, order: Any) -> None:
    twice = person("twice")
    order(twice, price=5000)
    order(twice, price=5000)
    order(person("once"), price=5000)
    assert ask("orders.size() == 2") == {"twice"}
    assert ask("orders.map(o, o.amount).sum() == 100") == {"twice"}
    assert ask("orders.exists_one(o, o.amount == 50)") == {"once"}
    assert ask("orders.exists(o, o.amount == 50) && purchases.size() > 0") == {"twice", "once"}


def test_free_data_of_another_sort_is_an_error_for_that_row_only(ask: Ask, person: Any) -> None:
    for name, value in (("int", 3), ("text", "3"), ("null", None), ("list", [3]), ("real", 3.5)):
        person(name, metadata={"n": value})
    person("nothing")
    assert ask("user.metadata.n > 2") == {"int", "real"}
    assert ask("!(user.metadata.n > 2)") == set()
    assert ask('user.metadata.n == "3"') == {"text"}
    assert ask('user.metadata.n != "3"') == {"int", "null", "list", "real"}
    assert ask("user.metadata.n == null") == {"null"}
    assert ask("has(user.metadata.n)") == {"int", "text", "null", "list", "real"}
    assert ask("user.metadata.n[0] == 3") == {"list"}
    assert ask('user.metadata.n.contains("3")') == {"text"}


def test_a_number_in_free_data_that_nothing_can_hold_harms_only_its_own_row(
    ask: Ask, person: Any
) -> None:
    person("fits", metadata={"n": 8})
    for name, number in {"huge": Decimal("1e400"), "endless": Decimal("1e100000")}.items():
        set_number(person(name), number)
    set_number(person("tiny"), Decimal("1e-400"))
    assert ask("user.metadata.n > 0.5") == {"fits"}
    assert ask("double(user.metadata.n) < 0.5") == {"tiny"}
    assert ask("user.metadata.n * user.metadata.n * user.metadata.n > 5") == {"fits"}


def set_number(customer: Any, number: Decimal) -> None:
    """In SQL: Python's own JSON has no such numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET metadata = jsonb_build_object('n', %s::numeric)"
            " WHERE id = %s",
            [number, customer.pk],
        )


def test_another_organizations_rows_never_count(
    cast: Any, ask: Ask, person: Any, order: Any
) -> None:
    ada = person("Ada")
    order(ada, edition=cast.rival_edition)
    assert ask("orders.size() > 0 || purchases.size() > 0 || user.orders_count > 0") == set()
    assert ask("user.total_spent > 0 || user.last_order != null") == set()
