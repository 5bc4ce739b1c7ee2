"""The state of the orders table as it stands in the address, and what it asks of the API's list."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_date

from preo.dashboard.listing_parts import (
    DEFAULT_SIZE,
    read_one_of,
    read_order,
    read_page_number,
    read_page_size,
    read_text,
)
from preo.dashboard.places import Place
from preo.orders.api.views import OrderViewSet
from preo.orders.models import OrderStatus, OrderType

NEWEST_FIRST = "-created"
_WORDS = {"date_from": "from", "date_to": "to", "page_size": "rows"}


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """What is asked for. Values that make no sense are as if they were not there."""

    search: str = ""
    status: str = ""
    type: str = ""
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    """Inclusive."""
    ordering: str = NEWEST_FIRST
    page: int = 1
    page_size: int = DEFAULT_SIZE

    @property
    def is_filtered(self) -> bool:
        return any((self.search, self.status, self.type, self.date_from, self.date_to))

    def parameters(self, **changes: object) -> dict[str, str]:
        """The parameters of the address: only those that differ from how the table begins.

        A change of anything but the page leads back to the first page.
        """
        changed = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        values = {entry.name: getattr(changed, entry.name) for entry in fields(changed)}
        plain = {entry.name: entry.default for entry in fields(changed)}
        return {
            _WORDS.get(name, name): str(value)
            for name, value in values.items()
            if value != plain[name]
        }

    def url(self, path: str, **changes: object) -> str:
        """The address of the same table with changes."""
        parameters = self.parameters(**changes)
        return f"{path}?{urlencode(parameters)}" if parameters else path

    def filters(self, place: Place, zone: ZoneInfo) -> dict[str, str]:
        """The same as query parameters of `GET /v1/orders`."""
        asked = {
            "organization_id": place.organization.api_id,
            "edition_id": place.edition.api_id if place.edition else "",
            "search": self.search,
            "status": self.status,
            "type": self.type,
            "created_after": _instant(self.date_from, zone),
            "created_before": _instant(self._day_after(), zone),
        }
        return {name: value for name, value in asked.items() if value}

    def _day_after(self) -> dt.date | None:
        return self.date_to + dt.timedelta(days=1) if self.date_to else None


def read_order_query(parameters: QueryDict) -> OrderQuery:
    """Read an address."""
    date_from, date_to = _date(parameters, "from"), _date(parameters, "to")
    if date_from and date_to and date_from > date_to:
        date_from, date_to = date_to, date_from
    return OrderQuery(
        search=read_text(parameters, "search"),
        status=read_one_of(parameters, "status", OrderStatus.values),
        type=read_one_of(parameters, "type", OrderType.values),
        date_from=date_from,
        date_to=date_to,
        ordering=read_order(parameters, OrderViewSet.orderings, NEWEST_FIRST),
        page=read_page_number(parameters),
        page_size=read_page_size(parameters),
    )


def _date(parameters: QueryDict, name: str) -> dt.date | None:
    """A day that a zone can be laid on without falling off the calendar."""
    try:
        day = parse_date(parameters.get(name, ""))
    except ValueError:
        return None
    return day if day and 1 < day.year < dt.MAXYEAR else None


def _instant(day: dt.date | None, zone: ZoneInfo) -> str:
    """The first moment of a day in a zone, in UTC."""
    if day is None:
        return ""
    local = dt.datetime.combine(day, dt.time.min, tzinfo=zone)
    return f"{local.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
