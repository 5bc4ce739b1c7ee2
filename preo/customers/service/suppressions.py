"""Writes about addresses to which nothing is sent any more."""

import re
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value

from preo.activity.service import record
from preo.core.access import Principal, Role
from preo.core.addresses import MAX_EMAIL, is_email, normalise_email
from preo.core.errors import FieldError, InvalidError, NotFoundError, RoleError, not_an_id
from preo.core.phones import read_phone
from preo.customers.models import (
    PHONE_NUMBER,
    AddressHash,
    Channel,
    Suppression,
    SuppressionReason,
)
from preo.editions.queries import newest_country_code

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
    by: Principal | None = None,
) -> Suppression:
    """Send nothing more from the organization to this address, whoever has it.

    Of an address that is suppressed already the weightier reason stays. A suppression whose address
    was erased keeps it erased. Raises ValueError for what can be no address of the channel.
    """
    address = _normalise(channel, address)
    known = _hash(organization_id, channel, address)
    made = Suppression(
        organization_id=organization_id,
        channel=channel,
        address=address,
        address_hash=known,
        reason=reason,
        created=now,
        modified=now,
    )
    Suppression.objects.bulk_create([made], ignore_conflicts=True)
    suppressed = Suppression.objects.select_for_update().get(
        organization_id=organization_id, channel=channel, address_hash=known
    )
    if suppressed.pk == made.pk:
        _record("suppression.added", suppressed, by=by)
    elif _WEIGHT.index(reason) > _WEIGHT.index(SuppressionReason(suppressed.reason)):
        suppressed.reason = reason
        suppressed.modified = now
        suppressed.save(update_fields=["reason", "modified"])
        _record("suppression.updated", suppressed, by=by)
    return suppressed


def add_suppression(
    *,
    organization_id: uuid.UUID,
    channel: str,
    address: str,
    reason: str = SuppressionReason.MANUAL,
    by: Principal,
    now: datetime,
) -> Suppression:
    """What `suppress_address` does, for somebody who types the address.

    A phone number may be national, with the country code of the organization's newest edition.
    Raises InvalidError for an organization that the caller may not know of and for what is no
    address, RoleError for who has not the role staff in the whole organization.
    """
    _require_staff(organization_id, by)
    return suppress_address(
        organization_id=organization_id,
        channel=Channel(channel),
        address=_typed(organization_id, Channel(channel), address),
        reason=SuppressionReason(reason),
        now=now,
        by=by,
    )


@transaction.atomic
def remove_suppression(*, suppression_id: uuid.UUID, by: Principal) -> None:
    """Let the address be written to again. Raises NotFoundError."""
    found = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
    if found is None:
        raise NotFoundError
    _remove(found, by=by)


@transaction.atomic
def lift_suppression(
    *, organization_id: uuid.UUID, channel: Channel, address: str, by: Principal | None = None
) -> bool:
    """Let the address be written to again; False if nothing kept it.

    Raises ValueError for what can be no address of the channel.
    """
    known = _hash(organization_id, channel, _normalise(channel, address))
    rows = Suppression.objects.select_for_update().filter(
        organization_id=organization_id, channel=channel, address_hash=known
    )
    found = rows.first()
    if found is not None:
        _remove(found, by=by)
    return found is not None


def _remove(suppressed: Suppression, *, by: Principal | None) -> None:
    _record("suppression.removed", suppressed, by=by)
    suppressed.delete()


def _record(happened: str, suppressed: Suppression, *, by: Principal | None) -> None:
    """The address stays out of it: an activity holds no personal data."""
    record(
        type=happened,
        organization_id=suppressed.organization_id,
        object_id=suppressed.pk,
        details={"channel": suppressed.channel, "reason": suppressed.reason},
        by=by,
    )


def _require_staff(organization_id: uuid.UUID, by: Principal) -> None:
    if by.role_in(organization_id) >= Role.STAFF:
        return
    if organization_id in by.known_organization_ids():
        raise RoleError("This needs the role staff in the whole organization.")
    raise InvalidError(errors=[not_an_id("/organization_id", "organization")])


def _typed(organization_id: uuid.UUID, channel: Channel, written: str) -> str:
    """The address as customers have it. Raises InvalidError where nobody can have it so."""
    if channel == Channel.EMAIL:
        if is_email(normalise_email(written)):
            return written
        raise InvalidError(errors=[FieldError("/address", "invalid", "This is no e-mail address.")])
    number = written.strip()
    if not re.fullmatch(PHONE_NUMBER, number, re.ASCII):
        number = read_phone(written, newest_country_code(organization_id)) or ""
    if not number:
        detail = "This is no phone number. Give it as in +4520123456."
        raise InvalidError(errors=[FieldError("/address", "invalid", detail)])
    return number


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
