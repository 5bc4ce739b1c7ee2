"""What the pages before the sign-in share: letting a person in, and saying why not."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from preo.accounts.api.sign_in import MAX_PASSWORD
from preo.accounts.models import StaffUser
from preo.core.addresses import is_email, normalise_email
from preo.core.errors import DomainError, FieldError, InvalidError, TooManyError

BACKEND = "django.contrib.auth.backends.ModelBackend"
MAX_EMAIL = 254
"""Characters of an e-mail address that a form repeats."""


def let_in(request: HttpRequest, staff: StaffUser) -> None:
    """Sign the person in, under a new session key: one planted before is worth nothing."""
    login(request, staff, backend=BACKEND)


def render_door(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    refusal: DomainError | None = None,
) -> HttpResponse:
    """A page that is open to everybody, with what was refused in words; no copy of it is kept."""
    words = {"error": words_of(refusal) if refusal else "", "mistakes": mistakes_of(refusal)}
    status = refusal.status if refusal else 200
    response = render(request, template, words | context, status=status)
    if refusal is not None and refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    add_never_cache_headers(response)
    return response


def words_of(refusal: DomainError) -> str:
    """What a form says of itself as a whole; nothing where each mistake stands at its field."""
    if isinstance(refusal, TooManyError):
        minutes = -(-(refusal.retry_after or 60) // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        return f"Too many tries. Wait {wait}, then try again."
    return "" if refusal.errors else refusal.title


def mistakes_of(refusal: DomainError | None) -> dict[str, list[str]]:
    """The mistakes of each field, by its name."""
    found: dict[str, list[str]] = {}
    for error in refusal.errors if refusal else ():
        found.setdefault(error.pointer.removeprefix("/"), []).append(error.detail)
    return found


def typed(request: HttpRequest, field: str) -> str:
    """What was typed into a field. PostgreSQL holds no NUL, so nothing that is looked for does."""
    return request.POST.get(field, "").replace("\0", "")


def check_length(password: str) -> None:
    """Raises InvalidError for a new password that is longer than the sign-in takes."""
    if len(password) > MAX_PASSWORD:
        detail = f"Take {MAX_PASSWORD} characters at most."
        raise InvalidError(errors=[FieldError("/password", "too_long", detail)])


def check_email(text: str) -> None:
    """Raises InvalidError for what cannot be an e-mail address, whoever has one."""
    if not is_email(normalise_email(text)):
        raise InvalidError(errors=[FieldError("/email", "invalid", "This is no e-mail address.")])
