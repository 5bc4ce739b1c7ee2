"""What stands in the way of a write: a code that another one has, and rows that refer to one."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import IntegrityError, transaction

from preo.catalog.models import Product, Variant, Vendor
from preo.catalog.queries import references_to
from preo.core.errors import ConflictError, FieldError
from preo.core.models import Row

CODES: Mapping[str, tuple[type[Product] | type[Vendor], str]] = {
    "product_code_in_edition": (Product, "edition_id"),
    "vendor_code_in_organization": (Vendor, "organization_id"),
}
"""Constraints by which a code belongs to one row, and within what."""


class CodeTakenError(ConflictError):
    """Codes say which product or vendor another system means, so each belongs to one.

    `held_by` is the id of the one that has the code: give that one another code first, or work
    on with it.
    """

    code = "code_taken"
    title = "The code belongs to another one."


class StillReferredToError(ConflictError):
    """What orders or products refer to is not deleted. `references` says of each such row what
    refers to it: how many rows of which kind, and the ids of the first of them.

    Take it out of the products that name it, or make it a draft; what was ordered stays as it is.
    """

    code = "still_referred_to"
    title = "It cannot be deleted: something still refers to it."


@contextmanager
def codes_kept_apart(row: Row) -> Iterator[None]:
    """Raise CodeTakenError where the database finds another row with the code of the saved one.

    Nobody looks first whether a code is free: only the constraint knows of those who write now.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        name = (isinstance(cause, psycopg.Error) and cause.diag.constraint_name) or ""
        if name not in CODES:
            raise
        raise _code_taken(row, *CODES[name]) from error


def _code_taken(row: Row, model: type[Product] | type[Vendor], within: str) -> CodeTakenError:
    same: dict[str, Any] = {name: getattr(row, name) for name in (within, "code")}
    holder = model._default_manager.filter(**same).first()
    whose = f"That is the code of {holder.name} ({holder.api_id})." if holder else ""
    return CodeTakenError(
        errors=[FieldError("/code", CodeTakenError.code, whose or CodeTakenError.title)],
        extra={"held_by": holder.api_id if holder else None},
    )


def refuse_if_referred(rows: Iterable[Row], *, pointer: str | None = None) -> None:
    """Raise StillReferredToError where something refers to one of these rows, saying what.

    `pointer` is the field of a body that left them out. The caller has locked the rows: who would
    refer to one from now on waits, and then finds it gone.
    """
    blocked = [found for row in rows if (found := _references(row))["by"]]
    if not blocked:
        return
    details = [_sentence(each["id"], each["by"]) for each in blocked]
    raise StillReferredToError(
        "" if pointer else details[0],
        errors=[FieldError(pointer, StillReferredToError.code, text) for text in details]
        if pointer
        else [],
        extra={"references": blocked},
    )


def _references(row: Row) -> dict[str, Any]:
    parts = list(Variant.objects.filter(product=row)) if isinstance(row, Product) else []
    by = [
        {"kind": found.kind, "count": found.count, "ids": list(found.ids)}
        for each in (row, *parts)
        for found in references_to(each)
    ]
    return {"id": row.api_id, "by": by}


def _sentence(api_id: str, by: Iterable[Mapping[str, Any]]) -> str:
    counted = ", ".join(f"{found['kind']}: {found['count']}" for found in by)
    return f"Rows that refer to {api_id}: {counted}."
