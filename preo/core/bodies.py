"""Request bodies: shape checked by a serializer, and nothing in them passed over in silence."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from preo.core.errors import MAX_ERRORS, FieldError, InvalidError, pointer_step
from preo.core.http import field_errors
from preo.core.json import dump


def checked_body(
    serializer: serializers.Serializer[Any],
    *,
    present: Mapping[str, Any] | None = None,
    partial: bool = False,
) -> dict[str, Any]:
    """The validated data of a bound serializer.

    With `partial` the body may leave out any of the serializer's own fields. What stands inside
    them is replaced as a whole, so that nothing may be missing there.

    `present` is the answer's form of the row that is being changed: a member that is in it but
    cannot be written is passed over where it says what is already so, which lets a client get,
    change and patch. Raises InvalidError with every mistake of the body at once.
    """
    data = serializer.initial_data
    if not isinstance(data, Mapping):
        raise InvalidError(
            errors=[FieldError("", "not_an_object", "The body must be a JSON object.")]
        )
    fixed = _plain(present) if present is not None else {}
    if partial:
        # Not the serializer's own `partial`: that one would excuse the fields of nested ones too.
        for name in serializer.fields.keys() - data.keys():
            del serializer.fields[name]
    errors = list(islice(_unwritable(serializer, data, fixed, ""), MAX_ERRORS))
    try:
        serializer.is_valid(raise_exception=True)
    except ValidationError as invalid:
        errors += field_errors(invalid.detail)
    if errors:
        raise InvalidError(errors=errors)
    return dict(serializer.validated_data)


def _unwritable(
    serializer: Any, data: Mapping[str, Any], fixed: Mapping[str, Any], pointer: str
) -> Iterator[FieldError]:
    fields = serializer.fields
    for name, value in data.items():
        place = pointer + pointer_step(name)
        field = fields.get(name)
        if field is not None and not field.read_only:
            yield from _inside(field, value, fixed.get(name), place)
        elif field is None and name not in fixed:
            yield FieldError(place, "unknown_field", "There is no such field here.")
        elif name not in fixed or _plain(value) != fixed[name]:
            yield FieldError(place, "read_only", "This field cannot be written.")


def _inside(field: Any, value: Any, present: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(field, serializers.ListSerializer) and isinstance(value, list):
        for index, item in enumerate(value):
            was = _item_before(item, index, present)
            yield from _inside(field.child, item, was, f"{pointer}/{index}")
    elif isinstance(field, serializers.Serializer) and isinstance(value, Mapping):
        fixed = present if isinstance(present, Mapping) else {}
        yield from _unwritable(field, value, fixed, pointer)


def _item_before(item: Any, index: int, present: Any) -> Any:
    """What an item of a list was: the one with its id, for places move; without ids, its place."""
    if not isinstance(present, list):
        return None
    if isinstance(item, Mapping) and "id" in item:
        return next((was for was in present if was.get("id") == item["id"]), None)
    return present[index] if index < len(present) else None


def _plain(value: Any) -> Any:
    """A value as a client reads it, so that what was got can be compared with what is sent."""
    return orjson.loads(dump(value))
