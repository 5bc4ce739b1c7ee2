"""Lists: `page`, `page_size` and `ordering`, an exact count, and pages that stay fast far in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from preo.core.errors import FieldError, InvalidError, NotFoundError

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000
MAX_PAGE = 10**9
DEEP = 5_000
"""Rows to skip from which the ids are read alone first: an index holds them, the rows need not be
visited (measured at 900,000: half the time)."""

PARAMETERS = frozenset({"page", "page_size", "ordering"})


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def read_page(parameters: QueryDict) -> Page:
    """The page asked for, counted from one. Raises InvalidError that names the parameter."""
    return Page(
        _whole_number(parameters, "page", default=1, highest=MAX_PAGE),
        _whole_number(parameters, "page_size", default=DEFAULT_PAGE_SIZE, highest=MAX_PAGE_SIZE),
    )


def _whole_number(parameters: QueryDict, name: str, *, default: int, highest: int) -> int:
    text = parameters.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= highest:
        return int(text)
    detail = f"Give a whole number from 1 to {highest}."
    raise InvalidError(errors=[FieldError(name, "invalid", detail)])


def read_ordering(
    parameters: QueryDict, allowed: Mapping[str, str], default: Sequence[str]
) -> list[str]:
    """Columns to order by, the id last so that the order is total.

    `ordering` may be given several times or hold several names between commas; `allowed` maps each
    name to its column. Raises InvalidError for a name that is not there.
    """
    named = [name for text in parameters.getlist("ordering") for name in text.split(",") if name]
    unknown = [name for name in named if name.removeprefix("-") not in allowed]
    if unknown:
        choices = ", ".join(sorted(allowed))
        detail = f"Lists can be ordered by {choices}, each also with a minus before it."
        raise InvalidError(errors=[FieldError("ordering", "invalid_choice", detail)])
    columns = [
        ("-" if name.startswith("-") else "") + allowed[name.removeprefix("-")] for name in named
    ] or list(default)
    # The id follows the first column's direction: one index then serves both.
    return [*columns, "-id" if columns[0].startswith("-") else "id"]


def refuse_unknown(parameters: QueryDict, known: frozenset[str]) -> None:
    """Raise InvalidError for parameters that nobody reads, and for a repeated single one."""
    errors = [
        FieldError(name, "unknown_parameter", "There is no such query parameter here.")
        for name in parameters
        if name not in known
    ]
    errors += [
        FieldError(name, "repeated", "Give this query parameter once.")
        for name in parameters
        if name in known and name != "ordering" and len(parameters.getlist(name)) > 1
    ]
    if errors:
        raise InvalidError(errors=errors)


def take_page(queryset: QuerySet[Any], page: Page) -> QuerySet[Any]:
    """The rows of a page. Far in, they are fetched by ids that were read before."""
    if page.offset < DEEP:
        return queryset[page.offset : page.offset + page.size]
    keys = list(queryset.values_list("pk", flat=True)[page.offset : page.offset + page.size])
    return queryset.filter(pk__in=keys)


def count_rows(queryset: QuerySet[Any], page: Page, shown: int) -> int:
    """How many rows the whole list has.

    A page that is neither empty nor full is the last one and tells the count by itself. Raises
    NotFoundError for a page past the last.
    """
    if 0 < shown < page.size or (shown == 0 and page.number == 1):
        return page.offset + shown
    count = queryset.order_by().count()
    check_page(page, count)
    return count


def check_page(page: Page, count: int) -> None:
    """Raise NotFoundError for a page past the last of so many rows."""
    if page.offset >= count and page.number > 1:
        last = max(1, -(-count // page.size))
        raise NotFoundError(f"The last page is {last}.", extra={"last_page": last})


def envelope(
    *, base: str, parameters: QueryDict, page: Page, count: int, results: Sequence[Any]
) -> dict[str, Any]:
    """The body of a list. `base` is the address without its query."""

    def link(number: int) -> str:
        query = parameters.copy()
        query["page"] = str(number)
        return f"{base}?{query.urlencode()}"

    return {
        "count": count,
        "next": link(page.number + 1) if page.offset + page.size < count else None,
        "previous": link(page.number - 1) if page.number > 1 else None,
        "results": results,
    }
