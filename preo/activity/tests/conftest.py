"""The runners that a test wants, with nothing seen before it."""

from collections.abc import Callable
from typing import Any

import pytest

from preo.activity.tests import runners

Use = Callable[..., None]


@pytest.fixture
def use_runners(settings: Any) -> Use:
    """Set ACTIVITY_RUNNERS to these functions of `runners.py`."""
    runners.seen.clear()
    runners.failing.clear()

    def use(*functions: Callable[..., None]) -> None:
        settings.ACTIVITY_RUNNERS = [f"{runners.__name__}.{each.__name__}" for each in functions]

    return use
