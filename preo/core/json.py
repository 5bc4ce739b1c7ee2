"""JSON at the edge: what is read is checked to the last character, what is written is orjson's."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from preo.core.errors import FieldError, InvalidError, MalformedError, TooLargeError

MAX_DEPTH = 32
MAX_MAGNITUDE = 30
"""Numbers of more than 30 digits, or with a larger exponent, are refused before anything reckons with
them: `int(Decimal("1e999999999"))` alone would take the server down."""


class RepeatedNameError(ValueError):
    """An object names a member twice (RFC 8259 section 4 leaves open which one counts)."""


class StrictJSONParser(BaseParser):
    """Reads `application/json` as Decimals, and refuses what PostgreSQL could not keep."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises TooLargeError, MalformedError, or InvalidError that names the place."""
        raw = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(raw) > settings.MAX_BODY_BYTES:
            raise TooLargeError(f"A body may have at most {settings.MAX_BODY_BYTES:,} bytes.")
        data = _load(raw)
        errors = list(_bad_values(data, "", 0))
        if errors:
            raise InvalidError(errors=errors)
        return data


def _load(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=Decimal,
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
    # Python refuses int() of very long texts; as a Decimal its size is found without effort.
    return int(digits) if len(digits) <= MAX_MAGNITUDE else Decimal(digits)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number.")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise RepeatedNameError(f"The member {name!r} stands twice in one object.")
            seen.add(name)
    return members


def _bad_values(value: Any, pointer: str, depth: int) -> Iterator[FieldError]:
    if depth > MAX_DEPTH:
        yield FieldError(pointer, "too_deep", f"Nested more than {MAX_DEPTH} levels deep.")
    elif isinstance(value, str):
        yield from _bad_text(value, pointer)
    elif isinstance(value, Decimal):
        yield from _bad_number(value, pointer)
    elif isinstance(value, dict):
        for name, member in value.items():
            place = f"{pointer}/{_escape(name)}"
            yield from _bad_text(name, place)
            yield from _bad_values(member, place, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _bad_values(item, f"{pointer}/{index}", depth + 1)


def _escape(name: str) -> str:
    """A member's name inside a JSON pointer (RFC 6901 section 3), printable in any answer."""
    printable = name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\u0000")
    return printable.replace("~", "~0").replace("/", "~1")


def _bad_number(number: Decimal, pointer: str) -> Iterator[FieldError]:
    _, digits, exponent = number.as_tuple()
    if len(digits) > MAX_MAGNITUDE or abs(int(exponent)) > MAX_MAGNITUDE:
        yield FieldError(pointer, "out_of_range", "The number is too large or too exact.")


def _bad_text(text: str, pointer: str) -> Iterator[FieldError]:
    if "\0" in text:
        yield FieldError(pointer, "null_character", "The text holds a NUL character.")
    elif not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
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
    """JSON bytes: times in UTC with `Z`, Decimals digit by digit."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form.")
