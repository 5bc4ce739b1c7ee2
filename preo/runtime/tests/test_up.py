"""`preo up`: starting, refusing, stopping, and getting over the death of each of its parts."""

import os
import signal
import socket
from pathlib import Path

import pytest

from preo.runtime import processes
from preo.runtime.postgres.address import database_url, socket_folder
from preo.runtime.postgres.lease import embedded_server
from preo.runtime.postgres.tuning import Flavour
from preo.runtime.tests.homes import ask, keeper_pid, processes_of, server_pid, wait_until
from preo.runtime.tests.ups import free_port, run, up

pytestmark = pytest.mark.crash

WEB = "preo.runtime.web"
WORKER = "preo.runtime.worker"
DEFER = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
    "VALUES ('default', 'runtime.{}', '{{\"timestamp\": 1790000000}}', '{}')"
)


def test_a_second_one_on_the_same_home_is_told_where_the_first_is(migrated: Path) -> None:
    with up(migrated) as first:
        second = run(migrated, "up", "--port", str(free_port()))
        assert second.returncode == 1
        assert f"already runs on {migrated} at http://127.0.0.1:{first.port}" in second.stderr
        assert first.status() == 200


def test_a_taken_port_is_refused_by_its_number_and_nothing_is_started(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run(home, "up", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in refused.stderr
    assert f"--port {port + 1}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (home / "postgres").exists()


def test_an_unreachable_named_server_is_refused_with_the_remedy(home: Path) -> None:
    refused = run(home, "migrate", DATABASE_URL="postgresql://preo@127.0.0.1:1/preo")
    assert refused.returncode == 1
    assert "unset it to use the embedded server" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_it_serves_works_and_stops_leaving_nothing_behind(home: Path) -> None:
    with up(home) as running:
        assert running.status("/healthz") == 200
        assert running.status("/readyz") == 200
        # A worker that was killed leaves a job that nobody has; a periodic job puts it back.
        ask(home, DEFER.format("nightly_purge", "doing"))
        ask(home, DEFER.format("retry_stalled_jobs", "todo"))
        finished = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"
        wait_until(lambda: ask(home, finished)[0] >= (2,))
        assert running.stop() == 0
        assert "Preo has stopped." in running.said
    assert processes_of(home) == []
    assert "Traceback" not in running.said


def test_sigterm_stops_it_as_ctrl_c_does(migrated: Path) -> None:
    with up(migrated) as running:
        running.process.terminate()
        assert running.process.wait(60) == 0
    assert processes_of(migrated) == []


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_works(
    migrated: Path,
) -> None:
    with up(migrated) as running:
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not processes_of(migrated))
    with up(migrated) as running:
        assert running.status("/readyz") == 200
        assert running.stop() == 0


def test_a_killed_supervisor_is_followed_at_once_by_the_next_on_the_same_port(
    migrated: Path,
) -> None:
    with up(migrated) as running:
        running.process.kill()
        running.process.wait()
        with up(migrated, port=running.port) as second:
            assert second.status("/readyz") == 200
            assert second.stop() == 0


def test_a_supervisor_and_web_server_killed_together_leave_no_web_worker(migrated: Path) -> None:
    with up(migrated) as running:
        main = min(running.pids_of(WEB))
        os.kill(running.process.pid, signal.SIGSTOP)  # so that it does not react
        os.kill(main, signal.SIGKILL)
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not processes_of(migrated))


def test_a_killed_web_server_is_started_again_and_its_workers_are_gone(migrated: Path) -> None:
    with up(migrated) as running:
        before = running.pids_of(WEB)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(set(running.pids_of(WEB)) - set(before)) == 2)
        wait_until(lambda: not set(before) & set(running.pids_of(WEB)))
        wait_until(lambda: running.status() == 200)
        assert "web server" in running.said
        assert running.stop() == 0


def test_a_killed_web_worker_is_started_again(migrated: Path) -> None:
    with up(migrated) as running:
        worker = max(running.pids_of(WEB))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: running.status() == 200 and len(running.pids_of(WEB)) == 2)
        assert worker not in running.pids_of(WEB)
        assert running.stop() == 0


def test_a_killed_worker_is_started_again(migrated: Path) -> None:
    with up(migrated) as running:
        (before,) = running.pids_of(WORKER)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: running.pids_of(WORKER) not in ([], [before]))
        ask(migrated, DEFER.format("retry_stalled_jobs", "todo"))
        finished = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"
        wait_until(lambda: ask(migrated, finished)[0] >= (1,))
        assert running.stop() == 0


def test_a_killed_database_comes_back_and_requests_work_again(migrated: Path) -> None:
    with up(migrated) as running:
        before = server_pid(migrated)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: server_pid(migrated) not in {0, before})
        wait_until(lambda: running.status("/readyz") == 200)
        assert running.stop() == 0
    assert processes_of(migrated) == []


def test_a_killed_keeper_of_the_database_is_replaced(migrated: Path) -> None:
    with up(migrated) as running:
        before = keeper_pid(migrated)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: keeper_pid(migrated) not in {0, before})
        wait_until(lambda: running.status("/readyz") == 200)
        assert running.stop() == 0
    assert processes_of(migrated) == []


def test_everything_killed_at_once_is_no_hindrance_to_the_next_start(migrated: Path) -> None:
    with up(migrated) as running:
        for pid in processes_of(migrated):
            os.kill(pid, signal.SIGKILL)
        running.process.wait()
        wait_until(lambda: not processes_of(migrated))
    with up(migrated) as running:
        assert running.status("/readyz") == 200
        assert running.stop() == 0


def test_a_named_server_is_used_and_nothing_embedded_is_started(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with embedded_server(other, Flavour.FAST):
        url = database_url(socket_folder(other))
        with up(home, DATABASE_URL=url) as running:
            assert running.status("/readyz") == 200
            assert not (home / "postgres").exists()
            assert running.stop() == 0
        assert processes.is_alive(server_pid(other))
