"""What an editor of conditions offers: fields, functions, examples, and the real names of a place."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from preo.catalog.models import Category, Location, Product, ProductType, Variant, Vendor
from preo.consents.models import Consent, ConsentType
from preo.core.languages import translated
from preo.editions.models import Edition
from preo.orders.models import PurchaseStatus
from preo.organizations.models import Organization
from preo.segments.cel.functions import functions_of
from preo.segments.cel.schema import Entity, Field, Schema
from preo.segments.cel.types import Kind, Type
from preo.segments.fields import schema_for
from preo.segments.recipes import recipes_with

WORDS = {Kind.DECIMAL: "double", Kind.ID: "string", Kind.DYN: "any"}
"""How the types of CEL are called that it does not have itself."""


def describe_schema(schema: Schema) -> dict[str, Any]:
    """Every name that may stand by itself, with the fields behind it."""
    described: dict[str, Any] = {
        "user": {
            "type": "object",
            "description": "The customer.",
            "fields": dict(_fields(schema.user)),
        }
    }
    for relation in schema.relations.values():
        if relation.is_hidden:
            continue
        value = relation.entity.fields.get(relation.value)
        found: dict[str, Any] = {
            "type": f"list({type_word(value.type)})" if value else "list(object)",
            "description": relation.description,
        }
        if value:
            found["reference"] = value.reference or None
        else:
            found["fields"] = dict(_fields(relation.entity))
        described[relation.name] = found
    described["now"] = {"type": "timestamp", "description": "The moment of the calculation."}
    return described


def type_word(type_: Type) -> str:
    """A type as CEL says it."""
    if type_.kind is Kind.LIST and type_.element is not None:
        return f"list({type_word(type_.element)})"
    return WORDS.get(type_.kind, type_.kind.value)


def names_in(organization: Organization, edition: Edition | None) -> dict[str, Any]:
    """The names that a condition can speak of, in a fixed number of queries."""
    mine = Q(organization=organization)
    here = mine & Q(edition=edition) if edition else mine
    languages = (edition or organization).default_language, organization.default_language
    vendors = Vendor.objects.filter(mine)
    if edition:
        selling = Product.objects.filter(here, vendor__isnull=False)
        vendors = vendors.filter(pk__in=selling.values("vendor_id"))
    consents = mine & (Q(edition=edition) | Q(edition=None)) if edition else mine
    return {
        "editions": list(
            Edition.objects.filter(mine, **({"pk": edition.pk} if edition else {}))
            .order_by(F("start_date").desc(nulls_last=True), "slug")
            .values("slug", "full_name")
        ),
        "categories": [
            {"id": row.api_id, "name": translated(row.name, *languages)}
            for row in Category.objects.filter(here).order_by("position", "id")
        ],
        "products": [_product(row) for row in _products(here)],
        "vendors": _named(vendors),
        "locations": _named(Location.objects.filter(here)),
        "product_types": list(ProductType.values),
        "purchase_statuses": list(PurchaseStatus.values),
        "marketing_consents": [
            {"id": row.api_id, "title": row.title}
            for row in Consent.objects.filter(consents, type=ConsentType.MARKETING).order_by(
                "order", "id"
            )
        ],
    }


def context_for(organization: Organization, edition: Edition | None) -> dict[str, Any]:
    """All of it; the examples name what is really there, as far as there is anything."""
    schema = schema_for(organization, edition)
    names = names_in(organization, edition)
    recipes = recipes_with(names, currency=(edition or organization).currency)
    return {
        "schema": describe_schema(schema),
        "functions": [asdict(function) for function in functions_of(schema)],
        "examples": [
            {"description": recipe.title, "expression": recipe.condition} for recipe in recipes
        ],
        "dynamic_values": names,
    }


def _fields(entity: Entity) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in entity.fields.values():
        if not field.is_hidden:
            yield field.name, _field(field)


def _field(field: Field) -> dict[str, Any]:
    return {
        "type": type_word(field.type),
        "description": field.description,
        "nullable": field.type.nullable,
        "values": list(field.values),
        "reference": field.reference or None,
    }


def _products(condition: Q) -> QuerySet[Product]:
    return (
        Product.objects.filter(condition)
        .order_by("name", "id")
        .only("name")
        .prefetch_related(
            Prefetch("variants", Variant.objects.order_by("position", "id")),
            Prefetch("categories", Category.objects.order_by("position", "id").only("pk")),
        )
    )


def _product(row: Product) -> dict[str, Any]:
    return {
        "id": row.api_id,
        "name": row.name,
        "variants": [
            {"id": variant.api_id, "name": variant.name} for variant in row.variants.all()
        ],
        "category_ids": [category.api_id for category in row.categories.all()],
    }


def _named(rows: "QuerySet[Any]") -> list[dict[str, str]]:
    return [{"id": row.api_id, "name": row.name} for row in rows.order_by("name", "id")]
