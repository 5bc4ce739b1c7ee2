"""What holds for every text and every tree."""

from dataclasses import fields, is_dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preo.segments.cel import tree
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.spans import Span
from preo.segments.cel.tests.reading import all_parts, read, shape, written

# All code points: halves of surrogate pairs, unassigned ones and NUL too.
ANY_CHARACTER = st.characters(exclude_categories=())
WORDS = st.sampled_from(
    [
        *"()[]{}.,:;?!+-*/%<>=&|\"'`\\\n #€",
        *("&&", "||", "==", "!=", "<=", ">=", "=>", "<>", "===", ".?", "[?", "//", "/*", "*/"),
        *('"""', "'''", "r'", 'b"', "“", "”", "‘", "’", "\\u12", "\\d", "\u00a0", "\u200b", "\x00"),  # noqa: RUF001
        *("1", "19,99", "1 000", "5.", ".5", "0x1F", "7u", "1e400", "20EUR", "9" * 20, "1.0.0"),
        *("user", "orders", "a", "o", "has(", ".exists(", ".map(o,", ".existsOne(", ".all(o, "),
        *("in", "IN", "and", "or", "not", "is", "null", "NULL", "true", "between", "like", "if"),
        *("'text'", '"it"', "naïve", "kr", "EUR", "@", "__result__", "contains", "transformMap("),
    ]
)
ANY_TEXT = st.text(ANY_CHARACTER, max_size=60)
NEAR_TEXT = st.lists(WORDS | st.just(" ") | st.text(ANY_CHARACTER, max_size=2), max_size=40).map(
    "".join
)
NAMES = st.sampled_from(["a", "b", "user", "o", "_x1", "exists", "If"])
FIELDS = st.sampled_from(["a", "b-c", "in", "x.y", "while"])
SPAN = Span(0, 0)


def literal(text: str) -> tree.Literal:
    node = read(text)
    assert isinstance(node, tree.Literal)
    return node


LITERALS = st.sampled_from(
    [
        *("1", "-1", "0", "007", "0xFF", "-9223372036854775808", "1.50", "-.5e-3", "3u", "true"),
        *("null", '""', "'a\\n\\u00e9'", 'r"\\d"', "b'\\xff'", "'''x\n'y'''", "'😀'", '"//"'),
    ]
).map(literal)


def extend(inner: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[tree.Expression]:
    """Every sort of node around smaller trees."""
    span = st.just(SPAN)
    several = st.lists(inner, max_size=3).map(tuple)
    signed = inner.filter(lambda node: not isinstance(node, tree.Literal))
    operators = ["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
    kinds = st.sampled_from(["exists", "all", "exists_one", "filter", "map"])
    selects = st.builds(tree.Select, span, inner, FIELDS, span)
    return st.one_of(
        selects,
        st.builds(tree.Has, span, selects),
        st.builds(tree.Index, span, inner, inner),
        st.builds(tree.Call, span, st.just("f"), span, several, st.none() | inner),
        st.builds(tree.Macro, span, kinds, span, inner, NAMES, span, inner),
        st.builds(tree.Macro, span, st.just("map"), span, inner, NAMES, span, inner, inner),
        st.builds(tree.ListDisplay, span, several),
        st.builds(tree.MapDisplay, span, st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(
            tree.MessageDisplay,
            span,
            st.just("a.B"),
            st.lists(st.tuples(FIELDS, inner), max_size=2).map(tuple),
        ),
        st.builds(tree.Unary, span, st.just("!"), inner),
        st.builds(tree.Unary, span, st.just("-"), signed),
        st.builds(tree.Binary, span, st.sampled_from(operators), span, inner, inner),
        st.builds(tree.Ternary, span, inner, inner, inner),
    )


TREES = st.recursive(
    LITERALS | st.builds(tree.Name, st.just(SPAN), NAMES, st.booleans()), extend, max_leaves=12
)
QUICKLY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def assert_sound(text: str) -> None:
    root, problems = parse(text)
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.code
        assert problem.message
    starts = [problem.span.start for problem in problems]
    assert starts == sorted(set(starts))
    assert 0 <= root.span.start <= root.span.end <= len(text)
    assert_nested(root)
    assert problems or not holds_missing(root)


def assert_nested(node: tree.Expression) -> None:
    """All spans of a part lie within its own, and what follows in the text follows in the tree."""
    for own in fields(node):
        span = getattr(node, own.name)
        if isinstance(span, Span):
            assert node.span.start <= span.start <= span.end <= node.span.end
    end = node.span.start
    for part in all_parts(node):
        assert is_dataclass(part)
        assert end <= part.span.start <= part.span.end <= node.span.end, node
        end = part.span.end
        assert_nested(part)


def holds_missing(node: tree.Expression) -> bool:
    return isinstance(node, tree.Missing) or any(map(holds_missing, all_parts(node)))


@QUICKLY
@given(ANY_TEXT)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    assert_sound(text)


@settings(QUICKLY, max_examples=500)
@given(NEAR_TEXT)
def test_any_mixture_of_words_is_read_without_an_exception(text: str) -> None:
    assert_sound(text)


@QUICKLY
@given(TREES)
def test_a_tree_written_and_read_is_the_same(root: tree.Expression) -> None:
    assert shape(read(written(root))) == shape(root)


@QUICKLY
@given(TREES, st.data())
def test_a_text_with_something_left_out_is_read_without_an_exception(
    root: tree.Expression, data: st.DataObject
) -> None:
    text = written(root)
    start = data.draw(st.integers(0, len(text)))
    assert_sound(text[:start] + text[start + data.draw(st.integers(1, 4)) :])


@QUICKLY
@given(TREES)
def test_blanks_and_remarks_change_nothing(root: tree.Expression) -> None:
    text = written(root)
    assert shape(read(f"\u00a0\n{text} // remark")) == shape(root)
