"""What a condition may name: every field with its meaning, and the column where it stands.

The one place where the words of CEL meet our tables. `docs/cel.md` lists the same for staff.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping

from django.db import models

from preo.catalog.models import Category, Location, Product, ProductType, Variant, Vendor
from preo.consents.models import Consent, ConsentType, CurrentAnswer
from preo.core.ids import decode_id
from preo.core.languages import Language
from preo.core.models import Row
from preo.core.money import Currency
from preo.customers.models import Customer, Pass, PassStatus
from preo.editions.models import Edition
from preo.orders.models import Order, OrderStatus, OrderType, Purchase, PurchaseStatus
from preo.organizations.models import Organization
from preo.segments.cel.schema import Entity, Field, Function, Join, ManyJoin, Relation, Schema
from preo.segments.cel.sql import TRUE, Sql, bind, build
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
from preo.segments.models import Member, Segment

MONEY_DECIMALS = 2
DEFAULT_CURRENCY = Currency.EUR
# Orders that count as bought, as in the sums of the orders' list.
_BOUGHT = f'orders.filter(o, o.status in ["{OrderStatus.CONFIRMED}", "{OrderStatus.COMPLETED}"])'
_SPENT = (
    "orders.filter(o, o.status in ["
    f'"{OrderStatus.CONFIRMED}", "{OrderStatus.COMPLETED}"] && o.currency == {{currency}})'
    ".map(o, o.amount - o.refunded).sum()"
)
Stored = Callable[[str], object | None]


def schema_for(organization: Organization, edition: Edition | None) -> Schema:
    """What can be named in an organization; with an edition everything ranges over that alone.

    One query, for the slugs of the editions.
    """
    slugs = dict(
        Edition.objects.filter(organization=organization).values_list("slug", "pk").order_by()
    )
    currency = edition.currency if edition else organization.currency
    return _schema(currency, slugs.get, organization.pk, edition.pk if edition else None)


def general_schema() -> Schema:
    """What can be named anywhere: for checking a text without a place. It is not for queries."""
    return _schema(DEFAULT_CURRENCY, lambda _: None, uuid.UUID(int=0), None)


def _schema(
    currency: str, edition_key: Stored, organization_id: uuid.UUID, edition_id: uuid.UUID | None
) -> Schema:
    def narrow(alias: str) -> Sql:
        own = build(f'{alias}."organization_id" = {{}}', bind(organization_id, "uuid"))
        if edition_id is None:
            return own
        return build(f'{{}} AND {alias}."edition_id" = {{}}', own, bind(edition_id, "uuid"))

    def narrow_answers(alias: str) -> Sql:
        return build(f'{alias}."organization_id" = {{}}', bind(organization_id, "uuid"))

    relations = (
        _relation("orders", _orders(edition_key), Order, narrow, "The customer's orders."),
        _relation(
            "purchases",
            _purchases(edition_key),
            Purchase,
            narrow,
            "What the customer bought: one for each line of an order.",
        ),
        _relation(
            "consents",
            _consents(),
            CurrentAnswer,
            narrow_answers,
            "What the customer answered last to each consent.",
        ),
        _relation("passes", _passes(), Pass, narrow, "Wallet passes.", is_hidden=True),
        _relation(
            "segments",
            _segments(),
            Member,
            lambda _: TRUE,
            "The ids of the segments that the customer is in.",
            value="id",
        ),
    )
    return Schema(
        user=Entity("user", _named(_user_fields(currency))),
        table=Customer._meta.db_table,
        relations={relation.name: relation for relation in relations},
        functions={"spent": _spent()},
    )


def _user_fields(currency: str) -> tuple[Field, ...]:
    spent = _SPENT.format(currency=f'"{currency}"')
    return (
        _id(Customer, "The customer's id.", ""),
        _plain("email", STRING.or_null(), "E-mail address, in lower case."),
        _plain("phone_number", STRING.or_null(), "Phone number such as +4512345678."),
        _plain("first_name", STRING, "First name; empty where it is not known."),
        _plain("last_name", STRING, "Last name; empty where it is not known."),
        _plain("full_name", STRING, "First and last name."),
        _plain("language", STRING, "The customer's language.", values=tuple(Language.values)),
        _plain("date_joined", TIMESTAMP, "When the customer first came to you."),
        _plain("last_seen", TIMESTAMP.or_null(), "When the customer was last seen."),
        _defined("has_email", BOOL, "Whether there is an e-mail address.", "user.email != null"),
        _defined(
            "has_phone", BOOL, "Whether there is a phone number.", "user.phone_number != null"
        ),
        _defined(
            "has_pass",
            BOOL,
            "Whether there is an active wallet pass.",
            f'passes.exists(p, p.status == "{PassStatus.ACTIVE}")',
        ),
        _defined(
            "orders_count", INT, "How many confirmed or completed orders.", f"{_BOUGHT}.size()"
        ),
        _defined(
            "total_spent",
            DECIMAL,
            f"What those orders came to in {currency}, less what was refunded.",
            spent,
        ),
        _defined(
            "first_order",
            TIMESTAMP.or_null(),
            "When the first of those orders was placed.",
            f"{_BOUGHT}.map(o, o.created).min()",
        ),
        _defined(
            "last_order",
            TIMESTAMP.or_null(),
            "When the last of those orders was placed.",
            f"{_BOUGHT}.map(o, o.created).max()",
        ),
        _plain("metadata", DYN, "Your own data about the customer, such as user.metadata.club."),
    )


def _orders(edition_key: Stored) -> tuple[Field, ...]:
    return (
        _id(Order, "The order's id.", ""),
        _plain("number", STRING.or_null(), "The order's number.", column="order_number"),
        _edition(edition_key),
        _plain("type", STRING, "How it was sold.", values=tuple(OrderType.values)),
        _plain("status", STRING, "Where it stands.", values=tuple(OrderStatus.values)),
        _money("amount", "The total of the order, in its currency."),
        _money("refunded", "What was refunded of it.", is_hidden=True),
        _plain("currency", STRING, "The order's currency.", values=tuple(Currency.values)),
        _plain("created", TIMESTAMP, "When it was placed."),
        _plain("items_count", INT, "How many pieces were ordered."),
        _plain("coupon", STRING.or_null(), "The coupon that was used.", column="coupon_code"),
    )


def _purchases(edition_key: Stored) -> tuple[Field, ...]:
    def of_product(column: str) -> Join:
        return Join(Product._meta.db_table, "product_id", column)

    categories = ManyJoin(
        Product.categories.through._meta.db_table, "product_id", "product_id", "category_id"
    )
    return (
        _id(Purchase, "The purchase's id.", ""),
        _key(Order, "order", "The order it belongs to.", reference=""),
        _edition(edition_key),
        _key(Product, "product", "The product."),
        _key(Variant, "variant", "The variant of the product.", nullable=True),
        Field(
            "categories",
            list_of(id_of(Category.id_prefix)),
            "The categories of the product.",
            many=categories,
            reference="category",
            stored=_decode(Category),
        ),
        Field(
            "vendor",
            id_of(Vendor.id_prefix).or_null(),
            "The vendor of the product.",
            join=of_product("vendor_id"),
            reference="vendor",
            stored=_decode(Vendor),
        ),
        _key(Location, "location", "Where it is picked up.", nullable=True),
        Field(
            "product_type",
            STRING,
            "The sort of product.",
            join=of_product("type"),
            values=tuple(ProductType.values),
        ),
        _plain("status", STRING, "Where it stands.", values=tuple(PurchaseStatus.values)),
        _plain("quantity", INT, "How many pieces."),
        _money("price", "What was paid for the whole line.", column="price_paid"),
        _money("deposit", "The deposit paid for the whole line.", column="deposit_paid"),
        _plain("created", TIMESTAMP, "When it was bought."),
    )


def _consents() -> tuple[Field, ...]:
    return (
        _key(Consent, "id", "The consent.", column="consent_id", reference="consent"),
        Field(
            "type",
            STRING,
            "The sort of consent.",
            join=Join(Consent._meta.db_table, "consent_id", "type"),
            values=tuple(ConsentType.values),
        ),
        _plain("accepted", BOOL, "Whether the last answer was yes."),
        _plain("answered", TIMESTAMP, "When that was."),
    )


def _passes() -> tuple[Field, ...]:
    return (_plain("status", STRING, "Where it stands.", values=tuple(PassStatus.values)),)


def _segments() -> tuple[Field, ...]:
    return (_key(Segment, "id", "The segment.", column="segment_id", reference="segment"),)


def _spent() -> Function:
    return Function(
        "spent",
        {"currency": STRING},
        DECIMAL,
        _SPENT.format(currency="currency"),
        "What confirmed and completed orders in a currency came to, less what was refunded.",
        f'spent("{DEFAULT_CURRENCY}") > 100',
        {"currency": tuple(Currency.values)},
    )


def _relation(
    name: str,
    fields: Iterable[Field],
    model: type[models.Model],
    narrow: Callable[[str], Sql],
    description: str,
    *,
    value: str = "",
    is_hidden: bool = False,
) -> Relation:
    entity = Entity(name.removesuffix("es" if name == "passes" else "s"), _named(fields))
    return Relation(
        name, entity, model._meta.db_table, "customer_id", description, narrow, value, is_hidden
    )


def _named(fields: Iterable[Field]) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


def _plain(
    name: str, type_: Type, description: str, *, column: str = "", values: tuple[str, ...] = ()
) -> Field:
    return Field(name, type_, description, column=column or name, values=values)


def _money(name: str, description: str, *, column: str = "", is_hidden: bool = False) -> Field:
    return Field(
        name,
        DECIMAL,
        description,
        column=column or name,
        scale=MONEY_DECIMALS,
        is_hidden=is_hidden,
    )


def _defined(name: str, type_: Type, description: str, definition: str) -> Field:
    return Field(name, type_, description, definition=definition)


def _id(model: type[Row], description: str, reference: str) -> Field:
    return _key(model, "id", description, column="id", reference=reference)


def _key(
    model: type[Row],
    name: str,
    description: str,
    *,
    column: str = "",
    nullable: bool = False,
    reference: str | None = None,
) -> Field:
    own = column or f"{name}_id"
    type_ = id_of(model.id_prefix)
    return Field(
        name,
        type_.or_null() if nullable else type_,
        description,
        column=own,
        reference=name if reference is None else reference,
        stored=_decode(model),
        key=own,
    )


def _edition(edition_key: Stored) -> Field:
    return Field(
        "edition",
        STRING,
        "The edition, by its slug.",
        join=Join(Edition._meta.db_table, "edition_id", "slug"),
        reference="edition",
        stored=edition_key,
        key="edition_id",
    )


def _decode(model: type[Row]) -> Stored:
    prefix = model.id_prefix

    def decode(text: str) -> object | None:
        return decode_id(prefix, text)

    return decode
