"""The worker's process: jobs and periodic jobs, and the activity dispatcher beside them."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from importlib import import_module
from typing import Any

import django
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app as declared_jobs

from preo.runtime.environment import whole_number
from preo.runtime.parent import die_with_parent

GRACE_SECONDS = 8
LIMIT_SECONDS = 12
DISPATCHER_PAUSE_SECONDS = 5.0

logger = logging.getLogger("preo.worker")


def main() -> None:
    """Work until SIGTERM or SIGINT as a child of the supervisor."""
    die_with_parent(signal.SIGTERM)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")
    django.setup()
    run_worker()


def run_worker() -> None:
    """Work until SIGTERM or SIGINT; a job under way gets some seconds to end.

    What is not done by then is put back by a periodic job of the next worker.
    """
    stop = threading.Event()
    dispatcher = threading.Thread(target=_dispatch, args=(stop,), name="dispatcher")
    dispatcher.start()
    try:
        asyncio.run(_work(stop))
    finally:
        stop.set()
        dispatcher.join(GRACE_SECONDS)
        connections.close_all()


async def _work(stop: threading.Event) -> None:
    """Run jobs. They are fetched over a connection of the worker's own.

    Jobs deferred inside a job still go through Django's connection, in that job's transaction.
    """
    # What is declared also gives Django's connector; only it knows one fit for a worker.
    connector: Any = declared_jobs.connector
    app = declared_jobs.with_connector(connector.get_worker_connector())
    async with app.open_async():
        task = asyncio.create_task(_run(app))
        loop = asyncio.get_running_loop()

        def on_signal() -> None:
            stop.set()
            task.cancel()
            loop.call_later(LIMIT_SECONDS, _give_up)

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on_signal)
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _run(app: App) -> None:
    await app.run_worker_async(
        name="preo",
        concurrency=whole_number("PREO_WORKER_JOBS", default=4),
        shutdown_graceful_timeout=GRACE_SECONDS,
        install_signal_handlers=False,
    )


def _dispatch(stop: threading.Event) -> None:
    """Run the activity dispatcher; an error in it is logged and it begins again."""
    run = import_module("preo.activity.dispatcher").run
    while not stop.is_set():
        try:
            run(stop)
        except Exception:
            logger.exception("the dispatcher failed")
            stop.wait(DISPATCHER_PAUSE_SECONDS)
        finally:
            connections.close_all()


def _give_up() -> None:
    """End although a job still runs: a thread cannot be stopped."""
    logger.warning("a job did not end in time; it will be started again later")
    os._exit(1)
