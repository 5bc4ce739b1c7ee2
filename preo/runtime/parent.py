"""Lets a process end with the one that started it, even if that one was killed."""

import contextlib
import ctypes
import os
import platform
import signal
import threading
import time

SUPERVISOR_VARIABLE = "PREO_SUPERVISOR"
PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 1.0


def die_with_parent(number: signal.Signals, *, parent: int | None = None) -> None:
    """Have this signal sent to us when `parent` ends: by the kernel on Linux, else by looking.

    Without `parent` it is the supervisor, if one started us; else nothing happens.
    """
    if parent is None:
        parent = int(os.environ.get(SUPERVISOR_VARIABLE, "0"))
    if parent == 0:
        return
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
    else:
        threading.Thread(target=_look, args=(parent, number), daemon=True).start()
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), number)


def _look(parent: int, number: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.kill(os.getpid(), number)
