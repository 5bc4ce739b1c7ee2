#!/usr/bin/env python
"""Django's own commands, for those who are used to them; the embedded database runs meanwhile."""

import os
import sys

from django.core.management import execute_from_command_line

from preo.runtime.database import database_in_use
from preo.runtime.errors import LauncherError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")
    try:
        with database_in_use():
            execute_from_command_line(sys.argv)
    except LauncherError as error:
        sys.exit(f"preo: {error}")
