"""A home for one test: what runs on it, and how all of it is ended."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from preo.runtime import processes
from preo.runtime.postgres.address import SUPERUSER, database_url, socket_folder
from preo.runtime.postgres.identity import Way, choose_way
from preo.runtime.postgres.pidfile import running_server
from preo.runtime.postgres.place import Place

PATIENCE_SECONDS = 60.0
STEP_SECONDS = 0.05


def ways_here() -> list[Way]:
    """Every way to run PostgreSQL that this user has on this machine."""
    if os.getuid() != 0:
        return [Way.SELF]
    return [Way.NAMESPACE, Way.USER] if choose_way() is Way.NAMESPACE else [Way.USER]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home; whatever still runs on it at the end is killed, whatever lies elsewhere removed."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("PREO_HOME", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield folder
    end_everything(folder)
    remove_outside(folder)


def remove_outside(folder: Path) -> None:
    """Remove what a start makes outside its home: the socket folder and the data of `user`."""
    shutil.rmtree(socket_folder(folder), ignore_errors=True)
    data = folder / "postgres" / "data"
    if data.is_symlink():
        shutil.rmtree(data.resolve().parent, ignore_errors=True)


def end_everything(folder: Path) -> None:
    """Kill every process that works for this home."""
    for pid in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not processes_of(folder))


def processes_of(folder: Path) -> list[int]:
    """The living processes that name this home: in their arguments, environment or work folder."""
    data = Place(folder).data
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        named = _mentions(entry, str(folder)) or processes.working_folder(int(entry.name)) == data
        if named and processes.is_alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def _mentions(entry: Path, text: str) -> bool:
    with contextlib.suppress(OSError):
        for name in ("cmdline", "environ"):
            if text.encode() in (entry / name).read_bytes():
                return True
    return False


def server_pid(folder: Path) -> int:
    """The number of the database server's main process; 0 when none runs."""
    server = running_server(Place(folder).data)
    return server.pid if server is not None else 0


def keeper_pid(folder: Path) -> int:
    """The number of the keeper's process; 0 when none runs."""
    for pid in processes_of(folder):
        if "preo.runtime.postgres.keeper" in processes.command_line(pid):
            return pid
    return 0


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until something is true; a failure only after a time that means never."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited for what never came")
        time.sleep(STEP_SECONDS)


def ask(folder: Path, statement: str, *, role: str = "preo") -> list[tuple[object, ...]]:
    """Run one statement on the home's application database and return the rows."""
    url = database_url(socket_folder(folder), role=role)
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def ask_superuser(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """Like `ask`, as the superuser."""
    return ask(folder, statement, role=SUPERUSER)


def answers(folder: Path) -> bool:
    """Whether the home's database answers."""
    try:
        return ask(folder, "SELECT 1") == [(1,)]
    except psycopg.Error:
        return False
