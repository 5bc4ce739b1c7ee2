"""Checks of the database server and of what the application is there."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from preo.core.doctor import Finding
from preo.runtime.postgres.binaries import MAJOR

EXTENSIONS = ("pg_trgm",)
MIGRATE = "Run `preo migrate`."


def check_server() -> Iterator[Finding]:
    """All of them; without the right version and tables the rest would only repeat it."""
    yield check_version()
    yield check_role()
    yield check_extensions()
    yield check_migrations()


def check_version() -> Finding:
    """The major version is the one that Preo is made for."""
    found = _ask("SELECT current_setting('server_version_num')::int / 10000, version()")
    if found[0] != MAJOR:
        return Finding(
            "server version",
            ok=False,
            detail=str(found[1]),
            remedy=f"Name a PostgreSQL {MAJOR} server in DATABASE_URL.",
        )
    return Finding("server version", ok=True, detail=str(found[1]))


def check_role() -> Finding:
    """The application's role can do no more than it must, and may create its tables."""
    name, strong, may_create = _ask(
        "SELECT current_user::text, (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = "
        "current_user), has_database_privilege(current_database(), 'CREATE')"
    )
    if strong:
        return Finding(
            "database role",
            ok=False,
            detail=f"{name} is a superuser or passes by row security",
            remedy=f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS, or use another role.",
        )
    if not may_create:
        return Finding(
            "database role",
            ok=False,
            detail=f"{name} may not create anything in the database",
            remedy=f"Make {name} the owner of the database.",
        )
    return Finding("database role", ok=True, detail=f"{name}, no superuser")


def check_extensions() -> Finding:
    """Searches rest on trusted extensions that the migrations create."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        there = {row[0] for row in cursor.fetchall()}
    missing = sorted(set(EXTENSIONS) - there)
    if missing:
        return Finding(
            "extensions",
            ok=False,
            detail=f"missing: {', '.join(missing)}",
            remedy=f"{MIGRATE} Where the role may not, let an administrator CREATE EXTENSION.",
        )
    return Finding("extensions", ok=True, detail=", ".join(EXTENSIONS))


def check_migrations() -> Finding:
    """Every migration of this version of Preo is applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(str(migration) for migration, _ in plan[:5])
        return Finding(
            "migrations", ok=False, detail=f"{len(plan)} not applied: {names}", remedy=MIGRATE
        )
    return Finding("migrations", ok=True, detail="all applied")


def _ask(statement: str) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[object, ...] = cursor.fetchone()
    return row
