"""The shapes of the SQL: what the planner can join or group once, and what must never be asked."""

import datetime as dt

import pytest

from preo.segments.cel.compile.condition import Compiled, compile_condition
from preo.segments.cel.compile.scope import Mode
from preo.segments.cel.condition import read_condition
from preo.segments.fields import general_schema

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
PRODUCT = "prd_01ks0000000000000000000000"


def compiled(text: str, mode: Mode = Mode.SET) -> Compiled:
    schema = general_schema()
    reading = read_condition(text, schema)
    assert reading.tree is not None, reading.problems
    assert not reading.problems
    return compile_condition(reading.tree, schema, now=NOW, mode=mode)


def sql(text: str, mode: Mode = Mode.SET) -> str:
    return compiled(text, mode).condition.text


class TestForEverybodyAtOnce:
    def test_a_row_that_must_be_there_is_a_semi_join(self) -> None:
        text = sql(f'purchases.exists(p, p.product == "{PRODUCT}")')
        assert text.startswith("EXISTS (SELECT 1")

    def test_a_row_that_must_not_be_there_is_an_anti_join_and_never_not_in(self) -> None:
        text = sql(f'!purchases.exists(p, p.product == "{PRODUCT}")')
        assert text.startswith("NOT EXISTS (SELECT 1")
        assert "NOT IN" not in text

    @pytest.mark.parametrize(
        "some", ["size(orders) > 0", "orders.size() != 0", "1 <= size(orders)"]
    )
    def test_more_than_none_looks_for_one_row_and_counts_nothing(self, some: str) -> None:
        assert sql(some).startswith("EXISTS")
        assert "count" not in sql(some)

    @pytest.mark.parametrize("none", ["size(orders) == 0", "orders.size() < 1"])
    def test_none_at_all_looks_for_one_row_too(self, none: str) -> None:
        assert sql(none).startswith("NOT EXISTS")
        assert "count" not in sql(none)

    def test_a_total_is_grouped_once(self) -> None:
        text = sql("orders.map(o, o.amount).sum() > 300")
        assert 'u."id" IN (SELECT' in text
        assert "GROUP BY" in text
        assert 'u."id" =' not in text, "nothing ties the inner query to one customer"

    def test_a_total_that_holds_for_nothing_asks_for_those_against(self) -> None:
        text = sql("orders.map(o, o.amount).sum() < 300")
        assert text.startswith("(NOT EXISTS (SELECT 1 FROM (SELECT")
        assert "IS NOT TRUE" in text

    def test_a_total_that_does_not_hold_is_asked_with_the_opposite_sign(self) -> None:
        assert sql("!(size(orders) >= 3)") == sql("size(orders) < 3")

    def test_two_totals_against_each_other_are_joined_and_not_looked_up(self) -> None:
        both = compiled("size(orders) > size(purchases)")
        assert both.joins.text.count("LEFT JOIN (SELECT") == 2
        assert "SELECT" not in both.condition.text

    def test_a_total_inside_of_a_macro_is_grouped_by_what_ties_it(self) -> None:
        text = sql("orders.exists(o, purchases.filter(p, p.order == o.id).size() > 2)")
        assert 'IN (SELECT r2."customer_id", r2."order_id"' in text
        assert 'GROUP BY r2."customer_id", r2."order_id"' in text

    def test_the_customer_is_joined_inside_where_a_row_is_compared_with_him(self) -> None:
        text = sql("orders.filter(o, o.number == user.first_name).size() > 2")
        assert 'JOIN "customers_customer"' in text
        assert 'u."first_name"' not in text


class TestForGivenCustomers:
    def test_totals_are_looked_up(self) -> None:
        text = sql("orders.map(o, o.amount).sum() > 300", Mode.POINT)
        assert "GROUP BY" not in text
        assert '"customer_id" = u."id"' in text

    def test_nothing_is_joined(self) -> None:
        assert compiled("size(orders) > size(purchases)", Mode.POINT).joins.text == ""


class TestErrors:
    def test_not_is_never_put_before_what_may_be_an_error(self) -> None:
        assert sql("!(user.last_seen < now)") == '(u."last_seen" >= (%s)::timestamptz)'

    def test_and_under_not_becomes_or_of_what_fails(self) -> None:
        text = sql('!(user.last_seen < now && user.language == "en")')
        assert " OR " in text
        assert "NOT" not in text

    def test_a_row_that_may_be_an_error_is_asked_for_in_the_negative(self) -> None:
        text = sql('!orders.exists(o, o.coupon.startsWith("X"))')
        assert text.startswith("NOT EXISTS")
        assert "IS NOT TRUE" in text

    def test_one_that_cannot_be_an_error_is_not(self) -> None:
        assert "IS NOT TRUE" not in sql('!orders.exists(o, o.status == "pending")')


class TestConstants:
    def test_money_is_compared_in_hundredths_exactly(self) -> None:
        assert compiled("orders.exists(o, o.amount > 19.99)").condition.values[-1] == 1999

    def test_a_moment_reckoned_from_now_is_one_value(self) -> None:
        found = compiled("user.date_joined > now - days(30)").condition
        assert found.values == (NOW - dt.timedelta(days=30),)

    def test_an_id_is_compared_as_the_key_it_stands_for(self) -> None:
        text = sql(f'purchases.exists(p, p.product == "{PRODUCT}")')
        assert '"product_id" = (%s)::uuid' in text

    def test_what_nothing_is_called_is_equal_to_none(self) -> None:
        assert "AND FALSE" in sql('orders.exists(o, o.edition == "nowhere")')
        assert "AND TRUE" in sql('orders.exists(o, o.edition != "nowhere")')


class TestBounds:
    def test_a_condition_that_would_multiply_is_refused_in_words(self) -> None:
        text = "user.has_email"
        for _ in range(30):
            text = f"({text}) ? user.has_phone : user.has_email"
        reading = read_condition(text, general_schema())
        assert [problem.code for problem in reading.problems] == ["too_complex"]
        assert reading.tree is None

    def test_comparing_conditions_with_each_other_does_not_multiply(self) -> None:
        text = one = "user.last_seen == null"
        for _ in range(40):
            text = f"({one}) == ({text})"
        assert len(sql(text)) < 10_000


class TestOneOfSeveral:
    def test_a_row_that_is_one_of_two_ways_is_joined_and_not_asked_for_in_the_condition(
        self,
    ) -> None:
        found = compiled('user.language == "se" || orders.exists(o, o.amount > 100)')
        assert found.joins.text.startswith("LEFT JOIN (SELECT DISTINCT")
        assert "EXISTS" not in found.condition.text

    def test_so_is_a_total(self) -> None:
        found = compiled('user.language == "se" || size(orders) > 3')
        assert "HAVING" in found.joins.text
        assert "SELECT" not in found.condition.text

    def test_and_one_that_holds_for_nothing_is_asked_for_those_who_are_not_joined(self) -> None:
        found = compiled('user.language == "se" || size(orders) < 3')
        assert "IS NOT TRUE" in found.joins.text
        assert "(NOT (g" in found.condition.text

    def test_under_not_an_and_is_one_of_several_too(self) -> None:
        found = compiled('!(user.language == "se" && orders.exists(o, o.amount > 100))')
        assert "LEFT JOIN" in found.joins.text
