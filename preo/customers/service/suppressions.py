"""Writes about addresses to which nothing is sent any more."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value

from preo.core.addresses import MAX_EMAIL, normalise_email
from preo.customers.models import (
    PHONE_NUMBER,
    AddressHash,
    Channel,
    Suppression,
    SuppressionReason,
)

# What people asked for themselves outweighs what a server or a member of staff says of them.
_WEIGHT = (
    SuppressionReason.MANUAL,
    SuppressionReason.HARD_BOUNCE,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.COMPLAINT,
)


@transaction.atomic
def suppress_address(
    *,
    organization_id: uuid.UUID,
    channel: Channel,
    address: str,
    reason: SuppressionReason,
    now: datetime,
) -> Suppression:
    """Send nothing more from the organization to this address, whoever has it.

    Of an address that is suppressed already the weightier reason stays. A suppression whose address
    was erased keeps it erased. Raises ValueError for what can be no address of the channel.
    """
    address = _normalise(channel, address)
    known = _hash(organization_id, channel, address)
    Suppression.objects.bulk_create(
        [
            Suppression(
                organization_id=organization_id,
                channel=channel,
                address=address,
                address_hash=known,
                reason=reason,
                created=now,
                modified=now,
            )
        ],
        ignore_conflicts=True,
    )
    suppressed = Suppression.objects.select_for_update().get(
        organization_id=organization_id, channel=channel, address_hash=known
    )
    if _WEIGHT.index(reason) > _WEIGHT.index(SuppressionReason(suppressed.reason)):
        suppressed.reason = reason
        suppressed.save(update_fields=["reason"])
    return suppressed


def lift_suppression(*, organization_id: uuid.UUID, channel: Channel, address: str) -> bool:
    """Let the address be written to again; False if nothing kept it.

    Raises ValueError for what can be no address of the channel.
    """
    known = _hash(organization_id, channel, _normalise(channel, address))
    suppressed = Suppression.objects.filter(
        organization_id=organization_id, channel=channel, address_hash=known
    )
    return suppressed.delete()[0] > 0


def _normalise(channel: Channel, address: str) -> str:
    """As the address stands with customers.

    An e-mail address is not looked at closely: what bounced may be one that nobody would take today.
    """
    if channel == Channel.SMS:
        if not re.fullmatch(PHONE_NUMBER, address, re.ASCII):
            raise ValueError("A phone number is suppressed in the form of E.164.")
        return address
    email = normalise_email(address)
    if not email or len(email) > MAX_EMAIL or "\0" in email:
        raise ValueError("This can be no e-mail address.")
    return email


def _hash(organization_id: uuid.UUID, channel: Channel, address: str) -> Any:
    """An expression where the types of a model's fields know values alone."""
    return AddressHash(Value(organization_id), Value(channel.value), Value(address))
