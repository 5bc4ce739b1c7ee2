"""What an API key may be limited to."""

from preo.core.errors import FieldError

TAGS = (
    "organizations",
    "members",
    "api-keys",
    "editions",
    "catalog",
    "consents",
    "orders",
    "users",
    "segments",
    "data-imports",
)
"""The parts of the API that keys can be given, by their words in scopes."""

SCOPES = tuple(f"{tag}:{right}" for tag in TAGS for right in ("read", "write"))
"""Every scope, in the order in which they are shown."""


def unknown_scopes(scopes: list[str]) -> list[FieldError]:
    """An error for each of these that is no scope."""
    return [
        FieldError(f"/scopes/{index}", "unknown_scope", f"There is no scope {scope!r}.")
        for index, scope in enumerate(scopes)
        if scope not in SCOPES
    ]
