"""Addresses that customers had, kept among their ids."""

from collections.abc import Iterable

from preo.customers.models import EARLIER_ADDRESS, Customer, ExternalId

LONGEST = 128


def keep_earlier_addresses(customer: Customer, addresses: Iterable[str | None]) -> None:
    """Keep those that are addresses, for nothing but to erase them with the person."""
    for address in addresses:
        if address:
            keep_address(customer, address, service=EARLIER_ADDRESS)


def keep_address(customer: Customer, address: str, *, service: str) -> bool:
    """Keep an address, of two customers who had it with the last; False for one that is too long."""
    if len(address) > LONGEST:
        return False
    ExternalId.objects.update_or_create(
        organization_id=customer.organization_id,
        service=service,
        external_id=address,
        defaults={"customer": customer},
    )
    return True
