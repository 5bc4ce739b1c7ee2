"""What each slice has to say of one person; `PERSON_PARTS` in the settings names the modules.

A part is a module with a `PART`. Its functions are called in one transaction, with everybody else
who writes of the organization's people waiting (`locks.hold_people`) where they write.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from preo.core.access import Principal
from preo.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with all who were merged into this one, and what they are known by in texts."""

    customer: Customer
    ids: tuple[uuid.UUID, ...]
    """Of the customer first, then of those who were merged into this one."""
    emails: tuple[str, ...] = ()
    """Every e-mail address that is known to be theirs, and no present other customer's."""
    phones: tuple[str, ...] = ()
    """The same of phone numbers."""

    @property
    def organization_id(self) -> uuid.UUID:
        return self.customer.organization_id

    @property
    def addresses(self) -> list[str]:
        return [*self.emails, *self.phones]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a person or that they did."""

    at: dt.datetime
    kind: str
    id: str
    """As the API shows it: of the order, the transaction, the answer, the activity, the import."""
    title: str
    """In words."""
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """Rows of which each is an entry: they are counted, sorted with all others, and a page told."""

    kind: str
    rows: QuerySet[Any]
    """Narrowed to the person, and to what the one who asks may see."""
    at: str | Combinable
    """When the entry was: a column, or an expression."""
    tell: Callable[[QuerySet[Any]], Iterable[tuple[uuid.UUID, TimelineEntry]]]
    """The entries of some of the rows by their keys, in few queries."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of rows of one kind when a person is erased or merged."""

    what: str
    count: int
    rule: str
    """Why it stays; of what goes, how."""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Merging:
    """One person who turned out to be another."""

    kept: Customer
    merged: Customer
    by: Principal
    now: dt.datetime


def nothing(*_: Any) -> tuple[()]:
    return ()


def no_members(*_: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class PersonPart:
    """The functions of one part; a part leaves out those for which it has nothing to say."""

    addresses: Callable[[Sequence[uuid.UUID]], Iterable[tuple[str | None, str | None]]] = nothing
    """E-mail addresses and phone numbers of the customers with these ids."""
    timeline: Callable[[Person, Principal], Iterable[TimelineSource]] = nothing
    """Of the person, as far as the one who asks may see it."""
    export: Callable[[Person], Mapping[str, Any]] = no_members
    """Members of the document with all that is known of the person."""
    erase: Callable[[Person, dt.datetime], Iterable[Fate]] = nothing
    """Take the person out of every row of the slice, and say what went and what stays.

    A dry run is the same, rolled back: what must happen outside of the database is left to a job.
    """
    merge: Callable[[Merging], Iterable[Fate]] = nothing
    """Move what is the merged one's to the kept one. Called before the customers' rows change."""
