"""Writing products with their variants and options."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from preo.catalog.models import Category, Location, Option, Product, Variant, Vendor
from preo.catalog.queries import readable_vendors
from preo.catalog.service.parts import part_errors, replace_parts
from preo.catalog.service.rows import (
    create_row,
    delete_row,
    lock_row,
    record_change,
    save_changed,
    set_columns,
)
from preo.core.access import Principal, Role
from preo.core.errors import FieldError, InvalidError, not_an_id
from preo.core.metadata import merge_metadata
from preo.editions.service import edition_to_write_in

PARTS: Mapping[str, type[Variant] | type[Option]] = {"variants": Variant, "options": Option}
LISTS = {"category_ids", *PARTS}


@transaction.atomic
def create_product(
    *, edition_id: uuid.UUID, values: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Product:
    """A product of an edition; `values` as the changes of `update_product`.

    Raises InvalidError, RoleError where the caller may know the edition but not write in it, and
    CodeTakenError.
    """
    edition = edition_to_write_in(edition_id=edition_id, by=by)
    product = Product(
        organization_id=edition.organization_id, edition=edition, created=now, modified=now
    )
    _check(product, values, by=by)
    set_columns(product, _as_columns(product, values))
    create_row(product, by=by)
    _replace_lists(product, values)
    return product


@transaction.atomic
def update_product(
    *, product_id: uuid.UUID, changes: Mapping[str, Any], by: Principal, now: dt.datetime
) -> Product:
    """Change what `changes` names; lists and translated texts are replaced, `metadata` is merged.

    Amounts are minor units of the edition's currency. In `variants` and `options` an item with
    an id keeps its row, one without is new, and a row that no item names is deleted. A code that
    is given here is our own, so that `service` is none from then on. Raises NotFoundError,
    InvalidError for ids that are nobody's in this edition, CodeTakenError, StillReferredToError.
    """
    product = lock_row(Product, product_id)
    _check(product, changes, by=by)
    wanted = _as_columns(product, changes)
    changed = set_columns(product, wanted)
    if "code" in changed:
        product.service = None
    changed += _replace_lists(product, changes)
    if changed:
        save_changed(product, now=now)
        record_change(product, "updated", by=by, changed=changed)
    return product


@transaction.atomic
def delete_product(*, product_id: uuid.UUID, by: Principal) -> None:
    """Delete a product that was never ordered. Raises NotFoundError, StillReferredToError."""
    delete_row(Product, product_id, by=by)


def _as_columns(product: Product, changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: value for name, value in changes.items() if name not in LISTS}
    if "metadata" in wanted:
        wanted["metadata"] = merge_metadata(product.metadata, wanted["metadata"])
    return wanted


def _check(product: Product, changes: Mapping[str, Any], *, by: Principal) -> None:
    """Raises InvalidError with every id that is nobody's here and all that stands twice."""
    errors = [
        *_unknown_places(product, changes, by=by),
        *_category_errors(product, changes.get("category_ids", ())),
    ]
    for name, kind in PARTS.items():
        errors += part_errors(kind, product, changes.get(name, ()), f"/{name}")
    if errors:
        raise InvalidError(errors=errors)


def _unknown_places(
    product: Product, changes: Mapping[str, Any], *, by: Principal
) -> Iterator[FieldError]:
    # The rows that will be referred to are locked, or one could be deleted before they are.
    vendor_id, location_id = changes.get("vendor_id"), changes.get("location_id")
    if vendor_id is not None and vendor_id != product.vendor_id:
        known = readable_vendors(by, Role.STAFF).filter(organization=product.organization_id)
        if not _lock(Vendor, known.filter(pk=vendor_id).values_list("pk", flat=True)):
            yield not_an_id("/vendor_id", "vendor")
    if location_id is not None:
        mine = Location.objects.filter(edition=product.edition_id, pk=location_id)
        if not _lock(Location, mine.values_list("pk", flat=True)):
            yield not_an_id("/location_id", "location")


def _category_errors(product: Product, keys: Sequence[uuid.UUID]) -> Iterator[FieldError]:
    if not keys:
        return
    mine = Category.objects.filter(edition=product.edition_id, pk__in=keys)
    known = _lock(Category, mine.values_list("pk", flat=True))
    for index, key in enumerate(keys):
        if key not in known:
            yield not_an_id(f"/category_ids/{index}", "category")
        if key in keys[:index]:
            detail = "This id stands twice in the list."
            yield FieldError(f"/category_ids/{index}", "repeated", detail)


def _lock(model: type[Vendor] | type[Location] | type[Category], keys: Any) -> set[uuid.UUID]:
    """Lock the rows against deletion, always in the same order; those that are there."""
    rows = model._default_manager.select_for_update(no_key=True).filter(pk__in=list(keys))
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _replace_lists(product: Product, changes: Mapping[str, Any]) -> list[str]:
    """The names of the lists that changed. Raises StillReferredToError."""
    changed = []
    if "category_ids" in changes:
        before = set(product.categories.values_list("pk", flat=True))
        if before != set(changes["category_ids"]):
            product.categories.set(changes["category_ids"])
            changed.append("category_ids")
    changed += [
        name
        for name, kind in PARTS.items()
        if name in changes and replace_parts(kind, product, changes[name], f"/{name}")
    ]
    return changed
