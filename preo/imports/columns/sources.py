"""Systems whose exports are known: recognised by their header's words, whatever the file is called."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, get_args

from preo.imports.columns.headers import words_of

Grouping = Literal["lines", "first_line_only", "lines_in_a_cell"]
"""How lines of one order stand in a file: each on a row that repeats the order's own columns; on
rows of which only the first has them; or all in one cell of one row."""
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
EACH_A_LINE, FIRST_LINE_ONLY, IN_A_CELL = GROUPINGS


@dataclass(frozen=True, slots=True)
class Source:
    """What one system's export looks like."""

    name: str
    grouping: Grouping
    fingerprints: tuple[frozenset[str], ...]
    """Headers of which all must be there; one such set is enough."""
    fields: dict[str, str]
    """By header what the column is. Other columns are left out: we know what they are."""

    def is_of(self, words: AbstractSet[str]) -> bool:
        return any(words >= fingerprint for fingerprint in self.fingerprints)


def _headers(*names: str) -> frozenset[str]:
    return frozenset(map(words_of, names))


def _fields(fields: dict[str, str]) -> dict[str, str]:
    return {words_of(name): field for name, field in fields.items()}


SOURCES = (
    Source(
        name="shopify",
        grouping="first_line_only",
        fingerprints=(
            _headers("Name", "Email", "Financial Status", "Lineitem quantity", "Lineitem name"),
        ),
        fields=_fields(
            {
                "Name": "order_id",
                "Email": "email",
                "Financial Status": "status",
                "Currency": "currency",
                "Shipping": "service_fee",
                "Total": "order_total",
                "Discount Code": "coupon_code",
                "Discount Amount": "discount",
                "Created at": "created",
                "Lineitem quantity": "quantity",
                "Lineitem name": "product",
                "Lineitem price": "unit_price",
                "Lineitem sku": "product_code",
                "Billing Name": "full_name",
                "Cancelled at": "cancelled_at",
                "Phone": "phone_number",
            }
        ),
    ),
    Source(
        name="eventbrite",
        grouping="lines",
        fingerprints=(
            _headers("Order no.", "Order Date", "Ticket Type", "Order Type"),
            _headers("Order no.", "Order Date", "Ticket Type", "Attendee Status"),
            _headers("Order no.", "Event Name", "Buyer First Name", "Buyer Last Name"),
        ),
        fields=_fields(
            {
                "Order no.": "order_id",
                "Order Date": "created",
                "First Name": "first_name",
                "Surname": "last_name",
                "Last Name": "last_name",
                "Email": "email",
                "Buyer First Name": "first_name",
                "Buyer Last Name": "last_name",
                "Buyer Email": "email",
                "Quantity": "quantity",
                "Ticket quantity": "quantity",
                "Ticket Type": "product",
                "Total Paid": "line_total",
                "Currency": "currency",
                "Attendee Status": "status",
            }
        ),
    ),
    Source(
        name="tito",
        grouping="lines",
        fingerprints=(
            _headers("Ticket", "Ticket Reference", "Order Reference", "Order Email"),
            _headers("Ticket Full Name", "Ticket Reference", "Unique Ticket URL", "Price"),
        ),
        fields=_fields(
            {
                "Order Reference": "order_id",
                "Order Created Date": "created",
                "Void Status": "status",
                "Order Name": "full_name",
                "Order Email": "email",
                "Order Phone Number": "phone_number",
                "Order Discount Code": "coupon_code",
                "Ticket": "product",
                "Ticket Reference": "line_id",
                "Price": "unit_price",
            }
        ),
    ),
    Source(
        name="woocommerce",
        grouping="lines_in_a_cell",
        fingerprints=(_headers("order_id", "order_number", "order_total", "line_items"),),
        fields=_fields(
            {
                "order_id": "order_id",
                "order_number": "order_number",
                "date": "created",
                "order_date": "created",
                "status": "status",
                "currency": "currency",
                "order_currency": "currency",
                "shipping_total": "service_fee",
                "order_total": "order_total",
                "customer_id": "customer_id",
                "billing_first_name": "first_name",
                "billing_last_name": "last_name",
                "billing_email": "email",
                "billing_phone": "phone_number",
                "line_items": "line_items",
                "coupons": "coupon_code",
            }
        ),
    ),
)


def recognise(names: AbstractSet[str]) -> Source | None:
    """The system whose export has these headers."""
    words = {words_of(name) for name in names}
    return next((source for source in SOURCES if source.is_of(words)), None)
