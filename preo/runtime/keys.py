"""API keys from the command line, made in the name of the system itself."""

from collections.abc import Sequence

from django.utils import timezone

from preo.accounts import key_text
from preo.accounts.models import ApiKey, RoleWord
from preo.accounts.scopes import SCOPES
from preo.accounts.service.keys import create_api_key
from preo.core.errors import DomainError
from preo.core.ids import decode_id
from preo.organizations.models import Organization
from preo.runtime.errors import LauncherError


def make_key(*, organization: str, name: str, role: str, scopes: Sequence[str] = ()) -> str:
    """A new key's text; without scopes it has them all.

    Raises LauncherError for an unknown organization, role or scope, naming the ones there are.
    """
    word = find_role(role)
    found = find_organization(organization)
    try:
        _, text = create_api_key(
            organization_id=found.pk,
            name=name,
            role=word,
            scopes=scopes or SCOPES,
            by=None,
            now=timezone.now(),
        )
    except DomainError as error:
        reasons = " ".join(entry.detail for entry in error.errors) or str(error)
        raise LauncherError(f"{reasons} The scopes are {', '.join(SCOPES)}.") from error
    return text


def find_role(named: str) -> RoleWord:
    """The role of this word. Raises LauncherError naming the ones there are."""
    if named not in RoleWord.values:
        raise LauncherError(f"There is no role {named!r}; use one of {', '.join(RoleWord.values)}.")
    return RoleWord(named)


def key_works(text: str) -> bool:
    """Whether this is a living key of the present database."""
    prefix = key_text.find_prefix(text)
    key = ApiKey.objects.filter(prefix=prefix).first() if prefix else None
    return (
        key is not None and key_text.matches(text, key.secret_hash) and key.is_alive(timezone.now())
    )


def find_organization(named: str) -> Organization:
    """The organization of a slug or id. Raises LauncherError naming the ones there are."""
    identity = decode_id(Organization.id_prefix, named)
    lookup = {"pk": identity} if identity is not None else {"slug": named}
    found = Organization.objects.filter(**lookup).first()
    if found is None:
        slugs = Organization.objects.order_by("slug").values_list("slug", flat=True)[:10]
        there = f"There are: {', '.join(slugs)}." if slugs else "There is none yet; try preo demo."
        raise LauncherError(f"There is no organization {named!r}. {there}")
    return found
