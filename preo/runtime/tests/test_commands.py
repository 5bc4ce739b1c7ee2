"""The commands other than `up`, and what they say when they cannot do their work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from preo.runtime import cli, database, processes
from preo.runtime.errors import LauncherError
from preo.runtime.home import home as home_folder
from preo.runtime.installation import Claim
from preo.runtime.secret import secret_key
from preo.runtime.serve import choose_address
from preo.runtime.tests.homes import processes_of
from preo.runtime.tests.ups import run


def test_windows_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit, match="does not run on Windows"):
        cli.main()


def test_a_named_server_of_another_major_version_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = os.environ["DATABASE_URL"]
    monkeypatch.setattr(database, "MAJOR", 17)
    with pytest.raises(LauncherError, match=r"is PostgreSQL 18; Preo needs 17"):
        database.check_named_server(url)


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(LauncherError, match=r"Cannot listen at 192\.0\.2\.1:8000"):
        choose_address("192.0.2.1", 8000, next_free=False)


def test_the_secret_key_is_made_once_and_closed_to_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREO_SECRET_KEY", raising=False)
    made = secret_key()
    assert len(made) > 60
    assert secret_key() == made
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600
    assert home_folder() == home


def test_a_secret_key_that_cannot_be_kept_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.delenv("PREO_SECRET_KEY", raising=False)
    monkeypatch.setenv("PREO_HOME", str(tmp_path / "file"))
    with pytest.raises(LauncherError, match="Set PREO_SECRET_KEY"):
        secret_key()


def test_what_a_killed_supervisor_left_running_is_ended_and_a_stranger_is_not(home: Path) -> None:
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        subprocess.Popen(sleeping, start_new_session=True) as left,  # noqa: S603 - our own words
        subprocess.Popen(sleeping, start_new_session=True) as stranger,  # noqa: S603 - our own words
    ):
        children = {str(left.pid): processes.start_mark(left.pid), str(stranger.pid): "another"}
        note = {"pid": 1, "url": "http://127.0.0.1:8000", "children": children}
        (home / "up.json").write_text(json.dumps(note))
        try:
            Claim(home).close()
            assert not processes.is_alive(left.pid)
            assert processes.is_alive(stranger.pid)
        finally:
            left.kill()
            stranger.kill()


@pytest.mark.crash
def test_the_doctor_names_what_is_wrong_and_then_what_is_well(home: Path) -> None:
    ill = run(home, "doctor", "--json")
    assert ill.returncode == 1
    found = {finding["name"]: finding for finding in json.loads(ill.stdout)}
    assert not found["migrations"]["ok"]
    assert "preo migrate" in found["migrations"]["remedy"]

    assert run(home, "migrate").returncode == 0
    well = run(home, "doctor", "--json")
    wrong = [finding for finding in json.loads(well.stdout) if not finding["ok"]]
    assert wrong == []
    assert well.returncode == 0
    assert processes_of(home) == []


@pytest.mark.crash
def test_the_doctor_reports_a_database_that_does_not_start(home: Path) -> None:
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    ill = run(home, "doctor")
    assert ill.returncode == 1
    assert "FAIL  database: The database in" in ill.stdout
    assert "PostgreSQL 17" in ill.stdout
    assert "Traceback" not in ill.stderr


@pytest.mark.crash
def test_a_program_is_run_with_the_databases_address(home: Path) -> None:
    ask = (
        "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close(); print('reached')"
    )
    done = run(home, "exec", "--", sys.executable, "-c", ask)
    assert done.stdout == "reached\n"
    assert run(home, "exec", "--", sys.executable, "-c", "raise SystemExit(3)").returncode == 3
