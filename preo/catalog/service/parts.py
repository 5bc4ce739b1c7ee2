"""The variants and options of a product, which a body replaces as whole lists."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from preo.catalog.models import Option, Product, Variant
from preo.catalog.service.conflicts import refuse_if_referred
from preo.core.errors import FieldError, not_an_id

Part = type[Variant] | type[Option]
COLUMNS: Mapping[Part, Mapping[str, Any]] = {
    Variant: {"name": "", "code": None, "price": None},
    Option: {"name": "", "price_mod": 0, "deposit_mod": 0},
}
"""What an item of the list says, and what it means if it says nothing."""


def part_errors(
    kind: Part, product: Product, items: Sequence[Mapping[str, Any]], pointer: str
) -> Iterator[FieldError]:
    """What is wrong with a list by itself: ids of other rows, ids or codes that stand twice."""
    mine = set(kind._default_manager.filter(product=product.pk).values_list("pk", flat=True))
    seen: set[tuple[str, Any]] = set()
    for index, item in enumerate(items):
        if "id" in item and item["id"] not in mine:
            yield not_an_id(f"{pointer}/{index}/id", kind._meta.model_name or "")
        for name in ("id", "code"):
            value = item.get(name)
            if value is not None and (name, value) in seen:
                detail = f"This {name} stands twice in the list."
                yield FieldError(f"{pointer}/{index}/{name}", "repeated", detail)
            seen.add((name, value))


def replace_parts(
    kind: Part, product: Product, items: Sequence[Mapping[str, Any]], pointer: str
) -> bool:
    """Make the list the product's own, in this order; whether that changed anything.

    An item with an id keeps its row, one without is new; a row that no item names is deleted.
    Raises StillReferredToError for one that orders refer to. The caller has locked the product
    and asked `part_errors`.
    """
    before: list[Any] = list(
        kind._default_manager.filter(product=product.pk).order_by("position", "id")
    )
    wanted = [(item.get("id"), _columns(kind, item)) for item in items]
    if [(row.pk, {name: getattr(row, name) for name in COLUMNS[kind]}) for row in before] == wanted:
        return False
    rows = {row.pk: row for row in before}
    kept = [(rows[key], columns) for key, columns in wanted if key is not None]
    _delete(kind, rows.keys() - {row.pk for row, _ in kept}, pointer)
    _free_codes(row for row, columns in kept if "code" in columns and row.code != columns["code"])
    for position, (key, columns) in enumerate(wanted):
        row = rows[key] if key else kind(product=product, organization_id=product.organization_id)
        _save(row, columns | {"position": position})
    return True


def _columns(kind: Part, item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item.get(name, unsaid) for name, unsaid in COLUMNS[kind].items()}


def _delete(kind: Part, keys: Collection[uuid.UUID], pointer: str) -> None:
    if not keys:
        return
    rows = list(kind._default_manager.select_for_update().filter(pk__in=keys).order_by("pk"))
    refuse_if_referred(rows, pointer=pointer)
    for row in rows:
        row.delete()


def _free_codes(variants: Iterable[Any]) -> None:
    # Two variants may exchange their codes, and no code may stand twice even in between.
    keys = [variant.pk for variant in variants if variant.code is not None]
    if keys:
        Variant.objects.filter(pk__in=keys).update(code=None)


def _save(row: Variant | Option, columns: Mapping[str, Any]) -> None:
    if row._state.adding or any(getattr(row, name) != columns[name] for name in columns):
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=None if row._state.adding else columns)
