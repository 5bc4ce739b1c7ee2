"""The web server's process: granian, speaking WSGI to Django."""

import argparse
import os
import signal
from importlib import import_module

from django.core.handlers.wsgi import WSGIHandler
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from preo.runtime.environment import whole_number
from preo.runtime.parent import die_with_parent

MOST_WORKERS = 4
STOP_SECONDS = 8


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way get some seconds to end."""
    arguments = _arguments()
    die_with_parent(signal.SIGTERM)
    cores = os.cpu_count() or 1
    Server(
        "preo.config.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=whole_number("PREO_WEB_WORKERS", default=min(cores, MOST_WORKERS)),
        blocking_threads=whole_number("PREO_WEB_THREADS", default=4),
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=LoadApplication(os.getpid()), wrap_loader=False)


class LoadApplication:
    """Loads Django in a worker's process, which must not outlive the server's main process."""

    def __init__(self, parent: int) -> None:
        """Note the main process."""
        self.parent = parent

    def __call__(self) -> WSGIHandler:
        """Called by granian in each worker."""
        die_with_parent(signal.SIGKILL, parent=self.parent)
        return load_application()


def load_application() -> WSGIHandler:
    """The WSGI application; it sets Django up when it is imported."""
    application: WSGIHandler = import_module("preo.config.wsgi").application
    return application


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()
