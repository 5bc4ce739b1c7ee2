"""The rows that are copied into the temporary tables, column by column."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from preo.catalog.outside.shapes import ProductReference
from preo.orders.outside.shapes import Outcome


class StagedOrder(NamedTuple):
    """A row of `outside_order`. Of a failed order only the id is kept."""

    place: int
    outcome: Outcome
    """Failed, or created until a stored one is found."""
    external_id: str | None
    order_number: str | None = None
    """As given."""
    status: str | None = None
    purchase_status: str | None = None
    """What its purchases are when it comes in."""
    currency: str | None = None
    created: datetime | None = None
    service_fee: int | None = None
    discount: int | None = None
    tax: int | None = None
    total: int | None = None
    """As stated."""
    coupon_code: str | None = None
    metadata: str | None = None
    customer_external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    customer_email: str | None = None
    """As bought, like the phone."""
    customer_phone: str | None = None
    phone_number: str | None = None
    """E.164; None where the phone is none."""
    language: str | None = None


class StagedLine(NamedTuple):
    """A row of `outside_line`. `..._paid` and the handling fee are of the whole line.

    Of a line of a failed order only the product is kept, so that it is told if that is wrong too.
    """

    place: int
    position: int
    ref: int | None
    external_line_id: str | None = None
    quantity: int = 1
    unit_price: int = 0
    unit_deposit: int = 0
    price_paid: int = 0
    deposit_paid: int = 0
    handling_fee: int = 0


class ProductName(NamedTuple):
    """How a line names its product: by ids alone where it has any, else by code and name."""

    product_id: uuid.UUID | None
    variant_id: uuid.UUID | None
    code: str | None = None
    name: str | None = None


class ProductNames:
    """The distinct ways in which a chunk's lines name their products, numbered."""

    def __init__(self) -> None:
        self._references: dict[ProductName, ProductReference] = {}

    def __iter__(self) -> Iterator[ProductReference]:
        return iter(self._references.values())

    def ref(self, name: ProductName, category: str | None) -> int:
        """The number of this way. The first line that uses it says where a draft would stand."""
        found = self._references.get(name)
        if found is None:
            found = ProductReference(len(self._references), *name, category)
            self._references[name] = found
        return found.ref
