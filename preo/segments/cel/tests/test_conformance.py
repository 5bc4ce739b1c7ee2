"""The CEL specification's own cases, as far as the reading of a text goes."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from preo.segments.cel import tree
from preo.segments.cel.parse.parser import parse

REFUSALS = (
    "Syntax error", "reserved identifier", "not an identifier", "must be a simple name",
    "overwrites accumulator", "invalid argument", "invalid int", "invalid uint",
    "invalid double", "invalid unicode",
)  # fmt: skip
"""What the reference says where the grammar, and not its checker or its options, refuses."""

NOT_SUPPORTED = (".?", "[?", "{?", ", ?", "i, v,", "k, v,", "(i, ", "existsOne", "transform")
"""In each of the texts that we refuse by name: optional values, and loops with two variables."""


def cases() -> list[dict[str, Any]]:
    folder = os.environ.get("PREO_SAMPLE_DATA")
    path = Path(folder or "/nonexistent") / "cel-conformance.jsonl"
    if not path.is_file():
        pytest.skip(
            "outside data is absent: PREO_SAMPLE_DATA names no folder with cel-conformance.jsonl"
        )
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_parser_accepts_and_refuses_as_the_specification_says() -> None:
    wrong, unsupported, refused = [], 0, 0
    for case in cases():
        text, error = case["expr"], case.get("error", "")
        told = {problem.code for problem in parse(text)[1]}
        is_refused = any(words in error for words in REFUSALS)
        if "recursion" in error and not is_refused:
            # Limits are everybody's own; ours are wider.
            assert told <= {"too_deep"}
        elif told == {"unsupported_feature"}:
            unsupported += 1
            assert any(sign in text for sign in NOT_SUPPORTED), text
        elif bool(told) != is_refused:
            wrong.append((text, told))
        refused += is_refused
    assert wrong == []
    assert unsupported == 102  # may only shrink
    assert refused > 40


def expected(value: dict[str, Any]) -> object:
    """The value of a literal as we hold it."""
    (kind, held), *_ = value.items()
    match kind:
        case "int64Value":
            return int(held)
        case "uint64Value":
            return tree.Unsigned(int(held))
        case "doubleValue":
            return float(held)
        case "bytesValue":
            return base64.b64decode(held)
        case _:
            return held


def test_literals_have_the_values_of_the_specification() -> None:
    compared = 0
    for case in cases():
        root, problems = parse(case["expr"])
        if isinstance(root, tree.Literal) and not problems and "value" in case:
            meant = expected(case["value"])
            assert (root.value, type(root.value)) == (meant, type(meant)), case
            compared += 1
    assert compared > 150
