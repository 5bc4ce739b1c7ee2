"""Which tree a text has."""

import pytest

from preo.segments.cel import tree
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.tests.reading import all_parts, codes, marked, read, shape


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a * b + c", "(a * b) + c"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c % d", "((a / b) * c) % d"),
        ("a < b == c", "(a < b) == c"),
        ("a + b in c + d", "(a + b) in (c + d)"),
        ("a == b && c != d || e", "((a == b) && (c != d)) || e"),
        ("a || b && c || d", "(a || (b && c)) || d"),
        ("a && b || c ? d || e : f && g", "((a && b) || c) ? (d || e) : (f && g)"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("!a && -b < c", "(!a) && ((-b) < c)"),
        ("!!a", "!(!a)"),
        ("--a", "-(-a)"),
        ("!a.b", "!(a.b)"),
        ("-a[1].b()", "-((a[1]).b())"),
        ("4--4", "4 - (-4)"),
        ("a -1", "a - 1"),
        ("-5.abs()", "(-5).abs()"),
        ("a.b.c", "(a.b).c"),
        ("[1, 2,]", "[1, 2]"),
        ("{'a': 1,}", "{'a': 1}"),
        ("[,]", "[]"),
        ("a{b: 1,}", "a{b: 1}"),
        ("a.existsOne(x, b)", "a.exists_one(x, b)"),
        ("a.all((x), b)", "a.all(x, b)"),
    ],
)
def test_what_binds_tighter(text: str, same: str) -> None:
    assert shape(read(text)) == shape(read(same))


def test_different_orders_are_different_trees() -> None:
    assert shape(read("a - b - c")) != shape(read("a - (b - c)"))
    assert shape(read("(a || b) && c")) != shape(read("a || b && c"))


@pytest.mark.parametrize(
    "text",
    ["a", "(a)", " ( a ) ", "a + (b * c)", "(a + b) * c", "!(a)", "(a).b", "f((a), [b])", "-(1)"],
)
def test_a_span_reaches_over_all_that_belongs_to_a_part(text: str) -> None:
    def check(node: tree.Expression) -> None:
        for part in all_parts(node):
            assert node.span.start <= part.span.start <= part.span.end <= node.span.end
            check(part)

    check(read(text))


def test_spans_to_the_character() -> None:
    text = "(a + b) * user.orders.exists(o, has(o.x))"
    root = read(text)
    assert isinstance(root, tree.Binary)
    assert isinstance(root.left, tree.Binary)
    macro = root.right
    assert isinstance(macro, tree.Macro)
    assert isinstance(macro.body, tree.Has)
    spans = [
        root.span, root.operator_span, root.left.span, macro.source.span, macro.kind_span,
        macro.variable_span, macro.body.span, macro.body.operand.field_span,
    ]  # fmt: skip
    assert [text[span.start : span.end] for span in spans] == [
        text, "*", "a + b", "user.orders", "exists", "o", "has(o.x)", "x",
    ]  # fmt: skip


def test_spans_count_code_points() -> None:
    text = "'😀' == a"
    root = read(text)
    assert isinstance(root, tree.Binary)
    assert text[root.right.span.start : root.right.span.end] == "a"


def test_names_fields_and_calls() -> None:
    absolute = read(".a")
    assert isinstance(absolute, tree.Name)
    assert absolute.is_absolute
    assert absolute.span.start == 0
    quoted = read("a.`b-c.d/e f`")
    assert isinstance(quoted, tree.Select)
    assert quoted.field == "b-c.d/e f"
    call = read("f(1, x)")
    assert isinstance(call, tree.Call)
    assert (call.function, len(call.arguments), call.target) == ("f", 2, None)
    method = read("a.b.f()")
    assert isinstance(method, tree.Call)
    assert (method.function, method.arguments) == ("f", ())
    assert isinstance(method.target, tree.Select)


def test_reserved_words_may_be_fields_and_methods() -> None:
    for word in ("as", "for", "if", "namespace", "while"):
        assert codes(f"a.{word} == a.{word}() && M{{{word}: 1}}.x") == []
        assert marked(f"a && {word}") == [("reserved_word", word)]
        assert marked(f"{word}(a)") == [("reserved_word", word)]


@pytest.mark.parametrize("word", ["in", "true", "false", "null"])
def test_the_words_of_the_language_are_fields_in_backquotes_only(word: str) -> None:
    assert marked(f"a.{word} == 1") == [("reserved_word", word)]
    assert codes(f"a.`{word}` == 1") == []


def test_messages() -> None:
    message = read(".a.B{c: 1, `in`: x}")
    assert isinstance(message, tree.MessageDisplay)
    assert message.name == ".a.B"
    assert [name for name, _ in message.fields] == ["c", "in"]


@pytest.mark.parametrize("text", ["a(){}", "a{}()", "(a){}", "a[1]{b: 1}", "(a.b).c{}"])
def test_only_a_dotted_name_begins_a_message(text: str) -> None:
    assert codes(text) != []


def test_maps_and_lists() -> None:
    entries = read("{'a': 1, b: [2, x]}")
    assert isinstance(entries, tree.MapDisplay)
    assert len(entries.entries) == 2
    assert isinstance(entries.entries[1][1], tree.ListDisplay)


@pytest.mark.parametrize("kind", ["exists", "all", "exists_one", "filter", "map"])
def test_loops(kind: str) -> None:
    macro = read(f"a.b.{kind}(x, x.y)")
    assert isinstance(macro, tree.Macro)
    assert (macro.kind, macro.variable, macro.condition) == (kind, "x", None)
    assert isinstance(macro.source, tree.Select)
    assert isinstance(macro.body, tree.Select)


def test_map_with_a_condition() -> None:
    macro = read("a.map(x, x > 1, x * 2)")
    assert isinstance(macro, tree.Macro)
    assert isinstance(macro.condition, tree.Binary)
    assert macro.condition.operator == ">"
    assert isinstance(macro.body, tree.Binary)
    assert macro.body.operator == "*"


@pytest.mark.parametrize(
    "text", ["a.exists(x.y, b)", "a.map(1, b)", "a.filter(.x, b)", "a.all(__result__, b)"]
)
def test_a_loop_wants_a_plain_name(text: str) -> None:
    assert codes(text) == ["macro_variable"]


@pytest.mark.parametrize("text", ["a.exists(b)", "a.all()", "a.filter(x)", "a.map(x, a, b, c)"])
def test_a_loop_wants_a_name_and_a_condition(text: str) -> None:
    assert codes(text) == ["macro_arguments"]


@pytest.mark.parametrize("text", ["has(a)", "has(a[0])", "has()", "has(a.b, c)", "has(a.b())"])
def test_has_wants_one_field(text: str) -> None:
    assert codes(text) == ["has_argument"]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a.exists(i, x, b)", "exists"),
        ("a.all(i, x, b)", "all"),
        ("a.existsOne(i, x, b)", "existsOne"),
        ("a.transformList(i, x, b)", "transformList"),
        ("a.transformMap(i, x, c, b)", "transformMap"),
        ("a.?b", ".?"),
        ("a[?0]", "[?"),
        ("[?a]", "?"),
        ("{?'a': b}", "?"),
        ("M{?a: b}", "?"),
    ],
)
def test_what_is_not_supported_is_named(text: str, at: str) -> None:
    _, problems = parse(text)
    assert marked(text) == [("unsupported_feature", at)]
    assert "not supported" in problems[0].message


def test_names_of_macros_are_free_elsewhere() -> None:
    assert codes("exists && all.map == filter(a) && x.has && x.has(y)") == []
