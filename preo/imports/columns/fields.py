"""The fields that a column of a file can be.

`ImportLine.values` holds the values under these names, each in the form that its type says. What is
of the order (`is_of_order`) stands with every line on which the file has it; the first thing that any
line says counts, and is put on the order's first line.
Values that the file leaves empty are absent.
"""

import re
from dataclasses import dataclass

from preo.consents.models import Consent, ConsentType
from preo.imports.models import DataImport

METADATA = "metadata."
METADATA_NAME = re.compile(r"metadata\.[A-Za-z0-9_-]{1,64}", re.ASCII)
CONSENT = "consent."
CONSENT_DATE = "consent_date."


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column can be."""

    field: str
    label: str
    description: str
    type: str
    """text; email; phone (E.164); integer; amount (minor units); datetime (ISO 8601, UTC);
    status, currency, language (the words of the API); boolean; lines (several in one cell)."""
    required: bool = False
    is_of_order: bool = True
    limit: int | None = None
    """The most characters of a text."""


def _of_line(
    field: str, label: str, description: str, kind: str, limit: int | None = None
) -> Field:
    return Field(field, label, description, kind, is_of_order=False, limit=limit)


FIELDS: dict[str, Field] = {
    one.field: one
    for one in (
        Field(
            "order_id",
            "Order ID",
            "What the order is known by in the other system. Rows with the same one are one order, "
            "and a later file changes that order.",
            "text",
            required=True,
            limit=128,
        ),
        Field(
            "order_number",
            "Order number",
            "What buyers know it by, where that is not the order ID.",
            "text",
            limit=128,
        ),
        Field("created", "Order date", "When the order was placed.", "datetime"),
        Field("status", "Status", "Paid, pending, cancelled: in the other system's words.", "status"),
        Field("cancelled_at", "Cancelled at", "Where it is filled, the order is cancelled.", "datetime"),
        Field("currency", "Currency", "A code such as EUR, or a sign.", "currency"),
        Field("order_total", "Order total", "What was paid for the whole order.", "amount"),
        Field("discount", "Discount", "The amount taken off the whole order; no percentage.", "amount"),
        Field("service_fee", "Fees", "Fees and shipping of the whole order.", "amount"),
        Field("tax", "Added tax", "Sales tax that comes on top of the prices.", "amount"),
        Field("coupon_code", "Coupon", "The discount code that was used.", "text", limit=64),
        Field(
            "customer_id",
            "Customer ID",
            "What the customer is known by in the other system.",
            "text",
            limit=128,
        ),
        Field("email", "E-mail", "The buyer's address.", "email"),
        Field(
            "phone_number",
            "Phone",
            "The buyer's number. Without a prefix it is read as one of the import's country.",
            "phone",
            limit=32,
        ),
        Field("first_name", "First name", "Of the buyer.", "text", limit=150),
        Field("last_name", "Last name", "Of the buyer.", "text", limit=150),
        Field(
            "full_name",
            "Full name",
            "Of the buyer: the last word becomes the last name.",
            "text",
            limit=301,
        ),
        Field("language", "Language", "The buyer's.", "language"),
        _of_line("product", "Product", "The name of what was sold.", "text", 300),
        _of_line("product_code", "Product code", "Its code there: SKU or ID.", "text", 128),
        _of_line("variant", "Variant", "Its size, colour or kind.", "text", 200),
        _of_line("category", "Category", "Under which a new product goes.", "text", 200),
        _of_line("line_id", "Line ID", "What the line, or the ticket, is known by there.", "text", 128),
        _of_line("quantity", "Quantity", "How many; one where it is left out.", "integer"),
        _of_line("unit_price", "Unit price", "The price of one piece.", "amount"),
        _of_line("line_total", "Line total", "The price of all pieces; wins over the unit price.", "amount"),
        _of_line("unit_deposit", "Deposit", "The deposit on one piece.", "amount"),
        _of_line("handling_fee", "Line fee", "The fee on this line.", "amount"),
        _of_line(
            "line_items",
            "All lines",
            "All lines of the order in one cell, as WooCommerce writes them.",
            "lines",
        ),
    )
}  # fmt: skip

ANY_METADATA = Field(
    "metadata.*",
    "Metadata",
    "Any other fact of the order, kept under a name of your own: metadata.ship_mode.",
    "text",
    limit=1000,
)


def consent_fields(data_import: DataImport) -> list[Field]:
    """Two fields for each marketing consent that may be answered by this import."""
    consents = Consent.objects.filter(
        organization_id=data_import.organization_id,
        type=ConsentType.MARKETING,
        enabled=True,
        published=True,
    ).order_by("title", "id")
    found = []
    for consent in consents:
        if consent.edition_id in (None, data_import.edition_id):
            title, api_id = consent.title, consent.api_id
            found += [
                Field(
                    f"{CONSENT}{api_id}",
                    f"Consent: {title}",
                    "Yes or no. Counts only together with its date.",
                    "boolean",
                ),
                Field(
                    f"{CONSENT_DATE}{api_id}",
                    f"Consent date: {title}",
                    "When the customer answered.",
                    "datetime",
                ),
            ]
    return found


def all_fields(data_import: DataImport) -> dict[str, Field]:
    """What the columns of this import can be, by name, without the open-ended metadata."""
    return FIELDS | {one.field: one for one in consent_fields(data_import)}


def find_field(field: str, known: dict[str, Field]) -> Field | None:
    """The field of this name, `metadata.` and a name of its own included; None for no field."""
    if METADATA_NAME.fullmatch(field):
        return Field(field, field, ANY_METADATA.description, "text", limit=1000)
    return known.get(field)
