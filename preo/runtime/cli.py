"""The console command `preo`."""

import sys
from importlib import import_module


def main() -> None:
    """Run one command; a machine that Preo cannot run on is told so first."""
    if sys.platform == "win32":
        sys.exit(
            "Preo does not run on Windows itself. Use the Windows Subsystem for Linux (WSL 2), "
            "or a Linux machine or container."
        )
    import_module("preo.runtime.commands").main()
