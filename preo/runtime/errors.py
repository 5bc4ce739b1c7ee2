"""The one error of the launcher: its text says what is wrong and what to do about it."""


class LauncherError(RuntimeError):
    """Something on this machine keeps Preo from running; the message names the remedy."""
