"""When the demo's orders are placed: in waves over the months, and in the evenings.

A *slot* is one hour of one edition's sale. The orders of an organization are numbered through all
its slots in the order of time, so that a higher number is a later order and rows lie on disk as
they would have come.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from preo.runtime.demo.plan import EditionPlan, OrganizationPlan, day_of

HOUR = timedelta(hours=1)
HOUR_IN_MS = 3_600_000
_AT_HOME = (2, 1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 12, 10, 9, 9, 10, 12, 15, 22, 28, 26, 16, 7)
"""How much is bought online in each hour of the day."""
_AT_THE_FESTIVAL = (
    9,
    4,
    2,
    1,
    0,
    0,
    0,
    2,
    5,
    8,
    10,
    14,
    22,
    22,
    16,
    16,
    20,
    28,
    34,
    32,
    30,
    28,
    24,
    16,
)


@dataclass(frozen=True)
class Slot:
    """The orders `first` to `last` of an organization fall into this hour."""

    edition: int
    starts_at: datetime
    first: int
    last: int
    is_festival: bool
    is_recent: bool
    """Whether it ended within the last two days, so that an order may still be open."""

    @property
    def row(self) -> tuple[int, int, int, int, int, bool, bool]:
        """As in the table `demo_slot`: edition, first, last, start (ms), step (ms), flags."""
        step = HOUR_IN_MS // (self.last - self.first + 1)
        start = int(self.starts_at.timestamp()) * 1000
        return (self.edition, self.first, self.last, start, step, self.is_festival, self.is_recent)


def slots(plan: OrganizationPlan, now: datetime) -> list[Slot]:
    """All hours in which something is bought, with the orders' numbers from 1 to `plan.orders`.

    Whole numbers all the way, so that the shares come to exactly the number of orders.
    """
    until = day_of(now) - HOUR
    hours = []
    for place, edition in enumerate(plan.editions):
        weighed = [(at, weight) for at, weight in _hours(edition, until) if weight]
        whole = sum(weight for _, weight in weighed)
        hours += [(at, place, weight * edition.share * 10**12 // whole) for at, weight in weighed]
    hours.sort()
    total = sum(weight for _, _, weight in hours)
    found, upto, taken = [], 0, 0
    for at, place, weight in hours:
        upto += weight
        first, taken = taken + 1, plan.orders * upto // total
        if taken >= first:
            edition = plan.editions[place]
            festival = edition.starts_at <= at < edition.ends_at
            found.append(Slot(place, at, first, taken, festival, at >= until - timedelta(days=2)))
        else:
            taken = first - 1
    return found


def _hours(edition: EditionPlan, until: datetime) -> Iterator[tuple[datetime, int]]:
    zone = ZoneInfo(edition.zone)
    at = edition.sale_opens_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < min(edition.ends_at, until):
        local = at.astimezone(zone)
        if edition.starts_at <= at:
            yield at, 30 * _AT_THE_FESTIVAL[local.hour]
        else:
            yield at, _day_weight(edition, at, local) * _AT_HOME[local.hour]
        at += HOUR


def _day_weight(edition: EditionPlan, at: datetime, local: datetime) -> int:
    """Opening day, pay day and the last weeks sell; Tuesdays do not."""
    after_opening = (at - edition.sale_opens_at).days
    to_start = (edition.starts_at - at).days
    weight = 3 if local.weekday() in (3, 4, 6) else 2
    if local.day in (1, 2, 30, 31):
        weight *= 2
    if after_opening < 4:
        weight += 60 >> (2 * after_opening)
    if to_start < 21:
        weight += 22 - to_start
    return weight
