"""Settings from the environment: a wrong value stops the start and names itself."""

import os
from email.utils import getaddresses
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from preo.core.addresses import is_email
from preo.transports.smtp import SmtpServer, parse_server

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class SettingError(SystemExit):
    """A setting has a value that cannot be used."""


def flag(name: str, *, default: bool) -> bool:
    """A yes or no. Raises SettingError for any other word."""
    value = os.environ.get(name, "yes" if default else "no").strip().lower()
    if value not in TRUE | FALSE:
        raise SettingError(f"{name} must be yes or no, not {value!r}.")
    return value in TRUE


def number(name: str, *, default: int) -> int:
    """A whole number of zero or more. Raises SettingError for anything else."""
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise SettingError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, *, default: str = "") -> list[str]:
    """A list whose items stand between commas."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def database(url: str) -> dict[str, Any]:
    """Django's form of a `postgresql://` address. Raises SettingError for any other."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingError("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def email_server(name: str) -> SmtpServer | None:
    """An SMTP server, or none. Raises SettingError, which does not repeat a password."""
    url = os.environ.get(name, "").strip()
    if not url:
        return None
    try:
        return parse_server(url)
    except ValueError as error:
        raise SettingError(f"{name} cannot be used: {error}") from None


def mailbox(name: str, *, default: str | None) -> tuple[str, str]:
    """A name and an e-mail address, from `Name <address>`. Raises SettingError."""
    text = os.environ.get(name, "").strip() or default
    if text is None:
        raise SettingError(f"{name} must say who sends, such as Preo <no-reply@festival.example>.")
    found = getaddresses([text])
    if len(found) != 1 or not is_email(found[0][1]):
        raise SettingError(f"{name} must look like Preo <no-reply@festival.example>, not {text!r}.")
    return found[0]


def base_url(name: str, *, default: str) -> str:
    """The beginning of all links to this installation, without a slash. Raises SettingError."""
    url = (os.environ.get(name, "").strip() or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingError(f"{name} must look like https://preo.festival.example, not {url!r}.")
    return url
