"""The noes of people who are not known by an address any more."""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterable

from django.db import connection

from preo.consents.models import AddressRefusal
from preo.core.addresses import normalise_email
from preo.customers.models import PHONE_NUMBER, Channel, Customer

_KEEP = """
    INSERT INTO consents_addressrefusal AS kept (
        organization_id, created, modified, consent_id, address_hash, answered
    )
    SELECT %(organization)s, %(now)s, %(now)s, said.consent_id, given.address_hash, said.answered
    FROM consents_currentanswer AS said
    CROSS JOIN (
        SELECT DISTINCT address_hash(%(organization)s, channel, address) AS address_hash
        FROM unnest(%(channels)s::text[], %(addresses)s::text[]) AS told(channel, address)
    ) AS given
    WHERE said.organization_id = %(organization)s
      AND said.customer_id = %(customer)s
      AND NOT said.accepted
    ON CONFLICT (address_hash, consent_id) DO UPDATE
    SET answered = greatest(kept.answered, excluded.answered)
"""


def keep_refusals(
    *, customer: Customer, emails: Iterable[str], phones: Iterable[str], now: dt.datetime
) -> int:
    """Keep with each address, as a hash, the consents to which the customer says no now.

    For addresses that the customer leaves, or is erased from. Returns how many were kept.
    """
    addresses = [(Channel.EMAIL.value, normalise_email(email)) for email in emails]
    addresses += [
        (Channel.SMS.value, phone)
        for phone in phones
        if re.fullmatch(PHONE_NUMBER, phone, re.ASCII)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "organization": customer.organization_id,
                "customer": customer.pk,
                "channels": [channel for channel, _ in addresses],
                "addresses": [address for _, address in addresses],
                "now": now,
            },
        )
        return int(cursor.rowcount)


def refused_since(
    customer_ids: Collection[uuid.UUID],
) -> dict[tuple[uuid.UUID, uuid.UUID], dt.datetime]:
    """By customer and consent, when somebody who had one of the customer's addresses said no."""
    customers = Customer.objects.filter(pk__in=customer_ids)
    addresses = [
        (customer, address)
        for customer, *hashes in customers.values_list("pk", "email_hash", "phone_hash")
        for address in hashes
        if address
    ]
    # The organization is in the hash.
    kept = AddressRefusal.objects.filter(address_hash__in={address for _, address in addresses})
    refused: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = {}
    for address, consent, answered in kept.values_list("address_hash", "consent_id", "answered"):
        refused.setdefault(address, {})[consent] = answered
    found: dict[tuple[uuid.UUID, uuid.UUID], dt.datetime] = {}
    for customer, address in addresses:
        for consent, answered in refused.get(address, {}).items():
            found[customer, consent] = max(answered, found.get((customer, consent), answered))
    return found
