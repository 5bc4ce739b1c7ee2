"""What can be wrong with a value, in words for those who sold the tickets."""

from dataclasses import dataclass

from preo.imports.lines.inputs import Input
from preo.imports.models import ProblemLevel

ERROR, WARNING = ProblemLevel.ERROR, ProblemLevel.WARNING

_DATES = {
    "dmy": "31/05/2026 or 2026-05-31",
    "mdy": "05/31/2026 or 2026-05-31",
    "ymd": "2026-05-31",
}
_NUMBERS = {".": "1,234.50", ",": "1.234,50"}

MESSAGES = {
    "missing_order_id": "This row has no order ID, so it is unclear which order it belongs to.",
    "missing_product": "This row says neither the name nor the code of what was sold.",
    "missing_price": "This row has no price.",
    "missing_customer": "Nobody is named for this order: give an e-mail address, a phone number or a "
    "customer ID.",
    "invalid_date": "This is no date. Dates of this column are read as {date}.",
    "invalid_number": "This is no number. Numbers of this column are read as {number}.",
    "invalid_quantity": "A quantity is a whole number from 1 to 1,000,000.",
    "negative_amount": "An amount cannot be below zero.",
    "out_of_range": "This number is too large.",
    "invalid_email": "This is no e-mail address.",
    "invalid_phone": "This is no phone number that can be called. Without a prefix it was read as one "
    "of the import's country.",
    "unknown_status": "This word for a status is not known. Known are, for instance: paid, pending, "
    "cancelled.",
    "unknown_currency": "This currency is not taken. These are: EUR, USD, GBP, PLN, DKK, SEK, NOK.",
    "unknown_language": "This language is not one of ours: it is left out.",
    "invalid_consent": "This is neither yes nor no: no consent is kept.",
    "consent_without_date": "There is no date for this consent: it is not kept.",
    "too_long": "This text is too long: at most {limit} characters.",
    "rounded": "More than two decimals: rounded to the nearest cent.",
    "cancelled_line": "This line is cancelled while others of its order are not: it is left out.",
    "differs_in_order": "Rows of one order say different things here: the first one counts.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can be wrong with one input: its number stands for it in the statement."""

    number: int
    level: ProblemLevel
    code: str
    input: Input | None
    condition: str
    """SQL, of the reading's own names."""

    def row(self) -> dict[str, object]:
        """As it is bound."""
        return {
            "number": self.number,
            "level": self.level.value,
            "code": self.code,
            "position": self.input.column + 1 if self.input else None,
            "name": self.input.name if self.input else None,
            "message": message(self.code, self.input),
        }


def message(code: str, about: Input | None) -> str:
    """The sentence for it, with how the column is read."""
    if about is None:
        return MESSAGES[code]
    return MESSAGES[code].format(
        date=_DATES[about.date_order],
        number=_NUMBERS[about.decimal_separator],
        limit=about.field.limit,
    )
