"""Who asks, and what that one may see and do. Knows no HTTP and no table."""

import enum
import uuid
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q


class Role(enum.IntEnum):
    """Roles in rising order; each may do all that the one before it may."""

    NONE = 0
    """Signed in, without need of a membership."""
    GUEST = 1
    STAFF = 2
    MANAGER = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        return self.name.lower()


PUBLIC = None
"""In place of a least role: nobody needs to sign in."""

ROLE_WORDS = {role.word: role for role in Role if role is not Role.NONE}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a whole organization or, with `edition_id`, in one of its editions."""

    organization_id: uuid.UUID
    edition_id: uuid.UUID | None
    role: Role


@dataclass(frozen=True, slots=True)
class Principal:
    """The one who asks: a member of staff or an API key. Made anew for each request."""

    kind: Literal["staff", "api_key"]
    id: uuid.UUID
    grants: tuple[Grant, ...]
    scopes: frozenset[str] | None = None
    """`<tag>:read|write` of an API key; None for people, who have no such limit."""

    is_authenticated = True
    """What Django REST framework asks of any user object."""

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    def highest_role(self) -> Role:
        """The highest role held anywhere."""
        return max((grant.role for grant in self.grants), default=Role.NONE)

    def organization_ids(self, least: Role) -> list[uuid.UUID]:
        """The organizations in the whole of which the role is at least this."""
        held = {g.organization_id for g in self.grants if g.edition_id is None and g.role >= least}
        return sorted(held)

    def edition_ids(self, least: Role) -> list[uuid.UUID]:
        """The editions in which, by a grant of their own, the role is at least this."""
        held = {g.edition_id for g in self.grants if g.edition_id is not None and g.role >= least}
        return sorted(held)

    def known_organization_ids(self, least: Role = Role.GUEST) -> list[uuid.UUID]:
        """The organizations in which, or in an edition of which, the role is at least this."""
        return sorted({grant.organization_id for grant in self.grants if grant.role >= least})

    def role_in(self, organization_id: uuid.UUID, edition_id: uuid.UUID | None = None) -> Role:
        """The role in an organization, or in an edition of it: there the higher of the two."""
        return max(
            (
                grant.role
                for grant in self.grants
                if grant.organization_id == organization_id
                and (grant.edition_id is None or grant.edition_id == edition_id)
            ),
            default=Role.NONE,
        )

    def narrow(self, least: Role, *, organization: str, edition: str | None) -> Q:
        """The condition under which a row is one that this caller may see.

        `organization` and `edition` are the row's columns. Without an `edition` column, rows
        belong to the whole organization and an edition's role does not reach them.
        """
        condition = Q(**{f"{organization}__in": self.organization_ids(least)})
        editions = self.edition_ids(least) if edition else []
        if editions:
            condition |= Q(**{f"{edition}__in": editions})
        return condition
