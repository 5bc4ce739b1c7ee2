"""What the products of a file are here: changed many at a time."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from preo.catalog.models import Product, Variant
from preo.core.access import Principal
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.imports.models import DataImport, ImportStage, ProductMapping
from preo.imports.service.stages import ImportStageError, lock_import, record_import

DECISIONS = ("product_id", "variant_id", "ignored", "create_product")


@transaction.atomic
def change_products(
    *,
    data_import_id: uuid.UUID,
    mappings: Sequence[Mapping[str, Any]],
    by: Principal,
    now: dt.datetime,
) -> DataImport:
    """Decide for products of the file: one of ours, a draft of its name, or that it is left out.

    What is said of one replaces what was decided on it before: a product and leaving out exclude
    each other, and null gives a decision up. Raises NotFoundError, ImportStageError, and
    InvalidError for what is not of this import or this edition, twice, or contradicts itself.
    """
    data_import = lock_import(data_import_id)
    if data_import.stage != ImportStage.NEEDS_PRODUCT_MAPPING:
        raise ImportStageError(extra={"stage": data_import.stage})
    wanted = [given["id"] for given in mappings]
    rows = {
        row.pk: row for row in ProductMapping.objects.filter(data_import=data_import, pk__in=wanted)
    }
    errors = list(_find_mistakes(data_import, mappings, rows))
    if errors:
        raise InvalidError(errors=errors)
    if not mappings:
        return data_import
    for given in mappings:
        _decide(rows[given["id"]], given)
        rows[given["id"]].modified = now
    ProductMapping.objects.bulk_update(rows.values(), [*DECISIONS, "modified"], batch_size=2_000)
    record_import(data_import, "updated", by=by, changed=["product_mappings"])
    return data_import


def _decide(row: ProductMapping, given: Mapping[str, Any]) -> None:
    """Raises nothing: contradictions were refused."""
    if given.get("ignored") or given.get("create_product"):
        row.product_id = row.variant_id = None
        row.ignored = bool(given.get("ignored"))
        row.create_product = bool(given.get("create_product"))
        return
    if given.get("product_id"):
        row.product_id, row.variant_id = given["product_id"], given.get("variant_id")
        row.ignored = row.create_product = False
        return
    if "product_id" in given:
        row.product_id = row.variant_id = None
    if "variant_id" in given:
        row.variant_id = given["variant_id"]
    row.ignored = given.get("ignored", row.ignored)
    row.create_product = given.get("create_product", row.create_product)


def _find_mistakes(
    data_import: DataImport,
    mappings: Sequence[Mapping[str, Any]],
    rows: Mapping[uuid.UUID, ProductMapping],
) -> Iterator[FieldError]:
    products = _products(data_import, {given.get("product_id") for given in mappings})
    variants = dict(
        Variant.objects.filter(
            pk__in=[given["variant_id"] for given in mappings if given.get("variant_id")],
            organization_id=data_import.organization_id,
        ).values_list("pk", "product_id")
    )
    seen: set[uuid.UUID] = set()
    for place, given in enumerate(mappings):
        at, row = f"/mappings/{place}", rows.get(given["id"])
        if row is None:
            yield not_an_id(f"{at}/id", "product mapping")
            continue
        if row.pk in seen:
            yield FieldError(f"{at}/id", "repeated", "This product of the file is named twice.")
        seen.add(row.pk)
        product = given.get("product_id", row.product_id)
        if given.get("product_id") and product not in products:
            yield not_an_id(f"{at}/product_id", "product")
        variant = given.get("variant_id")
        if variant and (product is None or variants.get(variant) != product):
            yield not_an_id(f"{at}/variant_id", "variant")
        fates = [name for name in ("product_id", "ignored", "create_product") if given.get(name)]
        if len(fates) > 1 or (variant and fates and fates != ["product_id"]):
            detail = "Give a product, or create_product, or ignored: one of them."
            yield FieldError(f"{at}/{(fates or ['variant_id'])[-1]}", "contradiction", detail)


def _products(data_import: DataImport, wanted: set[Any]) -> set[uuid.UUID]:
    found = Product.objects.filter(
        pk__in=wanted - {None},
        organization_id=data_import.organization_id,
        edition_id=data_import.edition_id,
    )
    return set(found.values_list("pk", flat=True))
