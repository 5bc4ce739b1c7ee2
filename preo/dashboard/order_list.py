"""The orders table: chips with counts, columns, a page of rows and the ways to other pages."""

import datetime as dt
from functools import cached_property, partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.http import QueryDict

from preo.core.listing import Page, read_ordering, take_page
from preo.dashboard.listing_parts import Choice, Column, Pager, order_words, sort_column
from preo.dashboard.order_query import NEWEST_FIRST, OrderQuery
from preo.dashboard.order_reads import orders_asked
from preo.dashboard.places import Place, visible_editions
from preo.orders.api.views import OrderViewSet
from preo.orders.models import Order, OrderStatus, OrderType

# Key, heading, classes that hide it where the screen is narrow; those that the API sorts by sort.
_COLUMNS = (
    ("order_number", "Order", ""),
    ("buyer", "Buyer", "max-md:hidden"),
    ("email", "E-mail", "max-[88rem]:hidden"),
    ("status", "Status", "max-md:hidden"),
    ("type", "Type", "max-xl:hidden"),
    ("edition", "Edition", "max-lg:hidden"),
    ("items", "Items", "max-xl:hidden end"),
    ("amount", "Amount", "end"),
    ("created", "Placed", "max-lg:hidden"),
)
_PRESETS = (("Today", 0), ("Last 7 days", 6), ("Last 30 days", 29), ("Last 365 days", 364))
_ROW = (
    "id", "order_number", "customer_name", "customer_email", "status", "type", "items_count",
    "amount", "currency", "created", "edition__full_name", "edition__slug", "edition__timezone",
)  # fmt: skip


class OrderList:
    """What the template asks for; each part is reckoned when it is asked, and once."""

    def __init__(self, place: Place, query: OrderQuery, *, path: str, now: dt.datetime) -> None:
        """`path` is the address of the table without its query."""
        self.place = place
        self.query = query
        self.path = path
        self.now = now

    @cached_property
    def _zones(self) -> list[str]:
        """The edition's zone; over all editions theirs, two at most."""
        if self.place.edition:
            return [self.place.edition.timezone]
        editions = visible_editions(self.place.visitor.principal)
        mine = editions.filter(organization=self.place.organization).order_by()
        return list(mine.values_list("timezone", flat=True).distinct()[:2])

    @property
    def mixed_zones(self) -> bool:
        """Whether rows may stand in different zones."""
        return len(self._zones) > 1

    @property
    def zone(self) -> str:
        """The zone in which days are meant: the one of all rows, else UTC."""
        return self._zones[0] if len(self._zones) == 1 else "UTC"

    # --- rows and counts ---

    @cached_property
    def rows(self) -> list[Order]:
        """The orders of this page with their editions, however many in two queries at most."""
        asked = QueryDict(mutable=True)
        asked["ordering"] = self.query.ordering
        columns = read_ordering(asked, OrderViewSet.orderings, [NEWEST_FIRST])
        found = self._asked(self.query).order_by(*columns)
        rows = take_page(found, Page(self.pager.page, self.query.page_size))
        return list(rows.select_related("edition").only(*_ROW))

    @cached_property
    def count(self) -> int:
        """Exact."""
        return self._counted(self.query.status, self.query.type)

    def _asked(self, query: OrderQuery) -> QuerySet[Order]:
        return orders_asked(self.place, query.filters(self.place, ZoneInfo(self.zone)))

    @cached_property
    def _cells(self) -> dict[tuple[str, str], int]:
        """Orders by status and type under the other filters: all chips' counts in one query."""
        wide = OrderQuery(
            search=self.query.search, date_from=self.query.date_from, date_to=self.query.date_to
        )
        cells = self._asked(wide).order_by().values_list("status", "type").annotate(rows=Count("*"))
        return {(status, type_): count for status, type_, count in cells}

    def _counted(self, status: str, type_: str) -> int:
        return sum(
            count
            for (its_status, its_type), count in self._cells.items()
            if status in {"", its_status} and type_ in {"", its_type}
        )

    # --- filters ---

    @property
    def search(self) -> str:
        return self.query.search

    @property
    def date_from(self) -> str:
        return self.query.date_from.isoformat() if self.query.date_from else ""

    @property
    def date_to(self) -> str:
        return self.query.date_to.isoformat() if self.query.date_to else ""

    @property
    def is_filtered(self) -> bool:
        return self.query.is_filtered

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form must send along with its own fields."""
        own = {"search", "from", "to", "page"}
        return [item for item in self.query.parameters().items() if item[0] not in own]

    @property
    def statuses(self) -> list[Choice]:
        kind = self.query.type
        words = [("", "All"), *OrderStatus.choices]
        return [
            self._choice(word, label, "status", self._counted(word, kind)) for word, label in words
        ]

    @property
    def types(self) -> list[Choice]:
        status = self.query.status
        words = [("", "All types"), *OrderType.choices]
        return [
            self._choice(word, label, "type", self._counted(status, word)) for word, label in words
        ]

    def _choice(self, word: str, label: object, name: str, count: int) -> Choice:
        url = self.query.url(self.path, **{name: word})
        return Choice(str(label), url, getattr(self.query, name) == word, word, count)

    @property
    def presets(self) -> list[Choice]:
        """Usual spans of days up to today, in the table's zone."""
        today = self.now.astimezone(ZoneInfo(self.zone)).date()
        return [
            self._preset(label, today - dt.timedelta(days=days), today) for label, days in _PRESETS
        ]

    def _preset(self, label: str, first: dt.date, last: dt.date) -> Choice:
        active = (self.query.date_from, self.query.date_to) == (first, last)
        return Choice(label, self.query.url(self.path, date_from=first, date_to=last), active)

    @property
    def dates_label(self) -> str:
        for preset in self.presets:
            if preset.active:
                return preset.label
        first, last = _day(self.query.date_from), _day(self.query.date_to)
        if first and last:
            return first if first == last else f"{first} to {last}"
        return f"Since {first}" if first else f"Until {last}" if last else "Any time"

    # --- order and pages ---

    @property
    def columns(self) -> list[Column]:
        if self.place.edition:
            return [self._column(*entry) for entry in _COLUMNS if entry[0] != "edition"]
        # The edition takes the room of the number of items, except on wide screens.
        wide = {"items": "max-2xl:hidden end"}
        return [self._column(key, label, wide.get(key, css)) for key, label, css in _COLUMNS]

    def _column(self, key: str, label: str, css: str) -> Column:
        url = self._sorted_url if key in OrderViewSet.orderings else None
        return sort_column(key, label, css, now=self.query.ordering, url=url)

    def _sorted_url(self, ordering: str) -> str:
        return self.query.url(self.path, ordering=ordering)

    @property
    def order_words(self) -> str:
        return order_words(self.query.ordering)

    @cached_property
    def pager(self) -> Pager:
        return Pager(
            self.count, self.query.page, self.query.page_size, partial(self.query.url, self.path)
        )

    # --- the same for a program ---

    @property
    def api_query(self) -> str:
        """The query of `GET /v1/orders` that gives the same rows."""
        asked = self.query.filters(self.place, ZoneInfo(self.zone))
        order = {"ordering": self.query.ordering} if self.query.ordering != NEWEST_FIRST else {}
        page = {"page": str(self.pager.page)} if self.pager.page > 1 else {}
        return urlencode(asked | order | page | {"page_size": str(self.query.page_size)})


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""
