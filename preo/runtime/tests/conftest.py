"""Homes for all tests of the launcher."""

import shutil
from pathlib import Path

import pytest

from preo.runtime.postgres.address import socket_note
from preo.runtime.tests.homes import home
from preo.runtime.tests.ups import run

__all__ = ["home"]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is made and migrated, to be copied: that takes most of a start's time."""
    folder = tmp_path_factory.mktemp("prepared")
    done = run(folder, "migrate", PREO_POSTGRES_AS="")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def migrated(home: Path, prepared: Path) -> Path:
    """A home of one's own whose database is made and migrated."""
    shutil.copytree(prepared, home, symlinks=True, dirs_exist_ok=True)
    socket_note(home).unlink()
    return home
