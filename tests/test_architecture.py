"""The house rules that neither ruff, mypy nor import-linter can hold."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app as jobs

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for folder in ("preo", "tests", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
EDGES = [path for path in SOURCES if path.name in {"api.py", "tasks.py"} or "api" in path.parts]

MAX_LINES = 400
VAGUE_NAMES = {"utils", "helpers", "common", "constants", "managers", "misc", "mixins"}
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create",
}  # fmt: skip
NO_TENANT = {
    "imports.ImportRow": "a part of an import, reached through it alone",
    "imports.ImportLine": "a part of an import, reached through it alone",
    "imports.ImportProblem": "a part of an import, reached through it alone",
    "imports.ImportedOrder": "a part of an import, reached through it alone",
    "imports.ImportedPart": "a part of an import, reached through it alone",
    "imports.ImportKept": "a part of an import, reached through it alone",
    "organizations.Organization": "the tenant itself",
    "accounts.StaffUser": "a person may work for several organizations",
    "accounts.StaffSession": "a person's sign-in",
    "accounts.Pin": "a person's sign-in",
    "accounts.SignInTries": "counted before anybody is known",
    "idempotency.Answer": "known by its caller",
    "transports.InboxMessage": "a mail to a person",
    "segments.Member": "links two rows of one organization, a million at a time",
}
MAY_POINT_UP: dict[str, str] = {}
"""Foreign keys from a slice to one above it, each with its reason."""


def slice_order() -> list[str]:
    """The slices from the highest to the lowest, as import-linter holds them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return list(contracts["contracts"][0]["layers"])


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=False)
        if model.__module__.startswith("preo.")
    ]


def foreign_keys() -> Iterator[tuple[str, str, str, Any]]:
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                target: Any = field.related_model
                yield (
                    f"{model._meta.label}.{field.name}",
                    model._meta.app_label,
                    target._meta.app_label,
                    field,
                )


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text())
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long_or_vaguely_named(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES
    assert path.stem not in VAGUE_NAMES


def test_the_edge_never_writes_rows_itself() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno} {call.func.attr}"
        for path in EDGES
        if "tests" not in path.parts
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and not ast.unparse(call.func.value).startswith("service")
    ]
    assert found == []


def test_no_serializer_writes() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{method.lineno} {kind.name}.{method.name}"
        for path in SOURCES
        for kind in ast.walk(ast.parse(path.read_text()))
        if isinstance(kind, ast.ClassDef) and "Serializer" in kind.name
        for method in kind.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "create", "update"}
    ]
    assert found == []


def test_packages_export_nothing_and_say_what_they_own() -> None:
    for path in (ROOT / "preo").rglob("__init__.py"):
        if {"tests", "migrations", "management"} & set(path.parts):
            continue
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, path
        assert ast.get_docstring(ast.Module(body, [])), path


def test_foreign_keys_point_down() -> None:
    order = slice_order()
    up = {
        label
        for label, source, target, _ in foreign_keys()
        if target in order and order.index(source) > order.index(target)
    }
    assert up == set(MAY_POINT_UP)


def test_no_slice_is_reached_backwards_from_one_below() -> None:
    open_accessors = [
        label
        for label, source, target, field in foreign_keys()
        if source != target and not field.remote_field.hidden
    ]
    assert open_accessors == []


def test_every_table_of_an_organization_names_it_first_in_its_indexes() -> None:
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        assert ("organization" in names) != (model._meta.label in NO_TENANT), model._meta.label
        if model._meta.label in NO_TENANT:
            continue
        for index in model._meta.indexes:
            if len(index.fields) > 1:
                assert index.fields[0] == "organization", (model._meta.label, index.name)


def test_every_row_with_an_id_has_a_prefix_of_its_own() -> None:
    prefixes = [model.id_prefix for model in own_models() if hasattr(model, "id_prefix")]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.django_db
def test_every_modified_column_is_moved_by_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT table_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name = 'modified'
            EXCEPT
            SELECT event_object_table FROM information_schema.triggers
            WHERE trigger_name = 'touch_modified'
            """
        )
        assert cursor.fetchall() == []


def test_what_settings_name_is_there() -> None:
    paths = [
        settings.IDEMPOTENCY,
        settings.BOUGHT_BY,
        *settings.ACTIVITY_RUNNERS,
        *settings.PURGES,
        *settings.DOCTOR_CHECKS,
    ]
    for path in paths:
        assert callable(import_string(path)), path


def test_every_deferred_job_is_declared() -> None:
    named = {
        call.args[0].value
        for path in SOURCES
        if "tests" not in path.parts
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func) == "jobs.defer"
        and isinstance(call.args[0], ast.Constant)
    }
    assert named <= set(jobs.tasks)


def test_nobody_reads_the_clock_in_a_service() -> None:
    clocks = {"timezone.now", "datetime.now", "dt.datetime.now", "time.time", "datetime.utcnow"}
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        if path.stem == "service" or "service" in path.parts
        for call in calls(path)
        if ast.unparse(call.func) in clocks
    ]
    assert found == []
