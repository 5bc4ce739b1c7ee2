"""The fields of a page's form: what stands in them, and what they say in a body of the API.

Each kind knows three forms of its value: as JSON (what the API gives and takes), as typed (what
stands in the inputs), and as posted. Rules are none of its business: those are the serializer's.
"""

import datetime as dt
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import QueryDict

from preo.core.errors import FieldError, InvalidError, MalformedError
from preo.core.json import StrictJSONParser
from preo.core.languages import Language

MAX_ROWS = 500
"""Rows of a list that are read from a form."""
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?")

Choice = tuple[str, str]
"""A value and what it is called."""
UNSAID: Any = object()
"""No value at all."""


@dataclass(frozen=True, slots=True)
class Local:
    """In which time zone times are typed, and in which languages texts."""

    zone: str = "UTC"
    languages: Sequence[str] = (Language.EN.value,)


@dataclass(frozen=True)
class Text:
    """One line of text. `name` is the field's in the body."""

    template: ClassVar[str] = "dashboard/parts/field_text.html"
    name: str
    label: str
    help: str = field(default="", kw_only=True)
    wide: bool = field(default=False, kw_only=True)
    """Over both columns of the form."""
    type: str = field(default="text", kw_only=True)
    """Of the input: `email` and `url` bring other keyboards on a phone."""

    def read(self, post: QueryDict, path: str) -> Any:
        """What was typed at this path."""
        return post.get(path, "").replace("\r\n", "\n")

    def show(self, value: Any, local: Local) -> Any:
        """A value of the API as it is typed."""
        return "" if value is None else str(value)

    def write(self, typed: Any, present: Any, local: Local) -> Any:
        """What is typed as a value of the body; never asked for what is blank.

        `present` is the value that it is to replace. Raises InvalidError for what has no JSON form.
        """
        return typed

    def is_blank(self, typed: Any) -> bool:
        return not typed.strip() if isinstance(typed, str) else not typed

    def nothing(self, present: Any) -> Any:
        """The body's value for a blank field; `UNSAID` where null, empty text or absence may say it."""
        return UNSAID


@dataclass(frozen=True)
class Hidden(Text):
    """What is carried along unseen, such as the id of a row in a list."""

    template: ClassVar[str] = "dashboard/parts/field_hidden.html"
    label: str = ""


@dataclass(frozen=True)
class Area(Text):
    """Text of several lines."""

    template: ClassVar[str] = "dashboard/parts/field_area.html"
    wide: bool = field(default=True, kw_only=True)
    rows: int = field(default=4, kw_only=True)


@dataclass(frozen=True)
class Number(Text):
    """A number, with point or comma. What is none is left to the serializer to refuse."""

    template: ClassVar[str] = "dashboard/parts/field_number.html"
    unit: str = field(default="", kw_only=True)
    """What stands behind it: `%`, or a currency."""

    def show(self, value: Any, local: Local) -> str:
        if value is None:
            return ""
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text

    def write(self, typed: Any, present: Any, local: Local) -> Any:
        text = typed.strip().replace("\N{MINUS SIGN}", "-")
        return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else typed


@dataclass(frozen=True)
class Money(Number):
    """An amount of major units."""

    def show(self, value: Any, local: Local) -> str:
        return "" if value is None else f"{Decimal(str(value)):.2f}"


@dataclass(frozen=True)
class Select(Text):
    """One of several. Without `choices` those of the serializer; `empty` names the choice of none."""

    template: ClassVar[str] = "dashboard/parts/field_select.html"
    choices: Sequence[Choice] = field(default=(), kw_only=True)
    empty: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Cards(Select):
    """One of a few, all of them seen at once, each with a line that explains it."""

    template: ClassVar[str] = "dashboard/parts/field_cards.html"
    wide: bool = field(default=True, kw_only=True)
    notes: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """What each value means."""


@dataclass(frozen=True)
class Boxes(Text):
    """Some of several: a list. Without `choices` those of the serializer."""

    template: ClassVar[str] = "dashboard/parts/field_boxes.html"
    choices: Sequence[Choice] = field(default=(), kw_only=True)

    def read(self, post: QueryDict, path: str) -> list[str]:
        return post.getlist(path)

    def show(self, value: Any, local: Local) -> list[str]:
        return [str(item) for item in value or ()]

    def nothing(self, present: Any) -> list[str]:
        return []


@dataclass(frozen=True)
class Check(Text):
    """Yes or no. Never blank: what is not ticked is no."""

    template: ClassVar[str] = "dashboard/parts/field_check.html"

    def read(self, post: QueryDict, path: str) -> bool:
        return path in post

    def show(self, value: Any, local: Local) -> bool:
        return bool(value)

    def is_blank(self, typed: Any) -> bool:
        return False


@dataclass(frozen=True)
class Moment(Text):
    """Day and time in the time zone of the form."""

    template: ClassVar[str] = "dashboard/parts/field_moment.html"

    def show(self, value: Any, local: Local) -> str:
        if value is None:
            return ""
        moment = dt.datetime.fromisoformat(str(value)).astimezone(ZoneInfo(local.zone))
        return f"{moment:%Y-%m-%dT%H:%M:%S}" if moment.second else f"{moment:%Y-%m-%dT%H:%M}"

    def write(self, typed: Any, present: Any, local: Local) -> str:
        # What was not touched stays to the microsecond, and in the hour of autumn that it was in.
        if present is not None and self.show(present, local) == typed:
            return str(present)
        zone = ZoneInfo(local.zone)
        try:
            wall = dt.datetime.fromisoformat(typed).replace(tzinfo=None)
            moment = wall.replace(tzinfo=zone)
            is_there = moment.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == wall
        except (ValueError, OverflowError):
            raise _refusal("invalid", "This is no day with a time.") from None
        if not is_there:
            detail = f"The clocks are put forward then: {local.zone} has no such time."
            raise _refusal("no_such_time", detail)
        return moment.isoformat()


@dataclass(frozen=True)
class Translated(Text):
    """A text in each language of the form, and in those that it has already."""

    template: ClassVar[str] = "dashboard/parts/field_translated.html"
    wide: bool = field(default=True, kw_only=True)
    long: bool = field(default=False, kw_only=True)
    """Of several lines."""

    def read(self, post: QueryDict, path: str) -> dict[str, str]:
        names = {language: f"{path}.{language}" for language in Language.values}
        return {
            language: post.get(name, "").replace("\r\n", "\n")
            for language, name in names.items()
            if name in post
        }

    def show(self, value: Any, local: Local) -> dict[str, str]:
        return {language: str(text) for language, text in (value or {}).items()}

    def write(self, typed: Any, present: Any, local: Local) -> dict[str, str]:
        return {language: text for language, text in typed.items() if text.strip()}

    def is_blank(self, typed: Any) -> bool:
        return not any(text.strip() for text in typed.values())

    def nothing(self, present: Any) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Json(Area):
    """A JSON object. With `merged` it is sent as the patch that makes it so (RFC 7396)."""

    template: ClassVar[str] = "dashboard/parts/field_json.html"
    merged: bool = field(default=False, kw_only=True)

    def show(self, value: Any, local: Local) -> str:
        if value in (None, {}):
            return ""
        return json.dumps(value, indent=2, ensure_ascii=False, default=float)

    def write(self, typed: Any, present: Any, local: Local) -> Any:
        try:
            value = StrictJSONParser().parse(io.BytesIO(typed.encode()))
        except MalformedError as refusal:
            raise _refusal("malformed", f"This is no JSON: {refusal.detail}") from None
        return patch_to(present, value) if self.merged else value

    def nothing(self, present: Any) -> dict[str, Any]:
        return patch_to(present, {}) if self.merged else {}


@dataclass(frozen=True)
class Rows(Text):
    """A list of rows with the same fields; blank rows are left out."""

    template: ClassVar[str] = "dashboard/parts/field_rows.html"
    wide: bool = field(default=True, kw_only=True)
    columns: Sequence[Text] = field(default=(), kw_only=True)
    row: str = field(default="Row", kw_only=True)
    """What one of them is called."""

    def read(self, post: QueryDict, path: str) -> list[dict[str, Any]]:
        pattern = re.compile(rf"{re.escape(path)}\.(\d{{1,6}})\.")
        numbers = sorted({int(found[1]) for name in post if (found := pattern.match(name))})
        return [
            {column.name: column.read(post, f"{path}.{n}.{column.name}") for column in self.columns}
            for n in numbers[:MAX_ROWS]
        ]

    def show(self, value: Any, local: Local) -> list[dict[str, Any]]:
        return [
            {column.name: column.show(item.get(column.name), local) for column in self.columns}
            for item in value or ()
        ]

    def nothing(self, present: Any) -> list[Any]:
        return []

    def filled(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The rows in which something was typed."""
        return [
            row
            for row in rows
            if not all(
                isinstance(column, Check) or column.is_blank(row[column.name])
                for column in self.columns
            )
        ]


def patch_to(present: Any, wanted: Any) -> Any:
    """The merge patch that turns one JSON value into another (RFC 7396): what vanishes is null."""
    if not isinstance(wanted, dict) or not isinstance(present, Mapping):
        return wanted
    gone = {name: None for name in present if name not in wanted}
    return gone | {name: patch_to(present.get(name), value) for name, value in wanted.items()}


def _refusal(code: str, detail: str) -> InvalidError:
    return InvalidError(errors=[FieldError("", code, detail)])
