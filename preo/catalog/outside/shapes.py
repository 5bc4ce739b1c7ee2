"""What the phases are given: how lines name products, what staff mapped, whose are searched."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class ProductReference(NamedTuple):
    """One way in which lines name a product, and the heading of a draft made for it."""

    ref: int
    product_id: uuid.UUID | None
    variant_id: uuid.UUID | None
    code: str | None
    name: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class MappedProduct:
    """The product, and perhaps its variant, that staff chose for a code or a name."""

    product_id: uuid.UUID
    variant_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ProductMapping:
    """What staff chose for the codes and names of another system."""

    codes: Mapping[str, MappedProduct] = field(default_factory=dict)
    names: Mapping[str, MappedProduct] = field(default_factory=dict)
    """Compared like names of products: whatever the case and the blanks."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose products are searched, and for which other system."""

    organization_id: uuid.UUID
    edition_id: uuid.UUID
    service: str
    language: str
    """In which categories are named."""

    def values(self) -> dict[str, Any]:
        return {
            "organization": self.organization_id,
            "edition": self.edition_id,
            "service": self.service,
            "language": self.language,
        }
