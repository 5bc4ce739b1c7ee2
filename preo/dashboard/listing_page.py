"""Simple list pages, each built on a viewset of the API, so that page and API list the same rows.

A module of an area declares its `Listing` and answers with `list_rows`; a template shows a row's
cells. Search, filters, ordering and page stand in the address, under the API's own names but for
`rows`, how many stand on a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from preo.core.listing import Page, read_ordering, take_page
from preo.core.viewsets import ResourceViewSet
from preo.dashboard.access import is_swap
from preo.dashboard.asked_views import asked_view
from preo.dashboard.frame import Step, render_page, trail_to
from preo.dashboard.listing_parts import (
    DEFAULT_SIZE,
    Column,
    Pager,
    order_words,
    read_one_of,
    read_order,
    read_page_number,
    read_page_size,
    read_text,
    sort_column,
)
from preo.dashboard.orders import curl_command
from preo.dashboard.places import Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is declared; it sorts where `key` is one of the API's orderings."""

    key: str
    label: str
    css: str = ""
    across: bool = False
    """Whether it is shown over all editions only."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the API's as a field of choices."""

    name: str
    """The API's parameter."""
    label: str
    every: str
    """What choosing nothing is called, such as `All types`."""
    choices: Sequence[tuple[str, str]]
    """Values of the parameter and what they are called."""


@dataclass(frozen=True, slots=True)
class Way:
    """A button of a list, such as the one to a new row."""

    label: str
    url: str
    icon: str = "plus"


@dataclass(frozen=True, slots=True)
class Listing:
    """What an area declares of its list."""

    viewset: type[ResourceViewSet[Any]]
    address: str
    """Of the API's list."""
    area: str
    title: str
    one: str
    many: str
    headings: Sequence[Heading]
    row: str
    """The template of a row's cells: it is given `row` and `frame`."""
    hint: str
    """What the search finds, in the empty field."""
    none_yet: str
    """What is said where there are no rows at all."""
    icon: str = "inbox"
    shown: Callable[[QuerySet[Any], Place], QuerySet[Any]] | None = None
    """Adds what the cells need to the rows of a page, in a fixed number of queries."""


class ListingPage:
    """What the templates ask for; each part is reckoned when it is asked, and once."""

    def __init__(
        self,
        listing: Listing,
        place: Place,
        parameters: QueryDict,
        *,
        path: str,
        filters: Sequence[Filter] = (),
    ) -> None:
        """`path` is the address of the list without its query."""
        self.listing = listing
        self.place = place
        self.path = path
        self.filters = filters
        self.search = read_text(parameters, "search") if self.has_search else ""
        self.chosen = {
            entry.name: read_one_of(parameters, entry.name, [word for word, _ in entry.choices])
            for entry in filters
        }
        orderings = listing.viewset.orderings
        self.ordering = read_order(parameters, orderings, self._plain_ordering)
        self._asked_page = read_page_number(parameters)
        self._page_size = read_page_size(parameters)

    # --- rows ---

    @property
    def asked(self) -> dict[str, str]:
        """The filters of the API's list, without those that ask for nothing."""
        known = self._known
        edition = self.place.edition
        values = {
            "organization_id": self.place.organization.api_id,
            "edition_id": edition.api_id if edition and "edition_id" in known else "",
            "search": self.search,
            **self.chosen,
        }
        return {name: value for name, value in values.items() if value}

    @cached_property
    def _rows_asked(self) -> QuerySet[Any]:
        view = asked_view(self.place, self.listing.viewset, "list", self.asked)
        return view.filtered(view.get_queryset())

    @property
    def _ordered(self) -> QuerySet[Any]:
        asked = QueryDict(mutable=True)
        asked["ordering"] = self.ordering
        viewset = self.listing.viewset
        columns = read_ordering(asked, viewset.orderings, viewset.default_ordering)
        return self._rows_asked.order_by(*columns)

    def first(self, count: int) -> list[Any]:
        """The first rows, without what only the list's cells need, and without counting all."""
        return list(self._ordered[:count])

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        found = self._ordered
        if self.listing.shown:
            found = self.listing.shown(found, self.place)
        return list(take_page(found, Page(self.pager.page, self._page_size)))

    @cached_property
    def count(self) -> int:
        """Exact."""
        return self._rows_asked.order_by().count()

    # --- what is chosen ---

    @property
    def _known(self) -> frozenset[str]:
        filterset = self.listing.viewset.filterset_class
        return frozenset(filterset.base_filters) if filterset else frozenset()

    @property
    def has_search(self) -> bool:
        return "search" in self._known

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or any(self.chosen.values()))

    @property
    def fields(self) -> list[tuple[Filter, str]]:
        """The filters, each with what is chosen of it."""
        return [(entry, self.chosen[entry.name]) for entry in self.filters]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form must send along with its own fields."""
        own = {"search", "page", *self.chosen}
        return [item for item in self.parameters().items() if item[0] not in own]

    def parameters(self, **changes: object) -> dict[str, str]:
        """The parameters of the address: only those that differ from how the list begins.

        A change of anything but the page leads back to the first page.
        """
        plain = {"ordering": self._plain_ordering, "page": 1, "page_size": DEFAULT_SIZE}
        values = {
            "search": self.search,
            **self.chosen,
            "ordering": self.ordering,
            "page": 1,
            "page_size": self._page_size,
            **changes,
        }
        return {
            "rows" if name == "page_size" else name: str(value)
            for name, value in values.items()
            if value != plain.get(name, "")
        }

    def url(self, **changes: object) -> str:
        """The address of the same list with changes."""
        parameters = self.parameters(**changes)
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path

    # --- order and pages ---

    @property
    def _plain_ordering(self) -> str:
        """The API's word for its default, where it has one."""
        column = self.listing.viewset.default_ordering[0]
        sign = "-" if column.startswith("-") else ""
        words = {its: word for word, its in self.listing.viewset.orderings.items()}
        return sign + words[column.removeprefix("-")]

    @property
    def columns(self) -> list[Column]:
        return [
            sort_column(
                entry.key,
                entry.label,
                entry.css,
                now=self.ordering,
                url=self._sorted_url if entry.key in self.listing.viewset.orderings else None,
            )
            for entry in self.listing.headings
            if not (entry.across and self.place.edition)
        ]

    def _sorted_url(self, ordering: str) -> str:
        return self.url(ordering=ordering)

    @property
    def order_words(self) -> str:
        return order_words(self.ordering)

    @cached_property
    def pager(self) -> Pager:
        return Pager(self.count, self._asked_page, self._page_size, self.url)

    # --- the same for a program ---

    @property
    def api_path(self) -> str:
        """The path and query of the API's list with the same rows."""
        order = {"ordering": self.ordering} if self.ordering != self._plain_ordering else {}
        page = {"page": str(self.pager.page)} if self.pager.page > 1 else {}
        asked = self.asked | order | page | {"page_size": str(self._page_size)}
        return f"{self.listing.address}?{urlencode(asked)}"


def list_rows(
    request: HttpRequest,
    place: Place,
    listing: Listing,
    *,
    filters: Sequence[Filter] = (),
    ways: Sequence[Way] = (),
    note: str = "",
    template: str = "dashboard/listing/page.html",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The list; for htmx only what changes, with the address that belongs to it.

    Of several `ways` to make a new row one is chosen from a menu, `note` stands under the title.
    A `template` of the area's own extends the list's and is given `extra` too.
    """
    page = ListingPage(listing, place, request.GET, path=request.path, filters=filters)
    context = {
        "page": page,
        "listing": listing,
        "ways": ways,
        "note": note,
        "curl": curl_command(request, page.api_path),
        "trail": trail_to(place, Step(listing.title)),
    }
    swap = is_swap(request)
    chosen = "dashboard/listing/swap.html" if swap else template
    response = render_page(request, place, chosen, context | dict(extra or {}), area=listing.area)
    if swap:
        # Typing replaces its own step of the browser's history; a click adds one.
        typed = request.headers.get("HX-Trigger-Name") == "search"
        address = page.url(page=page.pager.page)
        response["HX-Replace-Url" if typed else "HX-Push-Url"] = address
    return response
