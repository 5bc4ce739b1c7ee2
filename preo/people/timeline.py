"""What happened with one person, of all slices in one order."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, TextField, Value

from preo.core.access import Principal
from preo.core.listing import Page
from preo.customers.person import Person, TimelineEntry, TimelineSource
from preo.people.parts import person_parts


def timeline_sources(person: Person, *, by: Principal) -> list[TimelineSource]:
    return [source for part in person_parts() for source in part.timeline(person, by)]


def count_entries(sources: Sequence[TimelineSource]) -> int:
    return sum(source.rows.order_by().count() for source in sources)


def read_entries(
    sources: Sequence[TimelineSource], page: Page, *, newest_first: bool = True
) -> list[TimelineEntry]:
    """One page. The keys of all sources are sorted by the database; only the page's are told."""
    keys = [_keys(source) for source in sources]
    names = ("told_at", "told_kind", "pk")
    order = [f"-{name}" for name in names] if newest_first else names
    everything = keys[0].union(*keys[1:], all=True).order_by(*order)
    found = list(everything[page.offset : page.offset + page.size])
    wanted: dict[str, list[Any]] = defaultdict(list)
    for _, kind, key in found:
        wanted[kind].append(key)
    told: dict[tuple[str, Any], TimelineEntry] = {}
    for source in sources:
        if source.kind in wanted:
            rows = source.rows.filter(pk__in=wanted[source.kind])
            told |= {(source.kind, key): entry for key, entry in source.tell(rows)}
    return [told[kind, key] for _, kind, key in found if (kind, key) in told]


def _keys(source: TimelineSource) -> QuerySet[Any, tuple[Any, ...]]:
    at = F(source.at) if isinstance(source.at, str) else source.at
    kind = Value(source.kind, output_field=TextField())
    rows = source.rows.order_by().annotate(told_at=at, told_kind=kind)
    keys: QuerySet[Any, tuple[Any, ...]] = rows.values_list("told_at", "told_kind", "pk")
    return keys
