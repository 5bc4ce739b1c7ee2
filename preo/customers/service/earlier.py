"""Addresses that customers had: kept for nothing but to erase them with the person."""

from collections.abc import Iterable

from preo.customers.models import EARLIER_ADDRESS, Customer, ExternalId

LONGEST = 128


def keep_earlier_addresses(customer: Customer, addresses: Iterable[str | None]) -> None:
    """Keep those that are addresses; of two customers who had the same, the one who had it last."""
    for address in addresses:
        if address and len(address) <= LONGEST:
            ExternalId.objects.update_or_create(
                organization_id=customer.organization_id,
                service=EARLIER_ADDRESS,
                external_id=address,
                defaults={"customer": customer},
            )
