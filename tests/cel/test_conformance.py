"""The CEL specification's own cases through parser, checker, compiler and PostgreSQL.

Of each the outcome is passed, refused (with the code of a message that says why) or failed. None
may fail, and which ones are refused is pinned in `conformance-refused.txt`.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.cel.conformance import FILE, Outcome, Verdict, judge, read_cases

ROOT = Path(__file__).resolve().parents[2]
PINNED = Path(__file__).with_name("conformance-refused.txt")
FOUND = ROOT / "build" / PINNED.name

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FILE.is_file(), reason="outside data: no cel-conformance.jsonl in PREO_SAMPLE_DATA"
    ),
]


@pytest.fixture
def verdicts(db: None) -> list[Verdict]:
    return [judge(case) for case in read_cases()]


def refused_lines(verdicts: list[Verdict]) -> list[str]:
    return sorted(
        f"{verdict.suite} {verdict.name} {verdict.note}"
        for verdict in verdicts
        if verdict.outcome == Outcome.REFUSED
    )


def report(verdicts: list[Verdict]) -> str:
    """A line for each file of the suite, and the total.

    The last column says how many of the passed ones expect an error and were refused beforehand.
    """
    counts = Counter((verdict.suite.partition("/")[0], verdict.outcome) for verdict in verdicts)
    beforehand = Counter(
        verdict.suite.partition("/")[0]
        for verdict in verdicts
        if verdict.outcome == Outcome.PASSED and verdict.note
    )
    lines = ["".join(["", *(f"{word:>9}" for word in (*Outcome, "(beforehand)"))]).rjust(57)]
    for name in sorted({suite for suite, _ in counts}):
        numbers = [counts[name, outcome] for outcome in Outcome]
        lines.append(f"{name:18}" + "".join(f"{n:9}" for n in (*numbers, beforehand[name])))
    total = Counter(verdict.outcome for verdict in verdicts)
    numbers = [*(total[outcome] for outcome in Outcome), beforehand.total()]
    return "\n".join([*lines, f"{'total':18}" + "".join(f"{n:9}" for n in numbers)])


def test_no_case_of_the_specification_fails_and_the_refused_ones_are_the_pinned_ones(
    verdicts: list[Verdict],
) -> None:
    sys.stdout.write(f"\n{report(verdicts)}\n")
    failed = [verdict for verdict in verdicts if verdict.outcome == Outcome.FAILED]
    assert failed == []
    lines = refused_lines(verdicts)
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text("\n".join([*lines, ""]), encoding="utf-8")
    pinned = PINNED.read_text(encoding="utf-8").splitlines()
    assert lines == pinned, f"what is refused has changed: compare with {FOUND.relative_to(ROOT)}"


FEATURES = {
    "proto2_ext": "proto",
    "optionals": "ptional",
    "encoders_ext": "base64",
    "macros2": "wo variables",
    "math_ext": "math",
}
"""A word that most refusals of a file must have: the name of what the file is about."""


def test_every_refusal_says_in_words_what_is_not_supported(verdicts: list[Verdict]) -> None:
    refused = [verdict for verdict in verdicts if verdict.outcome == Outcome.REFUSED]
    wordless = {
        (verdict.note, verdict.message)
        for verdict in refused
        if len(verdict.message.split()) < 4
        or (
            verdict.note == "unsupported_feature" and "not supported" not in verdict.message.lower()
        )
    }
    assert wordless == set()
    for suite, word in FEATURES.items():
        messages = [one.message for one in refused if one.suite.startswith(f"{suite}/")]
        named = [message for message in messages if word in message]
        assert len(named) > len(messages) / 2, (suite, set(messages))
