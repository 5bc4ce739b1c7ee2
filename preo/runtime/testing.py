"""A pytest plugin: the embedded test server, and one migrated template that each process clones.

Loaded by `-p preo.runtime.testing` before the settings are. `DATABASE_URL` given from outside is
used instead of the embedded server; its role must be allowed to create databases.
"""

import os
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.creation import DatabaseCreation

from preo.runtime.home import home
from preo.runtime.postgres.address import database_url, socket_folder
from preo.runtime.postgres.lease import Lease
from preo.runtime.postgres.place import make_place
from preo.runtime.postgres.tuning import Flavour
from preo.runtime.templates import drop_leftovers, ensure_template

TEMPLATE_VARIABLE = "PREO_TEST_TEMPLATE"
NAME_VARIABLE = "PREO_TEST_DATABASE"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start (or join) the server and name the databases, before Django reads its settings.

    The processes of pytest-xdist inherit all of it from the one that started them.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    test_home = home() / "test"
    os.environ["PREO_HOME"] = str(test_home)
    given = os.environ.get("DATABASE_URL")
    if not given:
        lease = Lease(make_place(test_home), Flavour.FAST)
        early_config.add_cleanup(lease.release)
        lease.ensure_running()
        os.environ["DATABASE_URL"] = database_url(socket_folder(test_home))
        drop_leftovers(os.environ["DATABASE_URL"])
    os.environ[TEMPLATE_VARIABLE] = ensure_template(os.environ["DATABASE_URL"])
    os.environ[NAME_VARIABLE] = f"test_preo_{os.getpid()}"


def _drop_by_force(creation: Any, name: str, verbosity: int) -> None:  # noqa: ARG001
    """Drop a test database even where a thread of a test has left a connection behind."""
    with creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {creation._quote_name(name)} WITH (FORCE)")


def pytest_sessionstart() -> None:
    """Tell Django to clone the template; the process's number keeps two runs apart."""
    setattr(DatabaseCreation, "_destroy_test_db", _drop_by_force)  # noqa: B010 - not in its stubs
    test = connections["default"].settings_dict["TEST"]
    test["NAME"] = os.environ[NAME_VARIABLE]
    test["TEMPLATE"] = os.environ[TEMPLATE_VARIABLE]
