"""As whom the server runs. PostgreSQL refuses root; no system user is made for it.

Root enters a user namespace in which it appears as 65534: the files stay root's, nothing is
created or opened up. Where namespaces are forbidden, the server runs as the real user 65534.
"""

import ctypes
import os
import platform
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypedDict

from preo.runtime.errors import LauncherError

NOBODY = 65534
LINUX = platform.system() == "Linux"
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


class Way(StrEnum):
    """How the server's processes get an identity that PostgreSQL accepts."""

    SELF = "self"
    NAMESPACE = "namespace"
    USER = "user"


class ProcessArguments(TypedDict, total=False):
    """The arguments of subprocess.Popen that carry a way out."""

    preexec_fn: Callable[[], None]
    user: int
    group: int
    extra_groups: list[int]


def choose_way() -> Way:
    """The way for this process: itself unless it is root. `PREO_POSTGRES_AS` overrides.

    Raises LauncherError for a word in `PREO_POSTGRES_AS` that names no way.
    """
    forced = os.environ.get("PREO_POSTGRES_AS")
    if forced:
        if forced not in set(Way):
            raise LauncherError(f"PREO_POSTGRES_AS is {forced!r}; use one of {', '.join(Way)}.")
        return Way(forced)
    if os.getuid() != 0:
        return Way.SELF
    return Way.NAMESPACE if _namespace_works() else Way.USER


def process_arguments(way: Way, *, dies_with_parent: bool = False) -> ProcessArguments:
    """What to give to Popen; `dies_with_parent` sends SIGINT (a fast stop) when we die (Linux)."""

    def prepare() -> None:
        if way is Way.NAMESPACE:
            _enter_namespace()
        if dies_with_parent:
            _die_with_parent()

    arguments: ProcessArguments = {"preexec_fn": prepare}
    if way is Way.USER:
        user, group = nobody()
        arguments |= {"user": user, "group": group, "extra_groups": []}
    return arguments


def owner_of_files(way: Way) -> tuple[int, int]:
    """The user and group that must own the data as seen from outside."""
    return nobody() if way is Way.USER else (os.getuid(), os.getgid())


def nobody() -> tuple[int, int]:
    """The unprivileged user: 65534 on Linux; macOS numbers it otherwise."""
    if LINUX:
        return NOBODY, NOBODY
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _enter_namespace() -> None:
    """Make this process appear as 65534 to itself; runs between fork and exec."""
    user, group = os.geteuid(), os.getegid()
    _unshare_user()
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def _unshare_user() -> None:
    if sys.version_info >= (3, 12):
        os.unshare(os.CLONE_NEWUSER)
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _die_with_parent() -> None:
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _namespace_works() -> bool:
    """Try it: containers and kernels forbid it in too many ways to guess."""
    if not LINUX:
        return False
    try:
        done = subprocess.run(["/bin/true"], check=False, preexec_fn=_enter_namespace)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
