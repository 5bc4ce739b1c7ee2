"""Our own cases three ways: the reference, Google's runtime, and compiled to SQL."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest

from preo.segments.cel.parse.parser import parse
from tests.cel import google
from tests.cel.cases import (
    arithmetic,
    comparisons,
    conversions,
    lists,
    literals,
    logic,
    texts,
    times,
)
from tests.cel.cases.outcome import ERROR, Case
from tests.cel.closed import NOW, Refused, answer_or_crash
from tests.cel.reference.evaluate import Scope, evaluate
from tests.cel.reference.values import CelError

MODULES: Sequence[ModuleType] = (
    literals, arithmetic, comparisons, logic, texts, lists, times, conversions,
)  # fmt: skip
by_topic = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__[16:])


def ours(module: ModuleType) -> list[Case]:
    """The cases of a topic that only we and the reference know."""
    return [*getattr(module, "OURS", []), *getattr(module, "EXTENDED", [])]


def strictly(value: Any) -> Any:
    """A value with its type, all through lists, so that 1, 1.0 and true are three."""
    if isinstance(value, list):
        return [strictly(item) for item in value]
    kind = float if isinstance(value, float) else type(value)
    return kind, value


def by_reference(text: str) -> Any:
    tree, problems = parse(text)
    assert problems == [], text
    try:
        return evaluate(tree, Scope({"now": NOW}))
    except CelError:
        return ERROR


@by_topic
def test_the_reference_gives_what_the_cases_say(module: ModuleType) -> None:
    wrong = [
        (text, expected, found)
        for text, expected in [*module.CASES, *ours(module)]
        if strictly(found := by_reference(text)) != strictly(expected)
    ]
    assert wrong == []


@pytest.mark.skipif(not google.IS_THERE, reason="no cel-expr-python for this platform")
@by_topic
def test_googles_runtime_gives_what_the_cases_say(module: ModuleType) -> None:
    wrong = [
        (text, expected, found)
        for text, expected in module.CASES
        if strictly(found := by_google(text)) != strictly(expected)
    ]
    assert wrong == [], "\n".join(map(str, wrong))


def by_google(text: str) -> Any:
    try:
        return google.value_of(text)
    except RuntimeError:
        return ERROR


@pytest.mark.django_db
@by_topic
def test_postgresql_gives_what_the_cases_say(module: ModuleType) -> None:
    wrong = [
        (text, expected, found)
        for text, expected in [*module.CASES, *ours(module)]
        if not is_right(found := answer_or_crash(text), expected)
    ]
    assert wrong == [], "\n".join(map(str, wrong))


def is_right(found: Any, expected: object) -> bool:
    """An error may be refused beforehand, a value may not."""
    if expected is ERROR:
        return isinstance(found, Refused) or found.value is None
    return not isinstance(found, Refused) and strictly(found.value) == strictly(expected)
