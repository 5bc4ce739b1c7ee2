"""The CEL specification's own cases: how they are read, and what our answer to one counts for.

The file is not ours and not in the repository; its folder is named by `PREO_SAMPLE_DATA`.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from preo.segments.cel.parse.parser import parse
from tests.cel.closed import Answer, Refused, answer

FILE = Path(os.environ.get("PREO_SAMPLE_DATA", "")) / "cel-conformance.jsonl"
LIMITS = ("recursion", "lookahead limit", "unsupported syntax")
"""Words of a refusal that is the other implementation's own limit or switch, not the language's."""
SYNTAX_ONLY = "parsing"


class Outcome(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """`note` is the code of a refusal, or what was wrong."""

    suite: str
    name: str
    outcome: Outcome
    note: str = ""
    message: str = ""


def read_cases() -> Iterator[dict[str, Any]]:
    """All cases, one a line; those of the parser have no name and are known by a hash of their text."""
    with FILE.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def judge(case: dict[str, Any]) -> Verdict:
    """Run one case."""
    suite, name = case["suite"], case.get("name") or _name_of(case["expr"])
    if suite == SYNTAX_ONLY:
        return Verdict(suite, name, *_judge_syntax(case))
    try:
        found = answer(case["expr"])
    except Exception as error:
        return Verdict(suite, name, Outcome.FAILED, f"{type(error).__name__}: {error}")
    if isinstance(found, Refused):
        outcome = Outcome.PASSED if "evalError" in case else Outcome.REFUSED
        return Verdict(suite, name, outcome, found.code, found.message)
    if "evalError" in case:
        right = found.value is None and found.kind != "null"
    elif "checkOnly" in case:
        right = found.kind == case["type"].partition("(")[0]
    else:
        right = same(found, _expected(case))
    outcome = Outcome.PASSED if right else Outcome.FAILED
    return Verdict(suite, name, outcome, "" if right else f"got {found}")


def _name_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _judge_syntax(case: dict[str, Any]) -> tuple[Outcome, str, str]:
    _, problems = parse(case["expr"])
    said = case.get("error") or ""
    by_parser = bool(said) and not said.startswith("ERROR: <input>")
    if any(word in said for word in LIMITS) or bool(problems) == by_parser:
        return Outcome.PASSED, "", ""
    if problems:
        return Outcome.REFUSED, problems[0].code, problems[0].message
    return Outcome.FAILED, f"accepted, where the suite says {said}", ""


def _expected(case: dict[str, Any]) -> dict[str, Any]:
    """A case that states no outcome expects true."""
    value = case.get("value") or case.get("typedResult", {}).get("result")
    return dict(value or {"boolValue": True})


def same(found: Answer, expected: dict[str, Any]) -> bool:
    """Whether kind and value are the expected ones; an int is no double, a bool no int."""
    [(form, value)] = expected.items()
    if form == "listValue":
        items = value.get("values", [])
        return (
            found.kind == "list"
            and isinstance(found.value, list)
            and len(items) == len(found.value)
            and all(map(_same_item, found.value, items))
        )
    return (found.kind, found.value) == _python(form, value) and type(found.value) is type(
        _python(form, value)[1]
    )


def _same_item(value: Any, expected: dict[str, Any]) -> bool:
    [(form, wanted)] = expected.items()
    if form == "listValue":
        return same(Answer("list", value), expected)
    python = _python(form, wanted)[1]
    return type(value) is type(python) and bool(value == python)


def _python(form: str, value: Any) -> tuple[str, Any]:
    """The kind and the Python value of a value in the file."""
    if form == "int64Value":
        return "int", int(value)
    if form == "doubleValue":
        return "double", float(value)
    kind = {"boolValue": "bool", "stringValue": "string", "nullValue": "null"}.get(form, form)
    return kind, value
