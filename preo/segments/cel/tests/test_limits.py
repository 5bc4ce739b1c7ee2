"""Too large a text is refused before it can do harm."""

import sys

import pytest

from preo.segments.cel import limits, tree
from preo.segments.cel.parse.parser import parse
from preo.segments.cel.tests.reading import all_parts, codes, read


def height(node: tree.Expression) -> int:
    return 1 + max((height(part) for part in all_parts(node)), default=0)


@pytest.mark.parametrize(
    ("small", "large", "code"),
    [
        ("a" * 10_000, "a" * 10_001, "too_long"),
        (f"[{'1,' * 1998}1]", f"[{'1,' * 1999}1]", "too_many_parts"),
        ("(" * 63 + "a" + ")" * 63, "(" * 64 + "a" + ")" * 64, "too_deep"),
        ("[" * 63 + "a" + "]" * 63, "[" * 64 + "a" + "]" * 64, "too_deep"),
        ("!" * 63 + "a", "!" * 64 + "a", "too_deep"),
        ("a" + ".b" * 63, "a" + ".b" * 64, "too_deep"),
        ("a" + "[1]" * 63, "a" + "[1]" * 64, "too_deep"),
        ("a ? b : " * 31 + "c", "a ? b : " * 64 + "c", "too_deep"),
        ("+".join("a" * 100), "+".join("a" * 101), "too_long_chain"),
        ("<".join("a" * 100), "<".join("a" * 101), "too_long_chain"),
        (
            "a.map(x, " * 4 + "x" + ")" * 4,
            "a.map(x, " * 5 + "x" + ")" * 5,
            "too_many_loops",
        ),
    ],
)
def test_a_text_at_the_limit_is_read_and_one_past_it_refused(
    small: str, large: str, code: str
) -> None:
    assert codes(small) == []
    root, problems = parse(large)
    assert [problem.code for problem in problems] == [code]
    assert root == tree.Missing(root.span)
    assert 0 <= problems[0].span.start < problems[0].span.end <= len(large)


def test_loops_one_after_the_other_are_not_nested() -> None:
    assert codes("a.map(x, x)" + ".filter(x, x)" * 8) == []
    assert codes(" && ".join(["a.all(x, x)"] * 20)) == []


@pytest.mark.parametrize("operator", ["&&", "||"])
def test_a_long_chain_is_a_low_tree_in_the_order_of_the_text(operator: str) -> None:
    names = [f"n{number}" for number in range(500)]
    root = read(operator.join(names))
    assert height(root) == 10

    def leaves(node: tree.Expression) -> list[str]:
        if isinstance(node, tree.Name):
            return [node.name]
        return [name for part in all_parts(node) for name in leaves(part)]

    assert leaves(root) == names


HOSTILE = {
    "open brackets": "(" * 10_000,
    "square brackets": "[" * 10_000,
    "braces": "a{" * 5000,
    "closing brackets": ")" * 10_000,
    "calls": "f(" * 5000,
    "wrong brackets": "f(a]" * 2500,
    "never closed": "a (" * 3333,
    "signs": "-" * 9999 + "1",
    "sums": "1+" * 4999 + "1",
    "questions": "a?" * 5000,
    "ternaries": "a?b:" * 2500,
    "quotes": "'" * 10_000,
    "texts side by side": "''a&&" * 2000,
    "curly quotes": "“" * 10_000,
    "backslashes": '"' + "\\" * 9999,
    "escapes": '"' + "\\d" * 4999,
    "raw": "r'" * 5000,
    "triple": '"""' * 3333,
    "commas": "1," * 5000,
    "digits": "9" * 10_000,
    "groups": "1" + ".000" * 2499,
    "invisible": "a\u200b" * 5000,
    "invisible end": "a" + "\u200b" * 9999,
    "half characters": "a\ud800" * 5000,
    "junk": "§ " * 5000,
    "remarks": "/*/" * 3333,
    "words": "a between " * 1000,
    "points": "a" + "." * 9999,
    "blanks": " " * 9999 + "(",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_read_in_linear_time_and_never_raise(text: str) -> None:
    whole, half = steps(text), steps(text[: len(text) // 2])
    # Twice the text, at most about twice the work: a quadratic step would be four times.
    assert whole <= 2.6 * half + 5000
    assert len(parse(text)[1]) <= limits.MAX_PROBLEMS


def steps(text: str) -> int:
    """How many calls the reading of a text takes, built-in ones counted."""
    count = 0

    def tick(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(tick)
    try:
        parse(text)
    finally:
        sys.setprofile(before)
    return count
