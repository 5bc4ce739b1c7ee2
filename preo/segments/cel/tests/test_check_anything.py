"""Whatever somebody writes: an answer, and never an error of ours."""

import re
from random import Random

import pytest

from preo.segments.cel.functions import FUNCTIONS
from preo.segments.cel.tests.check_reading import read

_TOKEN = re.compile(r'"[^"]*"|[A-Za-z_]\w*|\d+\.?\d*|&&|\|\||[=!<>]=|\S')
_STEPS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_BEGINNINGS = (
    *(entry.example for entry in FUNCTIONS),
    'user.total_spent * 1.1 / 3 - 5 % 2 > 1 && spent("EUR") > 3',
    'true ? user.email : null == "x"',
    "[1, 2.5, user.total_spent].sum() > -1 || has(user.metadata.a[0].b)",
    'purchases.exists(p, "cat_01jz0000000000000000000000" in p.categories)',
    'user.metadata["a"] == null && user.last_order < now - days(3)',
    'orders.map(o, o.amount > 5.0, o.status).exists(s, s == "completed")',
    "[].map(x, x) == [] && [[1]] == [null]",
    'x.Y{a: 1} == {"a": b"x"} || 1u == 1 || user.?a == dyn(1)',
)
_WRITTEN = [_TOKEN.findall(each) for each in _BEGINNINGS]


def _pieces(tokens: list[str]) -> list[tuple[int, int]]:
    """Where a run of tokens begins and ends whose brackets are closed."""
    found = []
    for begin in range(len(tokens)):
        depth = 0
        for end in range(begin, min(len(tokens), begin + 20)):
            depth += _STEPS.get(tokens[end], 0)
            if depth < 0:
                break
            if depth == 0:
                found.append((begin, end + 1))
    return found


_PIECES = [tokens[begin:end] for tokens in _WRITTEN for begin, end in _pieces(tokens)]


@pytest.mark.parametrize("seed", range(40))
def test_conditions_mixed_at_random_get_an_answer_with_places_in_the_text(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    for _ in range(25):
        tokens = list(random.choice(_WRITTEN))
        for _ in range(random.randint(1, 4)):
            begin, end = random.choice(_pieces(tokens) or [(0, len(tokens))])
            tokens[begin:end] = random.choice(_PIECES)
        text = " ".join(tokens)
        reading = read(text)
        assert (reading.tree is None) == bool(reading.problems), text
        for problem in (*reading.problems, *reading.warnings):
            assert 0 <= problem.span.start <= problem.span.end <= len(text), text
            assert problem.message.endswith("."), text
