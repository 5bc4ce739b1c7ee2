"""What goes into the engine and what comes out of it.

The fields bear the words of the public API, so that a problem's pointer is at home in both: what
the API received as `/orders/3/items/0/quantity` is `/items/0/quantity` of its order here.
"""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from preo.customers.outside.shapes import OutsideCustomer
from preo.orders.models import OrderStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an order, or worth knowing about it."""

    pointer: str
    """A JSON pointer (RFC 6901) into the order."""
    code: str
    message: str
    value: str | None = None
    """What stood there, as text."""


@dataclass(frozen=True, slots=True)
class OutsideLine:
    """One line of an order. Amounts are minor units of the order's currency.

    `product_id` or `variant_id` alone decides where it is given; else the product is found by
    `external_product_id`, its code in the other system, and `external_product`, its name there.
    """

    product_id: uuid.UUID | None = None
    variant_id: uuid.UUID | None = None
    external_product_id: str | None = None
    external_product: str | None = None
    category: str | None = None
    """Under which a draft goes, if one is made."""
    external_line_id: str | None = None
    """The line's id in the other system, unique in its order: by it, else by its place, a line
    is known again when the order comes a second time."""
    quantity: int = 1
    unit_price: int | None = None
    line_total: int | None = None
    """Wins over `unit_price`; one of the two must be given."""
    unit_deposit: int = 0
    handling_fee: int = 0
    """Of the whole line."""


@dataclass(frozen=True, slots=True)
class OutsideOrder:
    """One order as another system has it now. Amounts are minor units of its currency."""

    external_id: str
    customer: OutsideCustomer
    items: tuple[OutsideLine, ...]
    status: str = OrderStatus.COMPLETED
    order_number: str | None = None
    currency: str | None = None
    """None is the edition's."""
    created: datetime | None = None
    """When it was placed. None is now for a new order, and no change for a known one."""
    service_fee: int = 0
    discount: int = 0
    tax: int = 0
    """Sales tax, added to the prices."""
    total: int | None = None
    """As stated by the other system. What it differs by from the sum becomes the adjustment."""
    coupon_code: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """JSON. Its keys are set on the order; keys that it lacks stay as they are there."""
    errors: tuple[Problem, ...] = ()
    """What its reader already found wrong: the order fails with these beside our own."""
    warnings: tuple[Problem, ...] = ()


class Outcome(enum.StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class Recording(enum.Enum):
    """Which activities tell of the orders that were taken."""

    EACH_ORDER = enum.auto()
    """One for each order that was created or updated."""
    WHOLE_CALL = enum.auto()
    """One for all of them, of the edition."""
    BY_CALLER = enum.auto()
    """None: the caller records what this call was a part of."""


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """What became of one order."""

    external_id: str
    outcome: Outcome
    order_id: uuid.UUID | None
    """Of the order here; None where it failed and is not here from before."""
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()
    """Of an updated order: the names of the fields that differ."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a chunk of orders, in the order in which they came."""

    orders: tuple[TakenOrder, ...]
    customers_made: tuple[uuid.UUID, ...] = ()
    """Who was not here before."""
    products_made: tuple[uuid.UUID, ...] = ()
    """Drafts."""

    def count(self, outcome: Outcome) -> int:
        return sum(order.outcome is outcome for order in self.orders)

    @property
    def created(self) -> int:
        return self.count(Outcome.CREATED)

    @property
    def updated(self) -> int:
        return self.count(Outcome.UPDATED)

    @property
    def unchanged(self) -> int:
        return self.count(Outcome.UNCHANGED)

    @property
    def failed(self) -> int:
        return self.count(Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders of a chunk were of each outcome, where nobody asks after each of them."""

    created: int
    updated: int
    unchanged: int
    failed: int
    customers_made: int
    products_made: int


@dataclass(frozen=True, slots=True)
class Said:
    """A chunk of orders as rows that SQL can read, before anything of them is kept."""

    rows: str
    """Common table expressions, `said_order` and `said_line` among them, with the columns of
    `rows.StagedOrder` and `rows.StagedLine`. An order's place may be any number."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What they bind besides the words of `sql.WORDS`."""
