"""A row as a document tells it: its columns by their names, as the API writes values."""

from typing import Any

from django.db.models import BigIntegerField, BinaryField, ForeignKey, Model, UUIDField

from preo.core import ids, money

_UNTOLD = frozenset({"organization", "modified"})


def export_row(row: Model, *without: str) -> dict[str, Any]:
    """Every column of a row but those named, and such as PostgreSQL makes of others.

    Whole 64-bit numbers are amounts: they become major units.
    """
    return {
        field.attname: _value(row, field)
        for field in row._meta.concrete_fields
        if field.name not in _UNTOLD and field.name not in without and not field.generated
    }


def _value(row: Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if value is None:
        return None
    if isinstance(field, ForeignKey):
        related: Any = field.related_model
        return ids.encode_id(related.id_prefix, value)
    if isinstance(field, UUIDField):
        prefix = getattr(row, "id_prefix", None)
        return ids.encode_id(prefix, value) if field.primary_key and prefix else str(value)
    if isinstance(field, BinaryField):
        return bytes(value).hex()
    return money.to_json(value) if isinstance(field, BigIntegerField) else value
