"""What the generator writes conditions with: the fields, and values that hit or just miss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cel.world import World

TEXT, ENUM, KEY, MONEY, INT = "text", "enum", "key", "money", "int"
TIME, BOOL, KEYS, FREE = "time", "bool", "keys", "free"

NAMES = (
    "Ada", "ada", "ADA", "Åsa", "A\u030asa", "O'Brien", '"Q"', "100%", "a_b", "back\\slash", "😀😃",
    "İlker", "ß", "ss", "", "tab\tline\n", "%", "_", "--", "zoë", "Zoë", "ﬁn",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """`pool` names the values that an enum or a key can have."""

    kind: str
    pool: str = ""
    nullable: bool = False


FIELDS: Mapping[str, Mapping[str, Field]] = {
    "user": {
        "id": Field(KEY, "users"),
        "email": Field(TEXT, nullable=True),
        "phone_number": Field(TEXT, nullable=True),
        "first_name": Field(TEXT),
        "last_name": Field(TEXT),
        "full_name": Field(TEXT),
        "language": Field(ENUM, "languages"),
        "date_joined": Field(TIME),
        "last_seen": Field(TIME, nullable=True),
        "has_email": Field(BOOL),
        "has_phone": Field(BOOL),
        "has_pass": Field(BOOL),
        "orders_count": Field(INT),
        "total_spent": Field(MONEY),
        "first_order": Field(TIME, nullable=True),
        "last_order": Field(TIME, nullable=True),
        "metadata": Field(FREE),
    },
    "orders": {
        "id": Field(KEY, "orders"),
        "number": Field(TEXT, nullable=True),
        "edition": Field(KEY, "editions"),
        "type": Field(ENUM, "types"),
        "status": Field(ENUM, "statuses"),
        "amount": Field(MONEY),
        "currency": Field(ENUM, "currencies"),
        "created": Field(TIME),
        "items_count": Field(INT),
        "coupon": Field(TEXT, nullable=True),
    },
    "purchases": {
        "id": Field(KEY, "purchases"),
        "order": Field(KEY, "orders"),
        "edition": Field(KEY, "editions"),
        "product": Field(KEY, "products"),
        "variant": Field(KEY, "variants", nullable=True),
        "categories": Field(KEYS, "categories"),
        "vendor": Field(KEY, "vendors", nullable=True),
        "location": Field(KEY, "locations", nullable=True),
        "product_type": Field(ENUM, "product_types"),
        "status": Field(ENUM, "purchase_statuses"),
        "quantity": Field(INT),
        "price": Field(MONEY),
        "deposit": Field(MONEY),
        "created": Field(TIME),
    },
    "consents": {
        "id": Field(KEY, "consents"),
        "type": Field(ENUM, "consent_types"),
        "accepted": Field(BOOL),
        "answered": Field(TIME),
    },
}
VARIABLES = {"orders": "o", "purchases": "p", "consents": "c"}

TIMES = (
    'timestamp("2026-07-01T12:00:00Z")',
    'timestamp("2025-12-31T23:30:00Z")',
    'timestamp("2026-01-01T00:30:00+01:00")',
    'timestamp("2025-10-26T00:59:59.999999Z")',
    'timestamp("2024-02-29T00:00:00Z")',
    "now",
    "now - days(30)",
    "now - days(365)",
    'now - duration("720h")',
    'now - duration("8760h")',
    'now - duration("0.000001s")',
    'now + duration("1h30m")',
)
SPANS = ('duration("24h")', "days(30)", 'duration("8760h")', "days(0)", 'duration("-1s")')
ZONES = ("", '"UTC"', '"Europe/Copenhagen"', '"America/New_York"', '"+05:30"', '"-03:00"')
PARTS = {
    "getFullYear": (1999, 2024, 2025, 2026),
    "getMonth": (0, 1, 2, 6, 9, 11),
    "getDate": (1, 25, 26, 29, 31),
    "getDayOfMonth": (0, 28, 30),
    "getDayOfWeek": (0, 1, 3, 6),
    "getDayOfYear": (0, 59, 181, 364),
    "getHours": (0, 1, 12, 22, 23),
    "getMinutes": (0, 30, 59),
    "getSeconds": (0, 30, 59),
    "getMilliseconds": (0, 123, 999),
}
PATTERNS = (
    "^A",
    "a+",
    "[a-z]+$",
    "^.$",
    "(a|A)d[aA]?",
    "100%",
    "_",
    "^$",
    "[0-9]{2,}",
    "O.B",
    "^[^a]",
)
PIECES = ("%", "_", "\\", "a", "A", "'", '"', "", "Å", "example.org", "😀", "+45", "N", "\n", "ö")
AMOUNTS = ("0", "0.0", "0.01", "10", "19.99", "20", "20.00", "300", "300.01", "-1", "1234567.89")
INTS = ("0", "1", "2", "3", "10", "-1", "1.5", "9223372036854775807")
COUNTS = ("0", "1", "2", "3", "-1", "7")
FREE_PATHS = (
    ".vip", ".points", ".tags", ".address", ".address.city", ".address.zip", '["it\'s"]', '["a\\"b"]',
    ".missing", ".tags[0]", ".points[0]", ".since",
)  # fmt: skip


def make_pools(world: "World") -> dict[str, Sequence[str]]:
    """The values of enums, and ids that are there, beside one that is not."""
    products = [product.api_id for product in world.products]
    kept = [product for product in world.products if product.vendor]
    places = [product for product in world.products if product.location]
    return {
        "users": [customer.api_id for customer in world.customers[:5]],
        "editions": [edition.slug for edition in world.editions],
        "products": products,
        "consents": [consent.api_id for consent in world.consents],
        "segments": [segment.api_id for segment in world.segments],
        "vendors": [product.vendor.api_id for product in kept if product.vendor],
        "locations": [product.location.api_id for product in places if product.location],
        "categories": [
            category.api_id for product in world.products for category in product.categories.all()
        ],
        "orders": ["ord_" + "0" * 26],
        "purchases": ["pur_" + "0" * 26],
        "variants": ["var_" + "0" * 26],
        "languages": ["en", "da", "se"],
        "types": ["online", "in-person", "imported"],
        "statuses": ["pending", "confirmed", "completed", "cancelled"],
        "currencies": ["eur", "dkk", "sek"],
        "product_types": ["ticket", "drink", "merchandise"],
        "purchase_statuses": ["reserved", "paid", "used", "cancelled", "refunded"],
        "consent_types": ["marketing", "terms"],
    }


def text_literal(random: Random, value: str) -> str:
    """A text as CEL writes it, in one of its several ways."""
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    double = '"' + escaped.replace('"', '\\"') + '"'
    single = "'" + escaped.replace("'", "\\'") + "'"
    points = '"' + "".join(f"\\U{ord(character):08x}" for character in value) + '"'
    return random.choice([double, double, single, points])


def some_text(random: Random) -> str:
    """A text that customers have, or a piece of one."""
    return text_literal(random, random.choice(NAMES if random.random() < 0.5 else PIECES))
