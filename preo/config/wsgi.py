"""The entry for the HTTP server."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preo.config.settings")
django.setup(set_prefix=False)

from preo.core.wsgi import Application  # noqa: E402 - needs the settings

application = Application()
