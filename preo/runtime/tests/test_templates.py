"""The template of the test databases: named by what makes it, and nothing is left lying about."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from preo.runtime import templates
from preo.runtime.templates import drop_leftovers, ensure_template, migrations_digest


@pytest.fixture
def server() -> Iterator["psycopg.Connection[tuple[str]]"]:
    url = templates.with_database(os.environ["DATABASE_URL"], "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def names(server: "psycopg.Connection[tuple[str]]") -> set[str]:
    return {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}


def project_with(tmp_path: Path, migration: str, module: str) -> Path:
    folder = tmp_path / "preo" / "orders" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "0001_tables.py").write_text(migration)
    core = tmp_path / "preo" / "core"
    core.mkdir(exist_ok=True)
    (core / "triggers.py").write_text(module)
    return tmp_path


def test_a_changed_migration_or_what_it_imports_makes_another_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing = "from preo.core.triggers import touch\n"
    monkeypatch.setattr(templates, "PROJECT", tmp_path)
    seen = set()
    for migration, module in ((importing, "1"), (importing + "# more", "1"), (importing, "2")):
        project_with(tmp_path, migration, module)
        assert migrations_digest() == migrations_digest()
        seen.add(migrations_digest())
    assert len(seen) == 3


def test_the_template_is_made_once(server: "psycopg.Connection[tuple[str]]") -> None:
    name = ensure_template(os.environ["DATABASE_URL"])
    query = "SELECT oid::text FROM pg_database WHERE datname = %s"
    before = server.execute(query, [name]).fetchall()
    assert ensure_template(os.environ["DATABASE_URL"]) == name
    assert server.execute(query, [name]).fetchall() == before


def test_databases_of_killed_runs_go_and_those_of_living_ones_stay(
    server: "psycopg.Connection[tuple[str]]",
) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    dead, living = f"test_preo_{ended.pid}_gw9", f"test_preo_{os.getpid()}_gw9"
    for name in (dead, living):
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        drop_leftovers(os.environ["DATABASE_URL"])
        assert dead not in names(server)
        assert living in names(server)
    finally:
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(living)))
