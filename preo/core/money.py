"""Money: whole minor units and a currency inside; major units with two decimals at the edges."""

from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal

from django.db import models
from orjson import Fragment

MAX_MINOR = 10**15
"""The largest amount that is taken, in minor units: far above any festival, far below bigint."""


class Currency(models.TextChoices):
    EUR = "eur", "Euro"
    USD = "usd", "US dollar"
    GBP = "gbp", "Pound sterling"
    PLN = "pln", "Polish złoty"
    DKK = "dkk", "Danish krone"
    SEK = "sek", "Swedish krona"
    NOK = "nok", "Norwegian krone"


# The usual 28 digits would round a long number once before it is rounded to cents.
_EXACT = Context(prec=MAX_PREC)

# All seven have two decimals; the word after the amount is what their own countries print.
_MARKS = {"eur": "€", "usd": "$", "gbp": "£", "pln": "zł", "dkk": "DKK", "sek": "SEK", "nok": "NOK"}


MinorUnits = models.BigIntegerField
"""A column of money."""


def to_text(minor: int) -> str:
    """Major units with two decimals: 1250 is `12.50`, -5 is `-0.05`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def to_json(minor: int) -> Fragment:
    """The JSON number of an amount, written digit by digit so that no float comes between."""
    return Fragment(to_text(minor))


def to_major(minor: int) -> Decimal:
    """Minor units as a Decimal of major units."""
    return Decimal(minor).scaleb(-2)


def from_major(major: Decimal) -> int:
    """Major units as minor units, rounded half up where there are more than two decimals.

    Half goes away from zero: -0.005 is -1. The caller bounds the number's size.
    """
    return int(major.scaleb(2, _EXACT).to_integral_value(ROUND_HALF_UP))


def formatted(minor: int, currency: str) -> str:
    """An amount for people: `1,234.50 €`."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    return f"{sign}{whole:,}.{cents:02d} {_MARKS.get(currency, currency.upper())}"
