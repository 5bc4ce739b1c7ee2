"""Jobs: deferred by name in the transaction that causes them, run by `preo worker`."""

from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate.contrib.django import app

Work = TypeVar("Work", bound=Callable[..., Any])


def task(name: str, **options: Any) -> Callable[[Work], Work]:
    """Declare a job `slice.verb`. Arguments are keyword-only and JSON."""

    def declare(work: Work) -> Work:
        app.task(name=name, **options)(work)  # type: ignore[no-untyped-call] # procrastinate
        return work

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Work], Work]:
    """Declare a job that runs by the clock (UTC); it is given `timestamp`, Unix seconds.

    The queueing lock keeps one waiting at most, however long no worker ran.
    """

    def declare(work: Work) -> Work:
        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(work))
        return work

    return declare


def defer(name: str, /, **arguments: Any) -> None:
    """Queue a job in the present transaction: it is there if and only if that commits.

    Raises LookupError for a name that no slice declared.
    """
    if name not in app.tasks:
        raise LookupError(f"No job is called {name}.")
    app.configure_task(name).defer(**arguments)
