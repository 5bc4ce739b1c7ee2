"""The home fixture for all tests of the launcher."""

from preo.runtime.tests.homes import home

__all__ = ["home"]
