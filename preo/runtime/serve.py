"""Brings the whole of Preo up on one machine and keeps it up."""

import errno
import os
import socket
import sys
from collections.abc import Callable

from preo.runtime.children import Child
from preo.runtime.errors import LauncherError
from preo.runtime.home import PROJECT, home
from preo.runtime.installation import Claim, Running
from preo.runtime.parent import SUPERVISOR_VARIABLE
from preo.runtime.postgres.lease import Lease
from preo.runtime.supervisor import Address, Supervisor

WEB_STOP_SECONDS = 12.0
WORKER_STOP_SECONDS = 16.0
PORTS_TRIED = 50


def serve(
    *, claim: Claim, lease: Lease | None, address: Address, on_ready: Callable[[], None]
) -> None:
    """Run web server and worker until a signal; `on_ready` is called when the first request works.

    Raises LauncherError when one of them cannot be brought up.
    """
    children = [
        _child("web server", "web", WEB_STOP_SECONDS, address, listens=True),
        _child("worker", "worker", WORKER_STOP_SECONDS, address),
    ]

    def on_change() -> None:
        marks = {str(child.pid): child.mark for child in children if child.pid is not None}
        claim.write(Running(pid=os.getpid(), url=address.url, children=marks))

    Supervisor(children, address, lease).run(on_ready=on_ready, on_change=on_change)


def choose_address(host: str, port: int, *, next_free: bool) -> Address:
    """The address to listen at; with `next_free` a taken port is passed over.

    Raises LauncherError when the port, or every one tried, is taken.
    """
    for candidate in range(port, port + (PORTS_TRIED if next_free else 1)):
        if _is_free(host, candidate):
            return Address(host, candidate)
    raise LauncherError(
        f"Port {port} on {host} is taken by another program. Stop that one, or choose another "
        f"port: --port {port + 1} (or PREO_PORT={port + 1})."
    )


def _is_free(host: str, port: int) -> bool:
    """Whether nobody listens there. Granian itself would share the port without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise LauncherError(
                f"Cannot listen at {host}:{port}: {error.strerror}. Choose another --host or --port."
            ) from error
    return True


def _child(
    name: str, module: str, stop_seconds: float, address: Address, *, listens: bool = False
) -> Child:
    # Not `-m`: procrastinate wants its app made in a module that is not the main one.
    run = f"from preo.runtime.{module} import main; main()"
    command = [sys.executable, "-P", "-c", run]
    if listens:
        command += ["--host", address.host, "--port", str(address.port)]
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH", ""))))
    changes = {
        SUPERVISOR_VARIABLE: str(os.getpid()),
        "PREO_HOME": str(home()),
        "PYTHONPATH": path,
        # What links in mails begin with, unless others reach this machine by another name.
        "PREO_BASE_URL": os.environ.get("PREO_BASE_URL") or address.url,
    }
    return Child(name, command, os.environ | changes, stop_seconds)
