"""One form for what can be written in several ways, and what is taken apart for the grouping."""

import pytest

from preo.segments.cel import typed
from preo.segments.cel.certainty import can_fail
from preo.segments.cel.compile.patterns import pattern_for_postgresql
from preo.segments.cel.compile.untie import untie
from preo.segments.cel.normalise import normalise
from preo.segments.cel.tests.check_reading import accepted
from preo.segments.cel.tests.check_schema import PRODUCT
from preo.segments.cel.walk import free_bindings, is_fixed


def normal(text: str) -> typed.Typed:
    return normalise(accepted(text))


class TestNormalise:
    @pytest.mark.parametrize(
        "text",
        [
            "300 < user.total_spent",
            f'"{PRODUCT}" in purchases.map(p, p.product)',
            "orders.exists_one(o, o.amount > 5.00)",
            '(size(orders) > 1 ? user.email : null) == "a@b.example"',
        ],
    )
    def test_a_normal_tree_stays_as_it_is(self, text: str) -> None:
        once = normal(text)
        assert normalise(once) == once

    def test_the_constant_stands_to_the_right(self) -> None:
        node = normal("300 < size(orders)")
        assert isinstance(node, typed.Compare)
        assert node.operator == ">"
        assert isinstance(node.right, typed.Constant)

    def test_a_count_of_rows_that_may_be_errors_is_not_made_a_search_for_one(self) -> None:
        counted = normal('orders.filter(o, o.coupon.startsWith("x")).size() > 0')
        assert isinstance(counted, typed.Compare), "an error in any row is one of the count"
        searched = normal('orders.filter(o, o.status == "pending").size() > 0')
        assert isinstance(searched, typed.Quantifier)

    def test_a_value_in_a_mapped_list_is_a_search_for_its_row(self) -> None:
        node = normal(f'"{PRODUCT}" in purchases.map(p, p.product)')
        assert isinstance(node, typed.Quantifier)
        assert isinstance(node.source, typed.Relation)

    def test_a_list_of_constants_stays_a_list(self) -> None:
        assert isinstance(normal('user.email in ["a@b.example", "c@d.example"]'), typed.In)

    def test_null_among_the_constants_is_compared_by_itself(self) -> None:
        assert isinstance(normal('user.email in ["a@b.example", null]'), typed.Or)

    def test_a_choice_that_may_be_null_is_compared_branch_by_branch(self) -> None:
        node = normal('(size(orders) > 1 ? user.email : null) == "a@b.example"')
        assert isinstance(node, typed.Ternary)
        assert isinstance(node.then, typed.Compare)


class TestCertainty:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('user.email == "a@b.example"', False),
            ('user.email.startsWith("a")', True),
            ("user.last_seen < now", True),
            ("user.date_joined < now", False),
            ("orders.exists(o, o.amount > 5.00)", False),
            ("orders.exists(o, o.amount / 2 > 5.00)", True),
            ("user.metadata.club == 1", True),
            ("orders.map(o, o.amount).sum() > 5.00", False),
            ("orders.map(o, o.amount).max() > 5.00", True),
        ],
    )
    def test_what_can_be_an_error_is_known(self, text: str, expected: bool) -> None:
        assert can_fail(accepted(text)) is expected


class TestFreeVariables:
    def test_a_macro_binds_its_own(self) -> None:
        assert free_bindings(accepted("orders.exists(o, o.amount > 5.00)")) == frozenset()

    def test_a_moment_reckoned_from_now_is_the_same_for_everybody(self) -> None:
        node = accepted("user.date_joined < now - days(3)")
        assert isinstance(node, typed.Compare)
        assert is_fixed(node.right)
        assert not is_fixed(node.left)


class TestUntie:
    def source_of(self, text: str) -> typed.Typed:
        """The list that is counted inside of the macro over orders."""
        outer = accepted(text)
        assert isinstance(outer, typed.Quantifier)
        counted = outer.predicate
        assert isinstance(counted, typed.Compare)
        assert isinstance(counted.left, typed.Aggregate)
        return counted.left.source

    def test_an_equality_with_the_row_outside_is_a_tie(self) -> None:
        found = untie(
            self.source_of("orders.exists(o, purchases.filter(p, p.order == o.id).size() > 2)")
        )
        assert found is not None
        assert len(found.ties) == 1
        assert free_bindings(found.source) == frozenset()

    def test_what_else_is_asked_of_the_row_stays(self) -> None:
        found = untie(
            self.source_of(
                "orders.exists(o, purchases.filter(p, o.id == p.order && p.quantity > 1).size() > 2)"
            )
        )
        assert found is not None
        assert isinstance(found.source, typed.Filter)
        assert isinstance(found.source.predicate, typed.Compare)

    def test_an_order_between_the_rows_cannot_be_grouped(self) -> None:
        source = self.source_of(
            "orders.exists(o, orders.filter(p, p.created < o.created).size() > 2)"
        )
        assert untie(source) is None

    def test_what_may_be_null_is_no_tie_since_null_equals_null(self) -> None:
        source = self.source_of(
            "orders.exists(o, orders.filter(p, p.coupon == o.coupon).size() > 2)"
        )
        assert untie(source) is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.c", "***:a[^\\n]c"),
        (r"\d+", "***:[0-9]+"),
        (r"[\d.]", "***:[0-9.]"),
        (r"\W", "***:[^0-9A-Za-z_]"),
        (r"[]a.]b.", r"***:[]a.]b[^\n]"),
        (r"[^].]", "***:[^].]"),
        (r"\.", r"***:\."),
    ],
)
def test_a_pattern_means_in_postgresql_what_it_means_in_re2(pattern: str, expected: str) -> None:
    assert pattern_for_postgresql(pattern) == expected
