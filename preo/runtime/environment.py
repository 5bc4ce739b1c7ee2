"""Numbers and names that the launcher reads from the environment."""

import os

from preo.runtime.errors import LauncherError


def whole_number(name: str, *, default: int) -> int:
    """A whole number of one or more. Raises LauncherError, naming the variable, for another."""
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise LauncherError(f"{name} must be a whole number above zero, not {value!r}.")
    return int(value)
