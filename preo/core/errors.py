"""The family of errors. Domain code raises them; `core/http.py` alone turns them into answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

MAX_ERRORS = 100
"""An answer names so many mistakes at most: a body of megabytes may hold a million."""
MAX_NAME = 100
"""Characters of a member's name that an answer repeats."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong place in a request."""

    pointer: str
    """A JSON pointer (RFC 6901) into the body, or the name of a query parameter or header."""
    code: str
    detail: str


class DomainError(Exception):
    """A request that is refused. Subclasses fix `code`, `status` and `title`.

    `extra` holds members that the answer carries beside the standard ones, such as the present
    state of a row that conflicts.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request was refused."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors[:MAX_ERRORS])
        self.extra = extra or {}
        self.retry_after = retry_after
        """Seconds after which the same request may succeed."""


class InvalidError(DomainError):
    code = "invalid"
    status = 400
    title = "The request has mistakes."


class MalformedError(DomainError):
    code = "malformed"
    status = 400
    title = "The request cannot be read."


class NotSignedInError(DomainError):
    code = "not_signed_in"
    status = 401
    title = "Sign in first."


class WrongCredentialsError(DomainError):
    code = "wrong_credentials"
    status = 401
    title = "The e-mail address or the password is wrong."


class TokenError(DomainError):
    code = "token_invalid"
    status = 401
    title = "The token is not valid, or no longer."


class RoleError(DomainError):
    code = "role_too_low"
    status = 403
    title = "Your role does not allow this."


class ScopeError(DomainError):
    code = "scope_missing"
    status = 403
    title = "The API key lacks the scope for this."


class NotFoundError(DomainError):
    code = "not_found"
    status = 404
    title = "There is no such thing."


class MethodError(DomainError):
    code = "method_not_allowed"
    status = 405
    title = "This address does not take that method."


class NotAcceptableError(DomainError):
    code = "not_acceptable"
    status = 406
    title = "The answer cannot be given in the form asked for."


class ConflictError(DomainError):
    code = "conflict"
    status = 409
    title = "The present state does not allow this."


class StillRunningError(DomainError):
    code = "idempotency_key_in_use"
    status = 409
    title = "The first request with this Idempotency-Key is still running."


class TooLargeError(DomainError):
    code = "too_large"
    status = 413
    title = "The request is too large."


class MediaTypeError(DomainError):
    code = "unsupported_media_type"
    status = 415
    title = "The body must be sent as application/json."


class KeyReusedError(DomainError):
    code = "idempotency_key_reused"
    status = 422
    title = "This Idempotency-Key was used for another request."


class TooManyError(DomainError):
    code = "too_many_requests"
    status = 429
    title = "Too many tries. Wait before the next one."


class UnexpectedError(DomainError):
    code = "unexpected"
    status = 500
    title = "Something went wrong on our side."


def pointer_step(name: object) -> str:
    """A member's step in a JSON pointer (RFC 6901 section 3), such as can stand in any answer.

    Halves of characters and NUL are spelt out, and very long names are cut.
    """
    text = str(name)
    printable = text[:MAX_NAME].encode("utf-8", "backslashreplace").decode("utf-8")
    printable = printable.replace("\0", "\\u0000").replace("~", "~0").replace("/", "~1")
    return f"/{printable}" if len(text) <= MAX_NAME else f"/{printable}..."


def not_an_id(pointer: str, word: str) -> FieldError:
    """The same words for an id that is malformed, unknown or of another organization."""
    return FieldError(pointer, "unknown_id", f"There is no {word} with this id.")
