"""From whom a customer bought: orders stand above consents and are asked by way of the settings."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from preo.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Bought:
    """The keys of what a customer has to do with by purchases that were not cancelled."""

    editions: frozenset[uuid.UUID]
    vendors: frozenset[uuid.UUID]
    products: frozenset[uuid.UUID]


def bought_by(customer: Customer) -> Bought:
    """What `settings.BOUGHT_BY` knows of the customer."""
    found: Bought = import_string(settings.BOUGHT_BY)(customer)
    return found
