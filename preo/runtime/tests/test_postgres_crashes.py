"""What a crash leaves behind, and that the next start copes with it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from preo.runtime import processes
from preo.runtime.postgres.binaries import find_binaries
from preo.runtime.postgres.cluster import Maker
from preo.runtime.postgres.identity import choose_way
from preo.runtime.postgres.lease import embedded_server
from preo.runtime.postgres.pidfile import NAME
from preo.runtime.postgres.place import Place, make_place
from preo.runtime.postgres.server import start_server
from preo.runtime.postgres.tuning import Flavour
from preo.runtime.tests.homes import (
    answers,
    ask,
    keeper_pid,
    server_pid,
    wait_until,
)

pytestmark = pytest.mark.crash


@pytest.fixture
def crashed(home: Path) -> Path:
    """A home with one committed row whose every process was killed, postmaster.pid left behind."""
    with embedded_server(home):
        ask(home, "CREATE TABLE kept (number int)")
        ask(home, "INSERT INTO kept VALUES (7)")
        crash(home)
    return home


def crash(home: Path) -> None:
    """Kill server and keeper as a lost machine would: neither can react to the other's end."""
    keeper, server = keeper_pid(home), server_pid(home)
    os.kill(keeper, signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: not processes.is_alive(server) and not processes.is_alive(keeper))


def name_in_pid_file(home: Path, pid: int) -> None:
    """Write another process's number into postmaster.pid, as a reused number would look."""
    path = Place(home).data / NAME
    lines = path.read_text().splitlines() if path.exists() else PID_FILE_LINES
    path.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


PID_FILE_LINES = ["0", "/data", "1790000000", "5432", "/run", "", "", "ready"]


@contextlib.contextmanager
def stranger() -> Iterator[int]:
    """A living process that is not PostgreSQL."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def test_a_pid_file_of_a_dead_process_is_no_hindrance(crashed: Path) -> None:
    with stranger() as pid:
        pass
    name_in_pid_file(crashed, pid)
    with embedded_server(crashed):
        assert ask(crashed, "SELECT number FROM kept") == [(7,)]


def test_a_pid_file_that_names_a_living_stranger_is_no_hindrance(crashed: Path) -> None:
    with stranger() as pid:
        name_in_pid_file(crashed, pid)
        with embedded_server(crashed):
            assert ask(crashed, "SELECT number FROM kept") == [(7,)]
        assert processes.is_alive(pid)


def test_a_pid_file_that_names_a_zombie_is_no_hindrance(crashed: Path) -> None:
    zombie = os.fork()
    if zombie == 0:
        os._exit(0)
    try:
        wait_until(lambda: not processes.is_alive(zombie))
        name_in_pid_file(crashed, zombie)
        with embedded_server(crashed):
            assert ask(crashed, "SELECT number FROM kept") == [(7,)]
    finally:
        os.waitpid(zombie, 0)


def test_a_pid_file_that_names_the_server_of_another_home_is_no_hindrance(
    crashed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with embedded_server(other, Flavour.FAST):
        name_in_pid_file(crashed, server_pid(other))
        with embedded_server(crashed):
            assert server_pid(crashed) != server_pid(other)
            assert ask(crashed, "SELECT number FROM kept") == [(7,)]
        assert ask(other, "SELECT 1") == [(1,)]


def test_an_empty_pid_file_is_no_hindrance(crashed: Path) -> None:
    (Place(crashed).data / NAME).write_text("")
    with embedded_server(crashed):
        assert ask(crashed, "SELECT number FROM kept") == [(7,)]


def test_a_killed_server_comes_back_for_its_users(home: Path) -> None:
    with embedded_server(home):
        ask(home, "CREATE TABLE kept (number int)")
        ask(home, "INSERT INTO kept VALUES (7)")
        first = server_pid(home)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: server_pid(home) not in {0, first} and answers(home))
        assert ask(home, "SELECT number FROM kept") == [(7,)]


def test_a_killed_server_and_keeper_leave_the_next_start_unharmed(home: Path) -> None:
    with embedded_server(home):
        ask(home, "CREATE TABLE kept (number int)")
        ask(home, "INSERT INTO kept VALUES (7)")
        server = server_pid(home)
        crash(home)
        with embedded_server(home):
            assert ask(home, "SELECT number FROM kept") == [(7,)]
            assert server_pid(home) != server


def test_a_killed_keeper_is_replaced_on_demand(home: Path) -> None:
    with embedded_server(home) as lease:
        os.kill(keeper_pid(home), signal.SIGKILL)
        wait_until(lambda: not lease.keeper_lives())
        lease.ensure_running()
        assert lease.keeper_lives()
        assert ask(home, "SELECT 1") == [(1,)]
    assert server_pid(home) == 0


def test_a_server_without_a_keeper_is_adopted_and_stopped_at_the_end(home: Path) -> None:
    # As on a machine that does not tell a child that its parent died: it outlives its keeper.
    maker = Maker(find_binaries(), choose_way(), Flavour.FAST)
    server = start_server(make_place(home), maker)
    with embedded_server(home, Flavour.FAST):
        assert server_pid(home) == server.pid
    assert not server.is_running()
