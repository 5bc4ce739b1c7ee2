"""The committed document is the one that the code generates, and it is sound."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

COMMITTED = Path(__file__).resolve().parents[1] / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())
    return loaded


def test_the_committed_document_is_current_and_comes_without_warnings(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), fail_on_warn=True, validate=True)
    assert fresh.read_text() == COMMITTED.read_text(), "run `make schema` and commit the result"


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation.get("summary"), (method, path)
            assert operation.get("description"), (method, path)
            assert operation["operationId"].isidentifier(), (method, path)
            assert operation["tags"], (method, path)


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    found = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]
    assert len(found) == len(set(found))


def test_every_operation_says_that_errors_are_problems(document: dict[str, Any]) -> None:
    problems = document["components"]["responses"]
    for item in document["paths"].values():
        for operation in item.values():
            assert {"400", "401", "default"} <= set(operation["responses"])
            for status, answer in operation["responses"].items():
                if status == "default" or status.startswith(("4", "5")):
                    named = problems[answer["$ref"].rpartition("/")[2]]
                    assert list(named["content"]) == ["application/problem+json"]
