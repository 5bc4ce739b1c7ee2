"""Segments that a condition names: known ones only, and never one that comes back to itself."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from preo.core.access import Principal, Role
from preo.core.ids import encode_id
from preo.organizations.models import Organization
from preo.segments.cel.problems import Problem
from preo.segments.cel.typed import Reference
from preo.segments.conditions import Condition, refused
from preo.segments.models import Segment
from preo.segments.references import keys_by_text

KIND = "segment"
"""The `reference` of a field whose values are ids of segments."""


def hold_names(organization_id: uuid.UUID) -> None:
    """To the end of the transaction nobody else of the organization names or deletes segments.

    Two that begin to name each other at the same time would both see no circle. It is asked before
    any segment's row is locked, so that nobody waits for both in the other order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('names of segments ' || %s, 0))",
            [str(organization_id)],
        )


def unknown_segments(
    references: Iterable[Reference], *, organization: Organization, by: Principal
) -> list[Problem]:
    """A mistake for each named segment that is not there, or that the caller may not see."""
    named = [each for each in references if each.kind == KIND]
    known = _visible(named, organization, by)
    return [
        Problem("unknown_segment", f"There is no segment {each.text} here.", each.span)
        for each in named
        if each.text not in known
    ]


def named_segments(
    condition: Condition, *, organization: Organization, by: Principal
) -> list[Segment]:
    """The segments that a condition names. Raises InvalidError with the place of unknown ones."""
    unknown = unknown_segments(condition.references, organization=organization, by=by)
    if unknown:
        raise refused(condition.text, unknown)
    named = (each for each in condition.references if each.kind == KIND)
    return list(Segment.objects.filter(pk__in=keys_by_text(Segment, named).values()))


def refuse_circle(segment: Segment, condition: Condition, names: Iterable[Segment]) -> None:
    """Raise InvalidError where a named segment leads back to this one, with the way in words.

    The caller has asked `hold_names`.
    """
    way = _way_back(segment.pk, sorted(each.pk for each in names), _edges(segment.organization_id))
    if way is None:
        return
    titles = dict(Segment.objects.filter(pk__in=way).values_list("pk", "name"))
    titles[segment.pk] = segment.name
    words = " names ".join(f"“{titles[key]}”" for key in (segment.pk, *way))
    text = encode_id(Segment.id_prefix, way[0])
    raise refused(
        condition.text,
        [
            Problem("circle", f"A segment cannot depend on itself: {words}.", each.span)
            for each in condition.references
            if each.kind == KIND and each.text == text
        ],
    )


def in_order(segment: Segment) -> list[uuid.UUID]:
    """All segments that the segment's condition depends on, each after those that it names itself."""
    edges = _edges(segment.organization_id)
    ordered: list[uuid.UUID] = []
    seen = {segment.pk}
    # A stack of our own: a chain of names may be longer than Python calls deep.
    way = [(segment.pk, iter(edges.get(segment.pk, ())))]
    while way:
        key, names = way[-1]
        fresh = next((named for named in names if named not in seen), None)
        if fresh is not None:
            seen.add(fresh)
            way.append((fresh, iter(edges.get(fresh, ()))))
            continue
        way.pop()
        if way:
            ordered.append(key)
    return ordered


def _visible(
    named: Sequence[Reference], organization: Organization, by: Principal
) -> dict[str, uuid.UUID]:
    keys = keys_by_text(Segment, named)
    if not keys:
        return {}
    seen = by.narrow(Role.STAFF, organization="organization_id", edition="edition_id")
    rows = Segment.objects.filter(seen, organization=organization, pk__in=keys.values())
    found = set(rows.values_list("pk", flat=True))
    return {text: key for text, key in keys.items() if key in found}


def _edges(organization_id: uuid.UUID) -> dict[uuid.UUID, list[uuid.UUID]]:
    edges: dict[uuid.UUID, list[uuid.UUID]] = {}
    pairs = Segment.names.through._default_manager.filter(
        from_segment__organization=organization_id
    )
    for source, target in pairs.order_by("pk").values_list("from_segment_id", "to_segment_id"):
        edges.setdefault(source, []).append(target)
    return edges


def _way_back(
    goal: uuid.UUID, first: Iterable[uuid.UUID], edges: Mapping[uuid.UUID, Sequence[uuid.UUID]]
) -> list[uuid.UUID] | None:
    """The shortest way from one of the first to the goal, both ends in it."""
    waiting = [[key] for key in first]
    seen: set[uuid.UUID] = set()
    for way in waiting:
        if way[-1] == goal:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            waiting += [[*way, key] for key in edges.get(way[-1], ())]
    return None
