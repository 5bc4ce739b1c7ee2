"""The embedded server from its first start to its stop, in every way that this machine offers."""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg.errors import UniqueViolation

from preo.runtime.home import PROJECT
from preo.runtime.postgres import place as places
from preo.runtime.postgres.address import socket_folder
from preo.runtime.postgres.binaries import Binaries, find_binaries
from preo.runtime.postgres.cluster import Maker
from preo.runtime.postgres.identity import Way
from preo.runtime.postgres.lease import embedded_server
from preo.runtime.postgres.place import make_place
from preo.runtime.postgres.server import start_server, stop_server
from preo.runtime.postgres.tuning import Flavour
from preo.runtime.tests.homes import (
    ask,
    ask_superuser,
    processes_of,
    remove_outside,
    server_pid,
    wait_until,
    ways_here,
)

pytestmark = pytest.mark.crash

RIGHTS = (
    "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication "
    "FROM pg_roles WHERE rolname = current_user"
)
USE_ONCE = """
import sys
from pathlib import Path
from preo.runtime.postgres.lease import embedded_server
from preo.runtime.tests.homes import ask, server_pid
home = Path(sys.argv[1])
with embedded_server(home):
    assert ask(home, "SELECT 1") == [(1,)]
    sys.stdout.write(f"{server_pid(home)}\\n")
    sys.stdout.flush()
    sys.stdin.readline()
"""


@pytest.mark.parametrize("way", ways_here())
def test_a_first_start_makes_a_database_that_the_application_owns_without_being_superuser(
    home: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setenv("PREO_POSTGRES_AS", way)
    with embedded_server(home):
        assert ask(home, RIGHTS) == [(False, False, False, False, False)]
        ask(home, "CREATE EXTENSION pg_trgm")
        ask(home, "CREATE EXTENSION btree_gin")
        ask(home, "CREATE TABLE kept (word text)")
        ask(home, "INSERT INTO kept VALUES ('Ærø')")
    with embedded_server(home):
        assert ask(home, "SELECT upper(word) FROM kept") == [("ÆRØ",)]


@pytest.mark.parametrize("way", ways_here())
def test_after_the_last_user_nothing_is_left_running(
    home: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setenv("PREO_POSTGRES_AS", way)
    with embedded_server(home, Flavour.FAST):
        sockets = socket_folder(home)
        assert sockets.is_dir()
        assert server_pid(home)
    assert processes_of(home) == []
    assert not sockets.exists()


def test_a_cluster_has_checksums_the_builtin_locale_and_no_network(home: Path) -> None:
    with embedded_server(home):
        facts = (
            "SELECT current_setting('data_checksums'), datlocprovider, datlocale, "
            "pg_encoding_to_char(encoding), current_setting('listen_addresses'), "
            "current_setting('fsync'), current_setting('random_page_cost') "
            "FROM pg_database WHERE datname = current_database()"
        )
        assert ask(home, facts) == [("on", "b", "C.UTF-8", "UTF8", "", "on", "1.1")]
        assert socket_folder(home).stat().st_mode & 0o777 == 0o700
        # A trigram index must see letters beyond ASCII: lc_ctype decides, not the builtin locale.
        assert ask_superuser(home, "CREATE EXTENSION pg_trgm; SELECT 1") == []
        assert ask(home, "SELECT similarity('Ærø', 'ærø')") == [(1.0,)]
        assert ask(home, "SELECT array_length(show_trgm('Ærø'), 1)") == [(4,)]


def test_the_servers_log_tells_of_a_refused_row_without_its_values(home: Path) -> None:
    with embedded_server(home, Flavour.FAST):
        ask(home, "CREATE TABLE person (email text UNIQUE)")
        ask(home, "INSERT INTO person VALUES ('ada@example.org')")
        with pytest.raises(UniqueViolation):
            ask(home, "INSERT INTO person VALUES ('ada@example.org')")
    log = make_place(home).log.read_text()
    assert "person_email_key" in log
    assert "ada@example.org" not in log


def test_a_second_user_shares_the_server_and_does_not_stop_it(home: Path) -> None:
    with embedded_server(home, Flavour.FAST):
        first = server_pid(home)
        with embedded_server(home, Flavour.FAST):
            assert server_pid(home) == first
        assert server_pid(home) == first
        assert ask(home, "SELECT 1") == [(1,)]


def test_four_starts_at_once_give_one_server_for_all(home: Path) -> None:
    command = [sys.executable, "-c", USE_ONCE, str(home)]
    users = [
        subprocess.Popen(  # noqa: S603 - our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
        )
        for _ in range(4)
    ]
    try:
        with ThreadPoolExecutor(4) as pool:
            seen = list(pool.map(lambda user: user.stdout.readline() if user.stdout else "", users))
        assert len(set(seen)) == 1
        assert int(seen[0]) == server_pid(home)
    finally:
        for user in users:
            user.communicate("\n")
    assert [user.returncode for user in users] == [0, 0, 0, 0]
    wait_until(lambda: not processes_of(home))


def test_who_reads_a_commands_output_does_not_wait_for_the_server_that_it_started(
    home: Path,
) -> None:
    first = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", USE_ONCE, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert first.stdout is not None
    assert int(first.stdout.readline()) == server_pid(home)
    with embedded_server(home):
        _, errors = first.communicate("\n")  # returns at the end of both pipes
        assert errors == ""
        assert ask(home, "SELECT 1") == [(1,)]


def test_a_killed_user_leaves_no_server_behind(home: Path) -> None:
    command = [sys.executable, "-c", USE_ONCE, str(home)]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as user:
        assert user.stdout is not None
        assert int(user.stdout.readline()) == server_pid(home)
        user.kill()
    wait_until(lambda: not processes_of(home))


def test_a_very_long_project_path_works(home: Path) -> None:
    deep = home
    for _ in range(12):
        deep = deep / "a-folder-with-a-long-name"
    deep.mkdir(parents=True)
    assert len(str(deep)) > 300
    with embedded_server(deep, Flavour.FAST):
        assert ask(deep, "SELECT 1") == [(1,)]
    remove_outside(deep)


def test_an_interrupted_first_start_is_begun_anew(home: Path) -> None:
    half = make_place(home).root / "unfinished-1"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with embedded_server(home, Flavour.FAST):
        assert ask(home, "SELECT 1") == [(1,)]
    assert not half.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as somebody else")
class TestAsRoot:
    """What only root meets."""

    def test_in_a_namespace_the_files_stay_roots(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if Way.NAMESPACE not in ways_here():
            pytest.fail("this machine forbids user namespaces; the fall-back is tested below")
        monkeypatch.setenv("PREO_POSTGRES_AS", Way.NAMESPACE)
        with embedded_server(home, Flavour.FAST):
            pid = server_pid(home)
            assert Path(f"/proc/{pid}/uid_map").read_text().split() == ["65534", "0", "1"]
            assert (home / "postgres" / "data" / "PG_VERSION").stat().st_uid == 0

    def test_without_namespaces_the_server_runs_as_65534_outside_the_closed_home(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PREO_POSTGRES_AS", Way.USER)
        with embedded_server(home, Flavour.FAST):
            assert Path(f"/proc/{server_pid(home)}").stat().st_uid == 65534
            data = (home / "postgres" / "data").resolve()
            assert data.is_relative_to(places.SHARED_BASE)
            assert data.stat().st_uid == 65534

    def test_the_data_survives_a_change_of_way_and_back(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number, way in enumerate([*ways_here(), *reversed(ways_here())]):
            monkeypatch.setenv("PREO_POSTGRES_AS", way)
            with embedded_server(home, Flavour.FAST):
                ask(home, "CREATE TABLE IF NOT EXISTS kept (number int)")
                assert ask(home, "SELECT count(*) FROM kept") == [(number,)]
                ask(home, "INSERT INTO kept VALUES (1)")

    def test_programs_in_a_closed_folder_are_copied_to_where_65534_can_run_them(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base = Path(tempfile.gettempdir()) / f"preo-test-{os.getpid()}"
        monkeypatch.setattr(places, "SHARED_BASE", base)
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        tree = find_binaries().tree
        for source in (tree, tree.with_name(f"{tree.name}.libs")):
            shutil.copytree(source, closed / source.name, symlinks=True)
        inside = find_binaries().folder.relative_to(tree)
        programs = Binaries(closed / tree.name / inside, closed / tree.name, "a test")
        try:
            server = start_server(make_place(home), Maker(programs, Way.USER, Flavour.FAST))
            assert Path(f"/proc/{server.pid}/exe").readlink().is_relative_to(base)
            assert ask(home, "SELECT 1") == [(1,)]
            stop_server(server)
            assert not server.is_running()
        finally:
            remove_outside(home)
            shutil.rmtree(base)

    def test_a_forbidden_namespace_is_noticed(self) -> None:
        # A namespace may forbid further ones inside it, as a container's rules do.
        probe = (
            "echo 0 > /proc/sys/user/max_user_namespaces; exec "
            f"{sys.executable} -c 'from preo.runtime.postgres.identity import choose_way; "
            "print(choose_way())'"
        )
        done = subprocess.run(  # noqa: S603 - our own words
            ["/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c", probe],
            capture_output=True,
            text=True,
            check=True,
            cwd=PROJECT,
        )
        assert done.stdout.strip() == Way.USER
