"""What the values of a column look like."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from preo.imports.columns.words import CURRENCY_WORDS, LANGUAGE_WORDS, STATUS_WORDS

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"'?(\+|00)?[\d\s()./-]{6,24}")
_NUMBER = re.compile(r"[^\d\s-]{0,4}\s?-?\s?\d[\d\s.,'\u2019]*\s?[^\d\s]{0,4}")
_WHOLE = re.compile(r"\d{1,7}([.,]0+)?")
_ISO = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"
)
_PARTED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})([T ,].*)?")
_MONTH = re.compile(r"(\d{1,2}\.? )?[A-Za-z]{3,9}\.? (\d{1,2},? )?\d{4}.*")
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d+)?")
_ITEMS = re.compile(r"[a-z_]+:[^|]*\|.*\|.*", re.DOTALL)
_YES_OR_NO = {
    "yes",
    "no",
    "true",
    "false",
    "1",
    "0",
    "ja",
    "nej",
    "nee",
    "tak",
    "nie",
    "y",
    "n",
    "x",
}


@dataclass(frozen=True, slots=True)
class Looks:
    """Shares of the samples, from 0 to 1, that can be read as something."""

    samples: tuple[str, ...]

    def share(self, is_one: Callable[[str], bool]) -> float:
        return sum(map(is_one, self.samples)) / len(self.samples) if self.samples else 0.0


def look_at(samples: Sequence[str]) -> Looks:
    """The looks of a column by its samples; empty ones say nothing."""
    return Looks(tuple(sample.strip() for sample in samples if sample.strip()))


def is_date(value: str) -> bool:
    return any(form.fullmatch(value) for form in (_ISO, _PARTED, _MONTH, _SERIAL))


def is_number(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value))


def is_email(value: str) -> bool:
    return bool(_EMAIL.fullmatch(value))


def _is_phone(value: str) -> bool:
    # Danish and Norwegian numbers have eight digits, and so have dates without marks between.
    is_marked_date = not value.isdigit() and is_date(value)
    has_digits = sum(map(str.isdigit, value)) >= 6
    return bool(_PHONE.fullmatch(value)) and has_digits and not is_marked_date


READS_AS: dict[str, Callable[[str], bool]] = {
    "email": is_email,
    "phone": _is_phone,
    "datetime": is_date,
    "amount": is_number,
    "integer": lambda value: bool(_WHOLE.fullmatch(value)),
    "currency": lambda value: value.casefold() in CURRENCY_WORDS,
    "language": lambda value: value.casefold() in LANGUAGE_WORDS,
    "status": lambda value: value.casefold() in STATUS_WORDS,
    "boolean": lambda value: value.casefold() in _YES_OR_NO,
    "lines": lambda value: bool(_ITEMS.match(value)),
}
"""By a field's type whether a value can be one of it. Any text is a text."""


def is_rate(looks: Looks) -> bool:
    """Whether numbers are shares of one or percentages, so that they are no amounts."""
    if not looks.samples:
        return False
    if any(value.endswith("%") for value in looks.samples):
        return True
    numbers = [value.replace(",", ".") for value in looks.samples if is_number(value)]
    shares = [number for number in numbers if re.fullmatch(r"0(\.\d+)?|1(\.0+)?", number)]
    return len(shares) == len(looks.samples) and any(float(number) % 1 for number in shares)


def date_format(looks: Looks) -> str | None:
    """`dmy`, `mdy` or `ymd`, where the samples leave no doubt."""
    parts = [match for value in looks.samples if (match := _PARTED.fullmatch(value))]
    if not parts:
        is_iso = looks.samples and all(_ISO.fullmatch(value) for value in looks.samples)
        return "ymd" if is_iso else None
    if any(int(match[1]) > 12 for match in parts):
        return "dmy"
    return "mdy" if any(int(match[2]) > 12 for match in parts) else None


def decimal_format(looks: Looks) -> str | None:
    """The decimal separator, where the samples leave no doubt."""
    for value in looks.samples:
        found = re.search(r"([.,])(\d*)\D*$", value)
        if not found or not is_number(value):
            continue
        mark, digits = found[1], found[2]
        has_other = ("," if mark == "." else ".") in value
        if has_other or (len(digits) != 3 and value.count(mark) == 1):
            return mark
        if value.count(mark) > 1:
            return "," if mark == "." else "."
    return None
