"""Who looks at a page, and where it stands: one organization, perhaps one of its editions."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from preo.accounts.models import StaffUser
from preo.core.access import Principal, Role
from preo.editions.models import Edition
from preo.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in member of staff."""

    staff: StaffUser
    principal: Principal


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands. Without an edition it speaks of all that the visitor may see there."""

    visitor: Visitor
    organization: Organization
    edition: Edition | None

    @property
    def role(self) -> Role:
        """The role here; over all editions, the highest that is held in any of them."""
        principal, organization_id = self.visitor.principal, self.organization.pk
        if self.edition:
            return principal.role_in(organization_id, self.edition.pk)
        held = (g.role for g in principal.grants if g.organization_id == organization_id)
        return max(held, default=Role.NONE)

    @property
    def whole_role(self) -> Role:
        """The role that is held in the whole organization."""
        return self.visitor.principal.role_in(self.organization.pk)


def visible_organizations(principal: Principal) -> QuerySet[Organization]:
    """Organizations in which the visitor is a member, be it of one edition only."""
    return Organization.objects.filter(pk__in=principal.known_organization_ids())


def visible_editions(principal: Principal) -> QuerySet[Edition]:
    """The editions that the API would list."""
    scope = principal.narrow(Role.GUEST, organization="organization_id", edition="id")
    return Edition.objects.filter(scope)


def find_place(visitor: Visitor, organization: str, edition: str | None) -> Place:
    """The place that an address names by slugs.

    Raises Http404 alike for one that does not exist and for one that is not the visitor's.
    """
    principal = visitor.principal
    found = visible_organizations(principal).filter(slug=organization).first()
    if found is None:
        raise Http404
    if edition is None:
        return Place(visitor, found, None)
    part = visible_editions(principal).filter(organization=found, slug=edition).first()
    if part is None:
        raise Http404
    part.organization = found
    return Place(visitor, found, part)
