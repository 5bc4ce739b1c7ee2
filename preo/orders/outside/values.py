"""The values of an order one by one: cleaned, and what is wrong with them kept."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime

from preo.core.money import MAX_MINOR
from preo.orders.outside.problems import problem
from preo.orders.outside.shapes import Problem

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
EMAIL_LIMIT = 254
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
PHONE_PUNCTUATION = re.compile(r"[\s()./-]+")


@dataclass(slots=True)
class Reading:
    """Takes the values of one order."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, pointer: str, value: str | None = None) -> None:
        self.errors.append(problem(code, pointer, value))

    def warn(self, code: str, pointer: str, value: str | None = None) -> None:
        self.warnings.append(problem(code, pointer, value))

    def text(self, value: str | None, pointer: str, limit: int | None = None) -> str | None:
        """The text without blanks around it; None for none, for an empty and for a bad one."""
        if not value:
            return None
        if not is_storable(value):
            self.refuse("invalid_text", pointer)
            return None
        value = value.strip()
        if limit is not None and len(value) > limit:
            self.refuse("too_long", pointer, value[:limit])
            return None
        return value or None

    def number(self, value: int, pointer: str, *, least: int = 0, most: int = MAX_MINOR) -> int:
        if least <= value <= most:
            return value
        # Python itself refuses to write out a number of thousands of digits.
        self.refuse("out_of_range", pointer, str(value) if value.bit_length() < 128 else None)
        return least

    def choice(self, value: str, pointer: str, choices: Container[str]) -> str:
        if value not in choices:
            self.refuse("invalid_choice", pointer, value if is_storable(value) else None)
        return value

    def time(self, value: datetime | None, pointer: str) -> datetime | None:
        if value is None:
            return None
        try:
            if value.tzinfo:
                return value.astimezone(UTC)
        except OverflowError:
            pass  # the first or last day there is, in another zone
        self.refuse("invalid_time", pointer, value.isoformat())
        return None

    def email(self, value: str | None, pointer: str) -> str | None:
        """As given. The customer's own is brought to its normal form in SQL."""
        given = self.text(value, pointer)
        if given is None:
            return None
        normal = unicodedata.normalize("NFC", given).lower()
        # Either form can be the longer one, and both are stored.
        if max(len(given), len(normal)) > EMAIL_LIMIT or not EMAIL.fullmatch(normal):
            self.refuse("invalid_email", pointer, given[:EMAIL_LIMIT])
            return None
        return given


def international(phone: str | None) -> str | None:
    """The number in E.164; None where it is not one once its punctuation is gone."""
    if phone is None:
        return None
    number = PHONE_PUNCTUATION.sub("", phone)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    return number if PHONE.fullmatch(number) else None


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes the text: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
