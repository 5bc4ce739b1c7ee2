"""What all lists have in common: what stands in their address, columns that sort, and pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.http import QueryDict

SIZES = (25, 50, 100)
DEFAULT_SIZE = 50
LONGEST_SEARCH = 200
_LAST_PAGE = 10**9
# A first click shows the latest and the largest, of words those at the beginning of the alphabet.
_DESCENDING_FIRST = {"created", "amount", "modified", "price"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes one thing about the list."""

    label: str
    url: str
    active: bool
    word: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    css: str
    url: str = ""
    """Where a click on the heading leads; empty for a column by which nobody sorts."""
    sorted: str = ""
    """The value of `aria-sort`."""


@dataclass(frozen=True, slots=True)
class Pager:
    """A page of a list and the ways to the others. Past the last one, the last is shown."""

    count: int
    asked: int
    """The number of the page asked for, from one."""
    size: int
    url: Callable[..., str]
    """The address of the list with another `page` or `page_size`."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @property
    def page(self) -> int:
        return min(self.asked, self.pages)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.page * self.size, self.count)

    @property
    def previous_url(self) -> str:
        return self.url(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.page < self.pages else ""

    @property
    def sizes(self) -> list[Choice]:
        return [Choice(str(n), self.url(page_size=n), n == self.size) for n in SIZES]


def sort_column(
    key: str, label: str, css: str, *, now: str, url: Callable[[str], str] | None
) -> Column:
    """A column whose heading sorts by it, and turns the order where it does already.

    `now` is the present ordering; `url` gives the address with another, None where the API does
    not sort by this.
    """
    if url is None:
        return Column(key, label, css)
    first, second = (f"-{key}", key) if key in _DESCENDING_FIRST else (key, f"-{key}")
    sorted_ = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return Column(key, label, css, url(second if now == first else first), sorted_)


def order_words(ordering: str) -> str:
    """An ordering in words, for those who cannot see the arrow."""
    name = ordering.removeprefix("-").replace("_", " ")
    return f"by {name}, {'descending' if ordering.startswith('-') else 'ascending'}"


# --- Reading an address: values that make no sense are as if they were not there. ---


def read_text(parameters: QueryDict, name: str) -> str:
    return parameters.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def read_one_of(parameters: QueryDict, name: str, allowed: Collection[str]) -> str:
    value = parameters.get(name, "")
    return value if value in allowed else ""


def read_order(parameters: QueryDict, allowed: Collection[str], default: str) -> str:
    value = parameters.get("ordering", "")
    return value if value.removeprefix("-") in allowed and value[:2] != "--" else default


def read_page_number(parameters: QueryDict) -> int:
    return max(1, min(_number(parameters, "page"), _LAST_PAGE))


def read_page_size(parameters: QueryDict) -> int:
    size = _number(parameters, "rows")
    return size if size in SIZES else DEFAULT_SIZE


def _number(parameters: QueryDict, name: str) -> int:
    text = parameters.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
