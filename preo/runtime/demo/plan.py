"""Which organizations and editions the demo has, and when, seen from the day it is made."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from preo.core.languages import Language
from preo.core.money import Currency
from preo.editions.models import CountryCode, TaxType
from preo.runtime.demo.dice import id_of
from preo.runtime.demo.goods import CITY_RANGE, CLUB_RANGE, FESTIVAL_RANGE, Range

SALE_OPENS_BEFORE = timedelta(days=240)


@dataclass(frozen=True)
class EditionPlan:
    """An edition before it is written. `share` is its part of the organization's orders."""

    key: str
    name: str
    slug: str
    event: str
    number_prefix: str
    starts_at: datetime
    ends_at: datetime
    sale_opens_at: datetime
    zone: str
    currency: Currency
    country: CountryCode
    tax_type: TaxType
    tax_rate: Decimal
    price_permille: int
    """What a price is of the one in the list of goods, in thousandths."""
    price_step: int
    """Prices are rounded to this many minor units."""
    share: int
    range: Range

    @property
    def id(self) -> uuid.UUID:
        return id_of(self.sale_opens_at, f"edition {self.key}")


@dataclass(frozen=True)
class OrganizationPlan:
    """An organization before it is written, with the number of its orders."""

    slug: str
    name: str
    event: str
    currency: Currency
    language: Language
    founded_at: datetime
    orders: int
    known_every: int
    """Every so many-th customer is the person that the first organization knows by that number."""
    editions: tuple[EditionPlan, ...]

    @property
    def id(self) -> uuid.UUID:
        return id_of(self.founded_at, f"organization {self.slug}")

    @property
    def customers(self) -> int:
        """Four for nine orders: 20,000 for 45,000."""
        return max(1, self.orders * 4 // 9)


def day_of(now: datetime) -> datetime:
    """Midnight UTC before `now`: what all dates of the demo hang on."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def northlight(now: datetime, orders: int) -> OrganizationPlan:
    """The organization that is looked at: an edition over, one running, one to come."""
    opening = _afternoon(day_of(now) - timedelta(days=2), "Europe/Copenhagen")
    before = opening - timedelta(weeks=52)
    abroad = _afternoon(day_of(now) + timedelta(days=150), "America/New_York")
    return OrganizationPlan(
        slug="northlight",
        name="Northlight",
        event="Northlight Festival",
        currency=Currency.DKK,
        language=Language.EN,
        founded_at=before - timedelta(days=600),
        orders=orders,
        known_every=1,
        editions=(
            # Named after the year before by hand: 52 weeks before New Year's Eve is the same year.
            _in_copenhagen(before, year=opening.year - 1, price_permille=900, share=40),
            _in_copenhagen(opening, year=opening.year, price_permille=1000, share=50),
            _in_brooklyn(abroad, sale_opens_at=day_of(now) - timedelta(days=30), share=10),
        ),
    )


def rival(now: datetime, orders: int) -> OrganizationPlan:
    """The one whose rows nobody of Northlight may see, though people are customers of both."""
    opening = _afternoon(day_of(now) + timedelta(days=20), "Europe/London")
    edition = EditionPlan(
        key="rival",
        name=f"Spring tide {opening.year}",
        slug="spring-tide",
        event="Harbour Beats",
        number_prefix="HB",
        starts_at=opening,
        ends_at=opening + timedelta(days=2),
        sale_opens_at=opening - SALE_OPENS_BEFORE,
        zone="Europe/London",
        currency=Currency.GBP,
        country=CountryCode.GB,
        tax_type=TaxType.NONE,
        tax_rate=Decimal(0),
        price_permille=115,
        price_step=50,
        share=100,
        range=CLUB_RANGE,
    )
    return OrganizationPlan(
        slug="rival",
        name="Harbour Beats",
        event="Harbour Beats",
        currency=Currency.GBP,
        language=Language.EN,
        founded_at=opening - timedelta(days=900),
        orders=orders,
        known_every=3,
        editions=(edition,),
    )


def _in_copenhagen(
    starts_at: datetime, *, year: int, price_permille: int, share: int
) -> EditionPlan:
    return EditionPlan(
        key=f"copenhagen {year}",
        name=str(year),
        slug=f"northlight-{year}",
        event="Northlight Festival",
        number_prefix=f"NL{year % 100:02d}",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=9),
        sale_opens_at=starts_at - SALE_OPENS_BEFORE,
        zone="Europe/Copenhagen",
        currency=Currency.DKK,
        country=CountryCode.DK,
        tax_type=TaxType.VAT,
        tax_rate=Decimal("25.000"),
        price_permille=price_permille,
        price_step=500,
        share=share,
        range=FESTIVAL_RANGE,
    )


def _in_brooklyn(starts_at: datetime, *, sale_opens_at: datetime, share: int) -> EditionPlan:
    return EditionPlan(
        key="brooklyn",
        name=f"Brooklyn {starts_at.year}",
        slug=f"northlight-brooklyn-{starts_at.year}",
        event="Northlight Festival",
        number_prefix=f"BK{starts_at.year % 100:02d}",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=3),
        sale_opens_at=sale_opens_at,
        zone="America/New_York",
        currency=Currency.USD,
        country=CountryCode.US,
        tax_type=TaxType.SALES,
        tax_rate=Decimal("8.875"),
        price_permille=150,
        price_step=50,
        share=share,
        range=CITY_RANGE,
    )


def _afternoon(day: datetime, zone: str) -> datetime:
    """Three o'clock in the zone on that day."""
    return datetime.combine(day.date(), time(15), ZoneInfo(zone)).astimezone(UTC)
