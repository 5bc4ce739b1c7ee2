"""What the launcher refuses, and what it then tells."""

import importlib.util
import os
from pathlib import Path

import pytest

from preo.runtime.errors import LauncherError
from preo.runtime.postgres import binaries
from preo.runtime.postgres.address import SOCKET_NAME, choose_socket_folder
from preo.runtime.postgres.identity import Way, choose_way, owner_of_files
from preo.runtime.postgres.lease import embedded_server
from preo.runtime.postgres.place import make_place, make_socket_folder
from preo.runtime.postgres.tuning import Flavour, settings_for

LONGEST_SOCKET_PATH = 103  # macOS; Linux allows four more


def test_data_of_another_major_version_is_refused_with_the_way_out(home: Path) -> None:
    data = make_place(home).root / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    refused = pytest.raises(LauncherError, match=r"PostgreSQL 17, and Preo runs 18.*pg_dump")
    with refused, embedded_server(home):
        pass
    assert list(data.iterdir()) == [data / "PG_VERSION"]


def test_a_folder_that_is_no_cluster_is_refused(home: Path) -> None:
    data = make_place(home).root / "data"
    data.mkdir()
    with pytest.raises(LauncherError, match="Move the folder away"), embedded_server(home):
        pass


def test_missing_programs_are_refused_with_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    with pytest.raises(LauncherError, match=r"postgresql-18.*DATABASE_URL"):
        binaries.find_binaries()


def test_a_named_folder_without_programs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREO_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(LauncherError, match="PREO_POSTGRES_BIN"):
        binaries.find_binaries()


def test_an_unknown_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREO_POSTGRES_AS", "wizard")
    with pytest.raises(LauncherError, match="self, namespace, user"):
        choose_way()


def test_a_socket_folder_that_is_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    folder = choose_socket_folder(home)
    folder.symlink_to(target)
    try:
        with pytest.raises((LauncherError, FileExistsError)):
            make_socket_folder(make_place(home), choose_way())
    finally:
        folder.unlink()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder for somebody else")
def test_a_socket_folder_of_somebody_else_is_refused(home: Path) -> None:
    folder = choose_socket_folder(home)
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    try:
        with pytest.raises(LauncherError, match="belongs to somebody else"):
            make_socket_folder(make_place(home), choose_way())
    finally:
        folder.rmdir()


def test_the_systems_programs_are_used_where_the_wheel_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", (tmp_path,))
    assert binaries.find_binaries().folder == tmp_path


def test_the_socket_path_is_short_however_long_the_home_is() -> None:
    folder = choose_socket_folder(Path("/") / "/".join(["very-long-name"] * 60))
    assert len(str(folder / SOCKET_NAME)) < LONGEST_SOCKET_PATH


def test_two_homes_have_two_socket_folders() -> None:
    assert choose_socket_folder(Path("/a")) != choose_socket_folder(Path("/b"))


def test_only_the_test_flavour_gives_up_durability() -> None:
    assert "fsync" not in settings_for(1 << 30, Flavour.DURABLE)
    assert settings_for(1 << 30, Flavour.FAST)["fsync"] == "off"


def test_the_data_of_another_way_belongs_to_another_user() -> None:
    assert owner_of_files(Way.SELF) == (os.getuid(), os.getgid())
    assert owner_of_files(Way.USER)[0] != os.getuid()
