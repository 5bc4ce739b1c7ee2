"""JSON at the edge: what is read is checked to the last character, what is written is orjson's."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from preo.core.errors import (
    MAX_ERRORS,
    MAX_NAME,
    FieldError,
    InvalidError,
    MalformedError,
    TooLargeError,
    pointer_step,
)

MAX_DEPTH = 32
MAX_MAGNITUDE = 30
"""Numbers of more than 30 digits, or with a larger exponent, are refused before anything reckons with
them: `int(Decimal("1e999999999"))` alone would take the server down."""


_DIGITS_OF_64_BITS = 18
_BEYOND = Decimal("1e999999")
_SURROGATE = re.compile("[\ud800-\udfff]")


class RepeatedNameError(ValueError):
    """An object names a member twice (RFC 8259 section 4 leaves open which one counts)."""


class StrictJSONParser(BaseParser):
    """Reads `application/json` as Decimals, and refuses what PostgreSQL could not keep."""

    media_type = "application/json"

    @property
    def limit(self) -> int:
        """Bytes of the longest body."""
        return int(settings.MAX_BODY_BYTES)

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises TooLargeError, MalformedError, or InvalidError that names the place."""
        raw = stream.read(self.limit + 1)
        if len(raw) > self.limit:
            raise TooLargeError(f"A body may have at most {self.limit:,} bytes.")
        data = _load(raw)
        errors = list(islice(_bad_values(data, "", 0), MAX_ERRORS))
        if errors:
            raise InvalidError(errors=errors)
        return data


def _load(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_members,
        )
    except UnicodeDecodeError as error:
        raise MalformedError(f"The body is not UTF-8: byte {error.start} is wrong.") from error
    except RecursionError as error:
        raise MalformedError(f"The body is nested more than {MAX_DEPTH} levels deep.") from error
    except json.JSONDecodeError as error:
        raise MalformedError(
            f"{error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except ValueError as error:
        raise MalformedError(str(error)) from error


def _integer(digits: str) -> int | Decimal:
    # What may not fit into 64 bits stays a Decimal: orjson writes no larger int, and Python refuses
    # int() of very long texts.
    return int(digits) if len(digits) <= _DIGITS_OF_64_BITS else Decimal(digits)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent that even a Decimal does not take
        return _BEYOND


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number.")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                known = name[:MAX_NAME]
                raise RepeatedNameError(f"The member {known!r} stands twice in one object.")
            seen.add(name)
    return members


def _bad_values(value: Any, pointer: str, depth: int) -> Iterator[FieldError]:
    if depth > MAX_DEPTH:
        yield FieldError(pointer, "too_deep", f"Nested more than {MAX_DEPTH} levels deep.")
    elif isinstance(value, dict):
        for name, member in value.items():
            place = pointer + pointer_step(name)
            yield from _bad_text(name, place)
            yield from _bad_values(member, place, depth + 1)
    elif isinstance(value, list):
        # Most items are good: a place is only written where it may be needed.
        for index in (at for at, item in enumerate(value) if not _is_good_leaf(item)):
            yield from _bad_values(value[index], f"{pointer}/{index}", depth + 1)
    elif isinstance(value, str):
        yield from _bad_text(value, pointer)
    elif not _is_good_leaf(value):
        yield FieldError(pointer, "out_of_range", "The number is too large or too exact.")


def _is_good_leaf(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and (value.isascii() or not _SURROGATE.search(value))
    if isinstance(value, Decimal):
        return _is_moderate(value)
    return value is None or isinstance(value, int)


def _is_moderate(number: Decimal) -> bool:
    _, digits, exponent = number.as_tuple()
    return len(digits) <= MAX_MAGNITUDE and abs(int(exponent)) <= MAX_MAGNITUDE


def _bad_text(text: str, pointer: str) -> Iterator[FieldError]:
    if "\0" in text:
        yield FieldError(pointer, "null_character", "The text holds a NUL character.")
    elif not text.isascii() and _SURROGATE.search(text):
        yield FieldError(
            pointer, "lone_surrogate", "The text holds half of a character (a lone surrogate)."
        )


class AlwaysJSON(DefaultContentNegotiation):
    """Answers are JSON whatever `Accept` says; bodies are parsed by their media type."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else dump(data)


def dump(data: Any) -> bytes:
    """JSON bytes: times in UTC with `Z`, Decimals and whole numbers digit by digit."""
    try:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)
    except orjson.JSONEncodeError:
        # A jsonb gives 1e20 back in all its digits, and orjson writes no int of more than 64 bits.
        large = _with_large_integers(data)
        return orjson.dumps(large, default=_plain, option=orjson.OPT_UTC_Z)


def _with_large_integers(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _with_large_integers(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_with_large_integers(value) for value in data]
    if isinstance(data, int) and not -(2**63) <= data < 2**64:
        return orjson.Fragment(str(data))
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form.")
