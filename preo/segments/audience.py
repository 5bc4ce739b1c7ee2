"""Whom a condition is asked of and how they are to be reached: a segment's settings, saved or not."""

import uuid
from dataclasses import dataclass

from preo.editions.models import Edition
from preo.organizations.models import Organization
from preo.segments.cel.sql import TRUE, Sql, bind, build
from preo.segments.models import CommunicationChannel, CommunicationType, Segment


@dataclass(frozen=True, slots=True)
class Audience:
    """The organization's customers, or the buyers of one of its editions, by channel and consent."""

    organization: Organization
    edition: Edition | None = None
    communication_type: str = CommunicationType.TRANSACTIONAL
    communication_channel: str = CommunicationChannel.ANY
    consent_id: uuid.UUID | None = None
    """The consent that marketing needs; None for any that stands for the whole of the audience."""

    @property
    def organization_id(self) -> Sql:
        """Bound."""
        return bind(self.organization.pk, "uuid")

    @property
    def edition_id(self) -> Sql:
        """Bound; NULL without an edition."""
        return bind(self.edition.pk if self.edition else None, "uuid")


def audience_of(segment: Segment) -> Audience:
    """The audience of a segment that was fetched with its organization and its edition."""
    return Audience(
        organization=segment.organization,
        edition=segment.edition,
        communication_type=segment.communication_type,
        communication_channel=segment.communication_channel,
        consent_id=segment.consent_id,
    )


def belongs(audience: Audience) -> Sql:
    """Whether the customer `u` counts at all: is neither erased nor merged into another and, of an
    edition, has a confirmed or completed order there.
    """
    own = build(
        "u.organization_id = {} AND u.erased_at IS NULL AND u.merged_into_id IS NULL",
        audience.organization_id,
    )
    return build("{} AND {}", own, bought(audience)) if audience.edition else own


def bought(audience: Audience) -> Sql:
    """Whether the customer `u` has a confirmed or completed order in the edition, if there is one."""
    if audience.edition is None:
        return TRUE
    return build(
        "EXISTS (SELECT FROM orders_order population WHERE population.organization_id = {}"
        " AND population.edition_id = {} AND population.customer_id = u.id"
        " AND population.status IN ('confirmed', 'completed'))",
        audience.organization_id,
        audience.edition_id,
    )
