"""Names and fields: what is not known, what was meant, and what a name stands for."""

import pytest

from preo.segments.cel import typed
from preo.segments.cel.tests.check_reading import accepted, mistakes, part, read, refused, value
from preo.segments.cel.tests.check_schema import SCHEMA
from preo.segments.cel.types import DECIMAL, TIMESTAMP, Kind


@pytest.mark.parametrize(
    ("text", "wrong", "hint"),
    [
        ("total_spent > 5", "total_spent", "Did you mean `user.total_spent`?"),
        ("order.exists(o, o.amount > 5)", "order", "Did you mean `orders`?"),
        ("Orders.exists(o, o.amount > 5)", "Orders", "Did you mean `orders`?"),
        ("customer.orders_count > 1", "customer", "Did you mean `user`?"),
        ("True", "True", "Did you mean `true`?"),
        ("user.email == None", "None", "Did you mean `null`?"),
        ("user.date_joined < today", "today", "Did you mean `now`?"),
        (
            'status == "completed"',
            "status",
            "`status` is a field of orders: `orders.exists(o, o.status == ...)`.",
        ),
        ("o.amount > 5", "o", "It must be named first: `orders.exists(o, o. ...)`."),
        ("spent > 5", "spent", '`spent` is a function: `spent("EUR")`.'),
        ("orders.exists(o, amount > 5)", "amount", "Did you mean `o.amount`?"),
    ],
)
def test_an_unknown_name_is_told_with_what_was_meant(text: str, wrong: str, hint: str) -> None:
    problem = refused(text)
    assert (problem.code, part(text, problem), problem.hint) == ("unknown_name", wrong, hint)


@pytest.mark.parametrize(
    ("text", "wrong", "hint"),
    [
        ("user.total_spnt > 5", "total_spnt", "Did you mean `user.total_spent`?"),
        ("user.spent > 5", "spent", "Did you mean `user.total_spent`?"),
        ("user.lang == 'en'", "lang", "Did you mean `user.language`?"),
        ("orders.exists(o, o.total > 5)", "total", "Did you mean `o.amount`?"),
        ("user.totalSpent > 5", "totalSpent", "Did you mean `user.total_spent`?"),
        (
            "user.orders.exists(o, o.amount > 5)",
            "orders",
            "`orders` stands by itself, without `user.`: `orders`.",
        ),
        ("orders.exists(o, o.email == null)", "email", "Did you mean `user.email`?"),
        (
            "user.product == 'x'",
            "product",
            "`product` is a field of purchases: `purchases.exists(p, p.product == ...)`.",
        ),
    ],
)
def test_an_unknown_field_is_told_with_what_was_meant(text: str, wrong: str, hint: str) -> None:
    problem = refused(text)
    assert (problem.code, part(text, problem), problem.hint) == ("unknown_field", wrong, hint)


def test_a_field_that_is_like_no_other_gets_the_list_of_fields() -> None:
    assert refused("orders.exists(o, o.xyzzy == 1)").hint.startswith("Its fields are `id`, `edi")
    assert refused("user.age > 18").hint.endswith("What you keep yourself is `user.metadata.age`.")


def test_hidden_fields_and_relations_are_unknown_and_never_offered() -> None:
    hidden = refused("orders.exists(o, o.refunded > 1)")
    assert hidden.code == "unknown_field"
    assert "refunded" not in hidden.hint
    relation = refused("paid.exists(p, p.amount > 1)")
    assert relation.code == "unknown_name"
    assert "`paid`" not in relation.hint


def test_a_text_without_quotes_is_told_to_have_them() -> None:
    for wrong, meant in (("summer", "summer"), ("summer-2026", "summer-2026")):
        problem = refused(f"orders.exists(o, o.edition == {wrong})")
        assert problem.hint == f'A text goes in quotes: "{meant}".'
    assert "quotes" in refused("orders.exists(o, o.status == completed)").hint


def test_a_field_of_a_list_of_rows_needs_a_macro() -> None:
    problem = refused('orders.status == "completed"')
    assert problem.code == "list_not_value"
    assert "`orders.exists(o, o.status == ...)`" in problem.hint
    assert refused("orders.size > 3").hint == "For how many write `size(orders)`."


def test_a_row_is_no_value() -> None:
    assert mistakes("orders.exists(o, o == 5)") == [("row_not_value", "o")]
    assert refused("orders.exists(o, o)").hint.endswith("for example `o.amount`.")
    assert mistakes("user == user") == [("row_not_value", "user"), ("row_not_value", "user")]


def test_rows_and_lists_are_not_picked_by_position() -> None:
    problem = refused("orders[0].amount > 5")
    assert problem.code == "unsupported_feature"
    assert "orders.exists" in problem.hint


def test_a_part_of_a_value_is_refused_with_the_getter() -> None:
    assert refused("user.date_joined.year == 2026").hint == (
        "Write `user.date_joined.getFullYear()`."
    )
    assert refused("user.first_name.length > 3").code == "no_fields"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text() -> None:
    text = 'user.nope == 1 || nix > 2 || foo(1) || user.language == "xx" || user.is_staff > "a"'
    assert mistakes(text) == [
        ("unknown_field", "nope"),
        ("unknown_name", "nix"),
        ("unknown_function", "foo"),
        ("unknown_value", '"xx"'),
        ("cannot_compare", 'user.is_staff > "a"'),
    ]


def test_mistakes_of_the_parser_and_of_the_checker_stand_together() -> None:
    text = "user.nope == 1 && user.orders_count = 3"
    assert [code for code, _ in mistakes(text)] == ["unknown_field", "single_equals"]


@pytest.mark.parametrize(
    "text",
    [
        "nix + 1 > 2",
        "nix.field.other == 3",
        "!nix",
        "nix ? 1 > 2 : true",
        "nix.exists(x, x.a == 1 && x > 2)",
        "nix in [1, 2]",
        "[nix, 1].map(x, x + 1).sum() > 1",
        "size(nix) > 1",
        "nix.contains('a')",
        "has(nix.field)",
        "spent(nix) > 3",
        "-nix < 3",
        "nix[0] == 1",
        "days(nix) > days(1)",
    ],
)
def test_one_mistake_causes_no_second(text: str) -> None:
    assert mistakes(text) == [("unknown_name", "nix")]


def test_names_stand_for_the_customer_the_moment_and_relations() -> None:
    assert value("now") == typed.Now(span=value("now").span, type=TIMESTAMP)
    field = value("user.first_name")
    assert isinstance(field, typed.Field)
    assert (field.row.binding, field.field) == (0, SCHEMA.user.fields["first_name"])
    size = value("size(orders)")
    assert isinstance(size, typed.Aggregate)
    assert isinstance(size.source, typed.Relation)
    assert size.source.relation is SCHEMA.relations["orders"]


def test_equal_names_in_nested_macros_are_different_variables() -> None:
    outer = accepted("orders.exists(x, purchases.exists(x, x.quantity > 1) && x.amount > 1)")
    assert isinstance(outer, typed.Quantifier)
    assert isinstance(outer.predicate, typed.And)
    inner, amount = outer.predicate.items
    assert isinstance(inner, typed.Quantifier)
    assert isinstance(amount, typed.Compare)
    assert isinstance(amount.left, typed.Field)
    assert amount.left.row.binding == outer.variable.binding != inner.variable.binding


def test_a_point_before_a_name_passes_by_the_loop_variable() -> None:
    inner = accepted("orders.exists(user, .user.is_staff && user.amount > 1)")
    assert isinstance(inner, typed.Quantifier)
    assert isinstance(inner.predicate, typed.And)
    field = inner.predicate.items[0]
    assert isinstance(field, typed.Field)
    assert field.row.binding == 0


def test_a_definition_stands_expanded_with_the_span_of_its_name() -> None:
    text = "user.total_spent > 5"
    compared = accepted(text)
    assert isinstance(compared, typed.Compare)
    total = compared.left
    assert isinstance(total, typed.Aggregate)
    assert total.type == DECIMAL
    assert isinstance(total.source, typed.Map)
    for each in (total, total.source, total.source.source):
        assert text[each.span.start : each.span.end] == "user.total_spent"


def test_a_defined_field_keeps_its_own_type() -> None:
    assert value("user.last_order").type == TIMESTAMP.or_null()


def test_a_function_of_the_schema_gets_its_argument() -> None:
    total = value('spent("EUR")')
    assert isinstance(total, typed.Aggregate)
    assert isinstance(total.source, typed.Map)
    assert isinstance(total.source.source, typed.Filter)
    predicate = total.source.source.predicate
    assert isinstance(predicate, typed.Compare)
    assert isinstance(predicate.right, typed.Constant)
    assert predicate.right.value == "EUR"


def test_free_data_is_gone_into_by_name_key_and_position() -> None:
    part_of = value('user.metadata.clubs[0]["name"]')
    assert isinstance(part_of, typed.Part)
    assert part_of.key == "name"
    assert isinstance(part_of.operand, typed.Part)
    assert part_of.operand.key == 0
    assert part_of.type.kind is Kind.DYN


def test_a_position_in_free_data_must_be_written() -> None:
    assert mistakes("user.metadata[user.first_name] == 1") == [
        ("wrong_argument", "user.first_name")
    ]
    for index in ("true", "-1", "2147483648"):
        assert mistakes(f"user.metadata[{index}] == 1") == [("wrong_argument", index)]


def test_has_asks_for_a_value_and_is_constant_where_there_always_is_one() -> None:
    assert isinstance(accepted("has(user.email)"), typed.Has)
    assert isinstance(accepted("has(user.metadata.a.b)"), typed.Has)
    defined = accepted("has(user.last_order)")
    assert isinstance(defined, typed.Compare)
    assert defined.operator == "!="
    always = read("has(user.first_name)")
    assert isinstance(always.tree, typed.Constant)
    assert [warning.code for warning in always.warnings] == ["always_true"]
