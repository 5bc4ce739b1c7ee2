"""A small schema for the checker's tests: a shop's customers with orders and purchases."""

from preo.segments.cel.schema import Entity, Field, Function, Join, ManyJoin, Relation, Schema
from preo.segments.cel.sql import TRUE, Sql
from preo.segments.cel.types import (
    BOOL,
    DECIMAL,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    id_of,
    list_of,
)

STATUSES = ("pending", "confirmed", "completed", "cancelled")
PRODUCT = "prd_01jz0000000000000000000000"
OTHER_PRODUCT = "prd_01jz0000000000000000000001"
CATEGORY = "cat_01jz0000000000000000000000"
ORDER = "ord_01jz0000000000000000000000"
EVENT = "evt_01jz0000000000000000000000"
SEGMENT = "seg_01jz0000000000000000000000"


def column(name: str, of: Type, **more: object) -> Field:
    """A field in a column of its own name."""
    return Field(name, of, f"What {name} is.", column=name, **more)  # type: ignore[arg-type]


def defined(name: str, of: Type, definition: str) -> Field:
    """A field that is defined in CEL."""
    return Field(name, of, f"What {name} is.", definition=definition)


def everything(alias: str) -> Sql:
    """No row is left out."""
    return TRUE


def entity(name: str, *fields: Field) -> Entity:
    """A sort of row."""
    return Entity(name, {field.name: field for field in fields})


ORDERS = entity(
    "order",
    column("id", id_of("ord"), reference="order"),
    column("edition", STRING, reference="edition"),
    column("status", STRING, values=STATUSES),
    column("amount", DECIMAL, scale=2),
    column("refunded", DECIMAL, scale=2, is_hidden=True),
    column("currency", STRING),
    column("items_count", INT),
    column("coupon", STRING.or_null()),
    column("created", TIMESTAMP),
    column("paid_at", TIMESTAMP.or_null()),
    column("discount", DECIMAL.or_null(), scale=2),
)
PURCHASES = entity(
    "purchase",
    Field(
        "product",
        id_of("prd"),
        "The product.",
        join=Join("catalog_product", "product_id", "id"),
        reference="product",
    ),
    Field(
        "categories",
        list_of(id_of("cat")),
        "Its categories.",
        many=ManyJoin("catalog_product_categories", "product_id", "product_id", "category_id"),
        reference="category",
    ),
    column("order", id_of("ord"), reference="order"),
    column("quantity", INT),
    column("price", DECIMAL, scale=2),
)
MEMBERSHIPS = entity("membership", column("segment", id_of("seg"), reference="segment"))
CUSTOMERS = entity(
    "user",
    column("id", id_of("usr")),
    column("email", STRING.or_null()),
    column("first_name", STRING),
    column("language", STRING, values=("en", "sv", "de")),
    column("is_staff", BOOL),
    column("date_joined", TIMESTAMP),
    column("last_seen", TIMESTAMP.or_null()),
    column("metadata", DYN),
    defined("has_email", BOOL, "has(user.email)"),
    defined("orders_count", INT, "size(paid)"),
    defined("total_spent", DECIMAL, "spent(user.language)"),
    defined("last_order", TIMESTAMP.or_null(), "paid.map(o, o.created).max()"),
)


def relation(name: str, of: Entity, **more: object) -> Relation:
    """A list of the customer."""
    return Relation(name, of, f"shop_{name}", "user_id", "", everything, **more)  # type: ignore[arg-type]


SCHEMA = Schema(
    user=CUSTOMERS,
    table="shop_customer",
    relations={
        "orders": relation("orders", ORDERS),
        "purchases": relation("purchases", PURCHASES),
        "segments": relation("segments", MEMBERSHIPS, value="segment"),
        "paid": relation("paid", ORDERS, is_hidden=True),
    },
    functions={
        "spent": Function(
            "spent",
            {"currency": STRING},
            DECIMAL,
            "paid.filter(o, o.currency == currency).map(o, o.amount - o.refunded).sum()",
            "What the customer spent in a currency.",
            'spent("EUR")',
            values={"currency": ("EUR", "SEK", "en", "sv", "de")},
        )
    },
)
