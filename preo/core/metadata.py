"""Metadata: an object of the integrator's own, merged and bounded."""

from collections.abc import Mapping
from typing import Any

from preo.core.errors import FieldError, InvalidError
from preo.core.json import dump

MAX_BYTES = 32 * 1024
"""Of the whole object as JSON."""


def merge_metadata(present: Mapping[str, Any], patch: Any) -> dict[str, Any]:
    """The object after a patch (RFC 7396): members are set, members given as null are removed.

    Raises InvalidError for what is no object and for what would be too large.
    """
    if not isinstance(patch, Mapping):
        raise InvalidError(errors=[FieldError("/metadata", "not_an_object", "Give an object.")])
    merged: dict[str, Any] = _merge(present, patch)
    if len(dump(merged)) > MAX_BYTES:
        detail = f"All metadata together may have at most {MAX_BYTES // 1024} KB."
        raise InvalidError(errors=[FieldError("/metadata", "too_large", detail)])
    return merged


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged
