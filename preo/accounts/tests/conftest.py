"""Passwords are hashed cheaply here; tests of the hashing itself ask for Argon2."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone
from rest_framework.test import APIClient

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [MD5]


@pytest.fixture
def argon2(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Argon2PasswordHasher]:
    """The real hash, with little memory: what differs in a test is the parameters."""
    settings.PASSWORD_HASHERS = [ARGON2]
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 1024)
    return Argon2PasswordHasher


@pytest.fixture
def now() -> dt.datetime:
    """A while ago, so that a test can go on in time and its tokens are still good today."""
    return timezone.now().replace(microsecond=250_000) - dt.timedelta(minutes=5)


@pytest.fixture
def client() -> APIClient:
    return APIClient()
