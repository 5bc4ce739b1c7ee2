"""What the phases are given: the buyers of orders, and whose customers are searched."""

import uuid
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutsideCustomer:
    """The buyer of an order, as the other system knows him."""

    external_id: str | None = None
    email: str | None = None
    phone_number: str | None = None
    first_name: str = ""
    last_name: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Whose customers are searched, and for which other system."""

    organization_id: uuid.UUID
    service: str
    language: str
    """Of new customers whose own nobody told."""

    def values(self) -> dict[str, Any]:
        return {
            "organization": self.organization_id,
            "service": self.service,
            "language": self.language,
        }
